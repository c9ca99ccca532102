import type { CameraLimits, CameraSettings } from "../../shared/domain/devices.ts";
import type { StagePointUm } from "../../shared/units.ts";
import { type FrameScale, stageWayOf } from "./stage-from-image.ts";

/**
 * How far the middle of a camera's region of interest lies from the middle of its sensor, on the stage in um.
 *
 * @param frame scale of its frames, binning included
 * @returns undefined where the scale is unknown
 */
export function regionShiftUm({ roi, binning }: Pick<CameraSettings, "roi" | "binning">, sensor: Pick<CameraLimits, "sensorWidth" | "sensorHeight">, frame: FrameScale): StagePointUm | undefined {
  return stageWayOf(frame, {
    x: (roi.offsetX + roi.width / 2 - sensor.sensorWidth / 2) / binning,
    y: (roi.offsetY + roi.height / 2 - sensor.sensorHeight / 2) / binning,
  });
}
