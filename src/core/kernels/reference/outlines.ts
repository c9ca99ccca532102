import type { LabelMap } from "../../image/plane.ts";
import type { Outlines } from "../pixel-kernels.ts";
import { checkLabel } from "./components.ts";
import { checkLabelMap } from "./plane-checks.ts";

/** East, south, west, north: turning right is one further. */
const STEP_X = [1, 0, -1, 0] as const;
const STEP_Y = [0, 1, 0, -1] as const;
/** From a corner to the pixel ahead on the left of each direction, which is also the one ahead on the right of the direction before it. */
const AHEAD_LEFT_X = [0, 0, -1, -1] as const;
const AHEAD_LEFT_Y = [-1, 0, 0, -1] as const;

/**
 * See PixelKernels.outlines. Walks along the cracks between pixels with the object on the right hand, beginning at the
 * upper left corner of its first pixel, and notes a corner where the way turns.
 */
export function outlines(map: LabelMap): Outlines {
  checkLabelMap(map, "outlines");
  const { width, height, labels, count } = map;
  const found = Array.from({ length: count }, () => new Int32Array(0));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? 0;
    if (label === 0) continue;
    checkLabel(label, count, "outlines");
    if (found[label - 1]?.length === 0) found[label - 1] = Int32Array.from(walk(labels, width, height, i));
  }
  return found;
}

/** @param first the object's first pixel, row by row: nothing of it lies above, nor to the left in that row */
function walk(labels: Int32Array, width: number, height: number, first: number): number[] {
  const label = labels[first];
  const startX = first % width;
  const startY = (first - startX) / width;
  const isInside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] === label;
  const points: number[] = [startX, startY];
  let x = startX + 1;
  let y = startY;
  let direction = 0;
  while (x !== startX || y !== startY) {
    const turn = turnAt(isInside, x, y, direction);
    if (turn !== 0) points.push(x, y);
    direction = (direction + turn) & 3;
    x += STEP_X[direction] ?? 0;
    y += STEP_Y[direction] ?? 0;
  }
  return points;
}

/**
 * At a corner, having come along `direction`, the two pixels ahead decide. The one on the left inside: turn left (so
 * pixels that touch only in this corner stay together); else the one on the right outside: turn right.
 *
 * @returns -1 left, 0 straight on, 1 right
 */
function turnAt(isInside: (x: number, y: number) => boolean, x: number, y: number, direction: number): -1 | 0 | 1 {
  const left = direction;
  const right = (direction + 1) & 3;
  if (isInside(x + (AHEAD_LEFT_X[left] ?? 0), y + (AHEAD_LEFT_Y[left] ?? 0))) return -1;
  return isInside(x + (AHEAD_LEFT_X[right] ?? 0), y + (AHEAD_LEFT_Y[right] ?? 0)) ? 0 : 1;
}
