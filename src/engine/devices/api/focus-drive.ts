import type { Range } from "../../../shared/domain/devices.ts";
import type { Um } from "../../../shared/units.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";

/** The promises of {@link Device} and, for one axis, those of XYStage: settle, limits, supersede, stop, stall. +z moves the objective towards the specimen. */
export interface FocusDrive extends Device {
  readonly toleranceUm: number;
  position(): Um;
  isMoving(): boolean;
  softLimits(): Range;
  moveTo(targetUm: Um, options?: CallOptions): Promise<Um>;
  moveBy(deltaUm: Um, options?: CallOptions): Promise<Um>;
  stop(options?: CallOptions): Promise<void>;
  onDidMove(listener: (positionUm: Um) => void): Unsubscribe;
  /** As that of XYStage. */
  jog?: ((deltaUm: Um) => void) | undefined;
}
