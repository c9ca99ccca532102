import type { BoxPx } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { type StagePointUm, type StageRectUm, um } from "../../shared/units.ts";
import { type Affine, applyAffine, invertAffine } from "./affine.ts";
import { boxAround, type PointPx } from "./box.ts";

/** What of a frame places it on the slide. */
export type PlacedFrame = Pick<FrameHeader, "width" | "height" | "pixelSizeUm" | "stagePositionUm">;

/**
 * Stage um from image px. The stage position is that of the picture's centre; without a camera calibration the camera
 * is taken to be in line with the stage (image right is +x, image down is +y).
 *
 * @returns undefined where scale or place are unknown
 */
export function stageFromImage(frame: PlacedFrame): Affine | undefined {
  const { pixelSizeUm: scale, stagePositionUm: centre } = frame;
  if (scale === undefined || centre === undefined) return undefined;
  return { a: scale, b: 0, c: centre.x - (scale * frame.width) / 2, d: 0, e: scale, f: centre.y - (scale * frame.height) / 2 };
}

/** The way back of {@link stageFromImage}. */
export function imageFromStage(frame: PlacedFrame): Affine | undefined {
  const map = stageFromImage(frame);
  return map === undefined ? undefined : invertAffine(map);
}

/** Where on the stage a point of the picture lies. */
export function stagePointOf(frame: PlacedFrame, point: PointPx): StagePointUm | undefined {
  const map = stageFromImage(frame);
  if (map === undefined) return undefined;
  const { x, y } = applyAffine(map, point);
  return { x: um(x), y: um(y) };
}

/** The rectangle of the stage that a box of the picture covers (its bounds, were the camera turned). */
export function stageRectOf(frame: PlacedFrame, box: BoxPx): StageRectUm | undefined {
  const map = stageFromImage(frame);
  if (map === undefined) return undefined;
  const { x, y, width, height } = boundsThrough(map, box);
  return { x: um(x), y: um(y), width: um(width), height: um(height) };
}

/** The box of the picture that a rectangle of the stage covers; may reach outside the picture. */
export function imageBoxOf(frame: PlacedFrame, rect: StageRectUm): BoxPx | undefined {
  const map = imageFromStage(frame);
  return map === undefined ? undefined : boundsThrough(map, rect);
}

/** The rectangle of the stage that the whole picture shows. */
export function fieldRectOf(frame: PlacedFrame): StageRectUm | undefined {
  return stageRectOf(frame, { x: 0, y: 0, width: frame.width, height: frame.height });
}

function boundsThrough(map: Affine, box: BoxPx): BoxPx {
  const corners = [0, 1].flatMap((i) => [0, 1].map((j) => applyAffine(map, { x: box.x + i * box.width, y: box.y + j * box.height })));
  return boxAround(corners) ?? box;
}
