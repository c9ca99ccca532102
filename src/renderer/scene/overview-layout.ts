import { contourHolds } from "../../core/contours/polygon.ts";
import { boxAround } from "../../core/geometry/box.ts";
import type { XyLimits } from "../../shared/domain/devices.ts";

/** An axis-parallel rectangle on the stage, um; x, y is the corner with the smallest coordinates. */
export interface StageRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** screenPx = (stageUm - origin) * pxPerUm. */
export interface MapTransform {
  readonly pxPerUm: number;
  readonly originXUm: number;
  readonly originYUm: number;
}

/** Room around the content, as a share of it on each side. */
const MARGIN = 0.15;
/** Nothing is shown larger than this: one field does not fill the map. */
const SMALLEST_SPAN_UM = 400;

/** What a picture shows, as it lies on the stage: its corners, round about, um. */
export type StageOutline = ReadonlyArray<{ readonly x: number; readonly y: number }>;

/** The smallest rectangle around all; undefined for none. */
export function boundsOf(outlines: readonly StageOutline[]): StageRect | undefined {
  return boxAround(outlines.flat());
}

/** Soft limits as a rectangle. */
export function rectOfLimits(limits: XyLimits): StageRect {
  return { x: limits.x.min, y: limits.y.min, width: limits.x.max - limits.x.min, height: limits.y.max - limits.y.min };
}

/** Shows `content` centred with a margin, both axes to the same scale. */
export function fitMap(content: StageRect, screen: { width: number; height: number }): MapTransform {
  const width = Math.max(content.width * (1 + 2 * MARGIN), SMALLEST_SPAN_UM);
  const height = Math.max(content.height * (1 + 2 * MARGIN), SMALLEST_SPAN_UM);
  const pxPerUm = Math.max(Math.min(screen.width / width, screen.height / height), 1e-9);
  return {
    pxPerUm,
    originXUm: content.x + content.width / 2 - screen.width / pxPerUm / 2,
    originYUm: content.y + content.height / 2 - screen.height / pxPerUm / 2,
  };
}

export function stageFromMap(map: MapTransform, screenPx: { x: number; y: number }): { x: number; y: number } {
  return { x: screenPx.x / map.pxPerUm + map.originXUm, y: screenPx.y / map.pxPerUm + map.originYUm };
}

export function mapFromStage(map: MapTransform, stageUm: { x: number; y: number }): { x: number; y: number } {
  return { x: (stageUm.x - map.originXUm) * map.pxPerUm, y: (stageUm.y - map.originYUm) * map.pxPerUm };
}

/** Zooms so that the stage place under `atPx` stays there. */
export function zoomMap(map: MapTransform, factor: number, atPx: { x: number; y: number }): MapTransform {
  const pxPerUm = Math.min(10, Math.max(1e-5, map.pxPerUm * factor));
  const fixed = stageFromMap(map, atPx);
  return { pxPerUm, originXUm: fixed.x - atPx.x / pxPerUm, originYUm: fixed.y - atPx.y / pxPerUm };
}

export function panMap(map: MapTransform, dxPx: number, dyPx: number): MapTransform {
  return { ...map, originXUm: map.originXUm - dxPx / map.pxPerUm, originYUm: map.originYUm - dyPx / map.pxPerUm };
}

/** The last of `fields` (the newest lies on top) that holds the place. */
export function fieldAt<F extends { readonly outlineUm: StageOutline }>(fields: readonly F[], stageUm: { x: number; y: number }): F | undefined {
  return fields.findLast(({ outlineUm }) => contourHolds(outlineUm.flatMap(({ x, y }) => [x, y]), stageUm.x, stageUm.y));
}
