import type { BoxPx } from "../../shared/domain/detection.ts";
import type { FrameHeader, StageUmFromPx } from "../../shared/domain/frame.ts";
import { type StagePointUm, um } from "../../shared/units.ts";
import { type Affine, applyAffine, invertAffine } from "./affine.ts";
import type { PointPx } from "./box.ts";

/** What of a frame says how large its pixels are and how it lies to the stage. */
export type FrameScale = Pick<FrameHeader, "pixelSizeUm" | "stageUmFromPx">;

/** What of a frame places it on the slide. */
export type PlacedFrame = Pick<FrameHeader, "width" | "height" | "stagePositionUm"> & FrameScale;

/** um on the stage per px; without a camera calibration the camera is in line with the stage (image right is +x, image down is +y). */
function stageUmFromPx({ pixelSizeUm: scale, stageUmFromPx: told }: FrameScale): StageUmFromPx | undefined {
  if (scale === undefined) return undefined;
  return told ?? [scale, 0, 0, scale];
}

/**
 * Stage um from image px. The stage position is that of the picture's centre.
 *
 * @returns undefined where scale or place are unknown
 */
export function stageFromImage(frame: PlacedFrame): Affine | undefined {
  const matrix = stageUmFromPx(frame);
  const { stagePositionUm: centre, width, height } = frame;
  if (matrix === undefined || centre === undefined) return undefined;
  const [a, b, d, e] = matrix;
  return { a, b, c: centre.x - (a * width) / 2 - (b * height) / 2, d, e, f: centre.y - (d * width) / 2 - (e * height) / 2 };
}

/** The way back of {@link stageFromImage}. */
export function imageFromStage(frame: PlacedFrame): Affine | undefined {
  const map = stageFromImage(frame);
  return map === undefined ? undefined : invertAffine(map);
}

/** Where on the stage a point of the picture lies. */
export function stagePointOf(frame: PlacedFrame, point: PointPx): StagePointUm | undefined {
  const map = stageFromImage(frame);
  return map === undefined ? undefined : branded(applyAffine(map, point));
}

/** The way on the stage that is a way in the picture: `wayPx.x` to the right, `wayPx.y` down. Undefined where the scale is unknown. */
export function stageWayOf(frame: FrameScale, wayPx: PointPx): StagePointUm | undefined {
  const matrix = stageUmFromPx(frame);
  if (matrix === undefined) return undefined;
  const [a, b, c, d] = matrix;
  return branded({ x: a * wayPx.x + b * wayPx.y, y: c * wayPx.x + d * wayPx.y });
}

/** An upright box of the picture as it lies on the stage: its middle, and its sides, which lie as the picture does. All um. */
export interface StageBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where on the stage a box of the picture lies, and how large it is there. */
export function stageBoxOf(frame: PlacedFrame, box: BoxPx): StageBox | undefined {
  const [corner, right, opposite, below] = stageOutlineOf(frame, box) ?? [];
  if (corner === undefined || right === undefined || opposite === undefined || below === undefined) return undefined;
  return {
    x: corner.x + (opposite.x - corner.x) / 2, y: corner.y + (opposite.y - corner.y) / 2,
    width: Math.hypot(right.x - corner.x, right.y - corner.y), height: Math.hypot(below.x - corner.x, below.y - corner.y),
  };
}

/** The corners of a box of the picture on the stage, round about from its top left. */
export function stageOutlineOf(frame: PlacedFrame, { x, y, width, height }: BoxPx): StagePointUm[] | undefined {
  const map = stageFromImage(frame);
  if (map === undefined) return undefined;
  const corners = [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];
  return corners.map((corner) => branded(applyAffine(map, corner)));
}

/** The corners of what the whole picture shows. */
export function fieldOutlineOf(frame: PlacedFrame): StagePointUm[] | undefined {
  return stageOutlineOf(frame, { x: 0, y: 0, width: frame.width, height: frame.height });
}

function branded({ x, y }: PointPx): StagePointUm {
  return { x: um(x), y: um(y) };
}
