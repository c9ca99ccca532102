import type { Range } from "../../../shared/domain/devices.ts";
import type { Um } from "../../../shared/units.ts";
import type { CallOptions, Device, Unsubscribe } from "./device.ts";
import type { PlaceWord } from "./homing.ts";

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
  /** Why it is not known where it stands, a clause; undefined while it is. Moves reject with `PlaceUnknown` until it is homed or trusted. Absent: it cannot be in doubt. */
  placeDoubt?(): string | undefined;
  /** A person says that the place it tells is right. */
  trustPlace?: ((by: PlaceWord, options?: CallOptions) => Promise<void>) | undefined;
}
