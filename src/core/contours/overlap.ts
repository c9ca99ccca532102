import type { Contour } from "./polygon.ts";
import { cornersOfContour } from "./polygon.ts";
import { commonLength, lengthOfSpans, spansAt } from "./spans.ts";

/** Areas of two contours and of what they share, square of their unit. */
export interface SharedArea {
  readonly a: number;
  readonly b: number;
  readonly shared: number;
}

/** Slabs are no higher than this part of the two contours' height. */
const LEAST_SLABS = 64;

/**
 * Areas of two contours and of their intersection, summed over level slabs that begin and end at the corners of either
 * one. Exact but for slabs in which the outlines cross each other: there the middle of a slab of at most 1/64 of the
 * height stands for the whole. Equal contours share exactly their area.
 */
function sharedArea(a: Contour, b: Contour): SharedArea {
  const levels = levelsOf(a, b);
  const sum = { a: 0, b: 0, shared: 0 };
  for (let i = 0; i + 1 < levels.length; i++) {
    const top = levels[i] ?? 0;
    const height = (levels[i + 1] ?? 0) - top;
    const spansA = spansAt(a, top + height / 2);
    const spansB = spansAt(b, top + height / 2);
    sum.a += height * lengthOfSpans(spansA);
    sum.b += height * lengthOfSpans(spansB);
    sum.shared += height * commonLength(spansA, spansB);
  }
  return sum;
}

/** Intersection over union of two contours: 0 apart, 1 the same. */
export function overlapOfContours(a: Contour, b: Contour): number {
  if (areApart(a, b)) return 0;
  const areas = sharedArea(a, b);
  const union = areas.a + areas.b - areas.shared;
  return union > 0 ? Math.min(areas.shared / union, 1) : 0;
}

/** The share of the smaller contour that lies in the other. */
export function overlapOfSmaller(a: Contour, b: Contour): number {
  if (areApart(a, b)) return 0;
  const areas = sharedArea(a, b);
  const smaller = Math.min(areas.a, areas.b);
  return smaller > 0 ? Math.min(areas.shared / smaller, 1) : 0;
}

function areApart(a: Contour, b: Contour): boolean {
  const boxA = cornersOfContour(a);
  const boxB = cornersOfContour(b);
  return !(boxA.x0 < boxB.x1 && boxB.x0 < boxA.x1 && boxA.y0 < boxB.y1 && boxB.y0 < boxA.y1);
}

/** Heights of all corners in order, with levels between those that lie far apart. */
function levelsOf(a: Contour, b: Contour): number[] {
  const heights: number[] = [];
  for (const contour of [a, b]) {
    for (let i = 1; i < contour.length; i += 2) heights.push(contour[i] ?? 0);
  }
  heights.sort((one, other) => one - other);
  const largest = ((heights.at(-1) ?? 0) - (heights[0] ?? 0)) / LEAST_SLABS;
  const levels: number[] = [];
  for (const height of heights) {
    const before = levels.at(-1);
    if (before === undefined) levels.push(height);
    else if (height > before) {
      const parts = Math.ceil((height - before) / largest);
      for (let k = 1; k < parts; k++) levels.push(before + ((height - before) * k) / parts);
      levels.push(height);
    }
  }
  return levels;
}
