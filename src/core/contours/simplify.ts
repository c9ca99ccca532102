import type { Contour } from "./polygon.ts";
import { distanceToSegment } from "./polygon.ts";

/**
 * Fewer points, none of the left-out ones further than `tolerance` from the new outline (Douglas and Peucker 1973). A
 * closed outline is first cut at its first point and at the point furthest from that. Points kept are points given, in
 * their order; never fewer than three where three were given that do not lie on one line.
 *
 * @param tolerance unit of the contour; 0 takes out only points on straight lines.
 */
export function simplifyContour(contour: Contour, tolerance: number): number[] {
  const points = Math.floor(contour.length / 2);
  if (points <= 3) return Array.from(contour);
  const far = furthestFrom(contour, 0, 0, points);
  const keep = new Uint8Array(points);
  keep[0] = 1;
  keep[far.point] = 1;
  keepBetween(contour, 0, far.point, tolerance, keep);
  keepBetween(contour, far.point, points, tolerance, keep);
  if (countOnes(keep) < 3) keepWidest(contour, far.point, keep);
  const kept: number[] = [];
  for (let point = 0; point < points; point++) {
    if (keep[point] === 1) kept.push(contour[2 * point] ?? 0, contour[2 * point + 1] ?? 0);
  }
  return kept;
}

/** Marks what must stay of the open line from point `first` to point `last` (`last` may be the count: the first again). */
function keepBetween(contour: Contour, first: number, last: number, tolerance: number, keep: Uint8Array): void {
  const open: Array<readonly [number, number]> = [[first, last]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [start, end] = span;
    const { point, distance } = furthestFrom(contour, start, start + 1, end, end);
    if (point < 0 || distance <= tolerance) continue;
    keep[point] = 1;
    open.push([start, point], [point, end]);
  }
}

/** The point of first..end - 1 furthest from point `a` (or from the line `a` to `b`); the first of equal ones. */
function furthestFrom(contour: Contour, a: number, first: number, end: number, b = a): { point: number; distance: number } {
  const at = (point: number): readonly [number, number] => {
    const i = (2 * point) % contour.length;
    return [contour[i] ?? 0, contour[i + 1] ?? 0];
  };
  const [ax, ay] = at(a);
  const [bx, by] = at(b);
  let point = -1;
  let distance = -1;
  for (let p = first; p < end; p++) {
    const d = distanceToSegment(contour[2 * p] ?? 0, contour[2 * p + 1] ?? 0, ax, ay, bx, by);
    if (d > distance) {
      point = p;
      distance = d;
    }
  }
  return { point, distance };
}

/** A tolerance wider than the object leaves two points: the one furthest from their line makes it a triangle again. */
function keepWidest(contour: Contour, far: number, keep: Uint8Array): void {
  const points = keep.length;
  const before = furthestFrom(contour, 0, 1, far, far);
  const after = furthestFrom(contour, 0, far + 1, points, far);
  const { point, distance } = before.distance >= after.distance ? before : after;
  if (point >= 0 && distance > 0) keep[point] = 1;
}

function countOnes(flags: Uint8Array): number {
  let count = 0;
  for (const flag of flags) count += flag;
  return count;
}
