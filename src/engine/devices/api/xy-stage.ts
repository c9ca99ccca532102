import type { XyLimits } from "../../../shared/domain/devices.ts";
import type { StagePointUm } from "../../../shared/units.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";

/**
 * Promises, beside those of {@link Device}:
 *  - `moveTo` resolves with the reached position once the stage has settled within `toleranceUm`; default deadline is
 *    the travel time at the set speed plus 2000 ms;
 *  - a target outside `softLimits()` rejects with `OutOfRange` and nothing moves: the limit holds below every caller;
 *  - a new move supersedes a pending one, which rejects with `Canceled`;
 *  - `stop()` always gets through, also while moving; the pending move rejects with `Canceled`; default deadline 500 ms;
 *  - a stage that stops short rejects with `DeviceStalled`;
 *  - `position()` is the last known one, without I/O; `onDidMove` fires when it changes, at 20 Hz or more while moving.
 */
export interface XYStage extends Device {
  readonly toleranceUm: number;
  position(): StagePointUm;
  isMoving(): boolean;
  softLimits(): XyLimits;
  moveTo(targetUm: StagePointUm, options?: CallOptions): Promise<StagePointUm>;
  moveBy(deltaUm: StagePointUm, options?: CallOptions): Promise<StagePointUm>;
  stop(options?: CallOptions): Promise<void>;
  onDidMove(listener: (positionUm: StagePointUm) => void): Unsubscribe;
}
