import type { BoxPx } from "../../shared/domain/detection.ts";

/** Corners of an axis-parallel box, x0 <= x1 and y0 <= y1, any one unit. */
export interface Corners {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Overlap of two boxes as a share of what they cover together: 0 apart, 1 the same. */
export function intersectionOverUnion(a: Corners, b: Corners): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / Math.max(areaOf(a) + areaOf(b) - shared, 1e-9);
}

/** Area in the square of the box's unit. */
export function areaOf(box: Corners): number {
  return (box.x1 - box.x0) * (box.y1 - box.y0);
}

/** The part of a box that lies inside another; of no area where it lies outside. */
export function clipTo(box: Corners, limits: Corners): Corners {
  return {
    x0: Math.min(Math.max(box.x0, limits.x0), limits.x1),
    y0: Math.min(Math.max(box.y0, limits.y0), limits.y1),
    x1: Math.min(Math.max(box.x1, limits.x0), limits.x1),
    y1: Math.min(Math.max(box.y1, limits.y0), limits.y1),
  };
}

/** Steps of a pixel in which detections have their sides. */
const STEPS_PER_PX = 2 ** 20;

/**
 * The box as detections carry it, in millionths of a pixel: then x + width is the right side exactly. As floats come, the sum falls
 * short of the picture's border half the time where a box touches it, and the two-edge rule would count that object.
 */
export function toBoxPx(box: Corners): BoxPx {
  const inSteps = (side: number): number => Math.round(side * STEPS_PER_PX) / STEPS_PER_PX;
  const [x, y] = [inSteps(box.x0), inSteps(box.y0)];
  return { x, y, width: inSteps(box.x1) - x, height: inSteps(box.y1) - y };
}

export function cornersOf(box: BoxPx): Corners {
  return { x0: box.x, y0: box.y, x1: box.x + box.width, y1: box.y + box.height };
}
