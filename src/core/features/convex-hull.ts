import type { Contour } from "../contours/polygon.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How wide an object is between two parallel lines, unit of its points. */
export interface FeretDiameters {
  readonly max: number;
  readonly min: number;
}

/** The points of an outline, one by one. */
export function pointsOf(outline: Contour): Point[] {
  return Array.from({ length: Math.floor(outline.length / 2) }, (_, i) => ({ x: outline[2 * i] ?? 0, y: outline[2 * i + 1] ?? 0 }));
}

/** Corners of the convex hull in turn, none of them on a straight line (Andrew's monotone chain, 1979). Points on one line give its two ends. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const lower = chain(sorted);
  const upper = chain(sorted.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    for (;;) {
      const a = kept.at(-2);
      const b = kept.at(-1);
      if (a === undefined || b === undefined || (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
      kept.pop();
    }
    kept.push(point);
  }
  return kept;
}

/** Area inside a hull, square of the points' unit. */
export function areaOfHull(hull: readonly Point[]): number {
  let twice = 0;
  for (const [i, a] of hull.entries()) {
    const b = hull[(i + 1) % hull.length] ?? a;
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

/**
 * Largest distance of any two points, and smallest width between parallel lines. The narrowest pair of lines has one side of
 * the hull on it (Freeman and Shapira 1975), so each side is tried with the corner farthest from it.
 */
export function feretDiameters(points: readonly Point[]): FeretDiameters {
  const hull = convexHull(points);
  let max = 0;
  let min = Infinity;
  for (const [i, a] of hull.entries()) {
    const b = hull[(i + 1) % hull.length] ?? a;
    const side = Math.hypot(b.x - a.x, b.y - a.y);
    let width = 0;
    for (const c of hull) {
      max = Math.max(max, Math.hypot(c.x - a.x, c.y - a.y));
      if (side > 0) width = Math.max(width, Math.abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / side);
    }
    if (side > 0) min = Math.min(min, width);
  }
  return { max, min: min === Infinity ? 0 : min };
}
