/** What one exposure is made of; plain data, so that it can be sent to the rendering thread. */
import type { CameraSettings, Objective } from "../../../../shared/domain/devices.ts";
import type { TurnMatrix } from "../optics/camera-turn.ts";

export interface Exposure {
  /** Stage place under the optical axis (the middle of the sensor), as it truly is: backlash and drift included. */
  readonly axisUm: { readonly x: number; readonly y: number };
  /** True height of the focus drive, um. */
  readonly focusUm: number;
  /** Undefined while the turret turns: then no light falls on the sensor. */
  readonly objective: Objective | undefined;
  /** % of full light. */
  readonly lightPercent: number;
  readonly settings: CameraSettings;
  /** How the sensor lies to the slide; undefined: in line with it. */
  readonly turn?: TurnMatrix | undefined;
  /** Different for each frame; the same number gives the same noise. */
  readonly noiseSeed: number;
}

/** Size of the frame these settings give: the region of interest over the binning. */
export function frameSize(settings: CameraSettings): { width: number; height: number } {
  return {
    width: Math.floor(settings.roi.width / settings.binning),
    height: Math.floor(settings.roi.height / settings.binning),
  };
}
