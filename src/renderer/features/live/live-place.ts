import { regionShiftUm } from "../../../core/geometry/region-shift.ts";
import type { PlacedFrame } from "../../../core/geometry/stage-from-image.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";

/** The live picture as it lies on the slide now: where its middle is, which is not the sensor's where a region of interest lies off it. */
export function livePlace(snapshot: Snapshot | undefined): PlacedFrame | undefined {
  if (snapshot?.camera === undefined) return undefined;
  const { camera: { settings, limits }, stage, pixelSizeUm, stageUmFromPx } = snapshot;
  const picture = { width: settings.roi.width / settings.binning, height: settings.roi.height / settings.binning, pixelSizeUm, stageUmFromPx };
  if (stage === undefined) return picture;
  const { x, y } = regionShiftUm(settings, limits, picture) ?? { x: 0, y: 0 };
  return { ...picture, stagePositionUm: { x: stage.positionUm.x + x, y: stage.positionUm.y + y } };
}

/** Where the stage has to go so that a place of the slide is in the middle of the picture, um. */
export function stageGoalFor(snapshot: Snapshot | undefined, placeUm: { readonly x: number; readonly y: number }): { readonly x: number; readonly y: number } {
  const middle = livePlace(snapshot)?.stagePositionUm;
  const stage = snapshot?.stage?.positionUm;
  if (middle === undefined || stage === undefined) return placeUm;
  return { x: placeUm.x - (middle.x - stage.x), y: placeUm.y - (middle.y - stage.y) };
}
