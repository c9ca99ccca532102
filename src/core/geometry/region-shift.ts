import type { CameraLimits, CameraSettings } from "../../shared/domain/devices.ts";

/**
 * How far the middle of a camera's region of interest lies from the middle of its sensor, on the specimen in um, with the camera
 * in line with the stage (see stageFromImage).
 *
 * @param unbinnedPixelUm um per unbinned sensor pixel at the specimen, the unit in which regions are told
 */
export function regionShiftUm({ roi }: Pick<CameraSettings, "roi">, sensor: Pick<CameraLimits, "sensorWidth" | "sensorHeight">, unbinnedPixelUm: number): { x: number; y: number } {
  return {
    x: (roi.offsetX + roi.width / 2 - sensor.sensorWidth / 2) * unbinnedPixelUm,
    y: (roi.offsetY + roi.height / 2 - sensor.sensorHeight / 2) * unbinnedPixelUm,
  };
}
