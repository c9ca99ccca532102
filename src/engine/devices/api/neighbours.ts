import type { Unsubscribe } from "./device.ts";
import type { FocusDrive } from "./focus-drive.ts";
import type { Illumination } from "./illumination.ts";
import type { ObjectiveTurret } from "./objective-turret.ts";
import type { XYStage } from "./xy-stage.ts";

/** Those who sit beside a camera now, at work or not; undefined where a seat is empty. */
export interface Sitting {
  readonly stage: XYStage | undefined;
  readonly focus: FocusDrive | undefined;
  readonly light: Illumination | undefined;
  readonly turret: ObjectiveTurret | undefined;
}

/** The other seats of a camera's microscope. */
export interface Neighbours {
  sitting(): Sitting;
  /** Somebody moved or turned, or another one sat down. */
  onDidMove(listener: () => void): Unsubscribe;
}
