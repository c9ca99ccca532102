import type { Camera } from "./camera.ts";
import type { FocusDrive } from "./focus-drive.ts";
import type { Illumination } from "./illumination.ts";
import type { ObjectiveTurret } from "./objective-turret.ts";
import type { XYStage } from "./xy-stage.ts";

/** What an instrument is made of. Only the camera is a must: a replay has no stage. */
export interface Microscope {
  readonly name: string;
  readonly camera: Camera;
  readonly stage?: XYStage;
  readonly focus?: FocusDrive;
  readonly light?: Illumination;
  readonly turret?: ObjectiveTurret;
}
