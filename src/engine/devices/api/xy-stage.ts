import type { XyLimits } from "../../../shared/domain/devices.ts";
import type { StagePointUm } from "../../../shared/units.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";
import type { HomingConsent, PlaceWord } from "./homing.ts";

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
  /**
   * One step of a joystick, a gamepad or a held key: steps that come while the stage moves are added up and never queue; ends at
   * the limits instead of rejecting; `stop` ends it. Absent: `moveBy` serves, for a stage that takes a new target on the way.
   */
  jog?: ((deltaUm: StagePointUm) => void) | undefined;
  /** Runs to the reference marks, where no soft limit holds; default deadline 2 minutes. Absent where there are none. */
  home?: ((consent: HomingConsent, options?: CallOptions) => Promise<void>) | undefined;
  /** Why it is not known where it stands, a clause; undefined while it is. Moves reject with `PlaceUnknown` until it is homed or trusted. Absent: it cannot be in doubt. */
  placeDoubt?(): string | undefined;
  /** A person says that the place it tells is right. */
  trustPlace?: ((by: PlaceWord, options?: CallOptions) => Promise<void>) | undefined;
}
