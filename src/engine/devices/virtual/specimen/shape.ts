/**
 * Star-shaped outlines: a centre and a radius for each direction.
 * Directions are "diamond angles" (0..4, one unit a quadrant), monotone in the true angle but free of atan2, because
 * painting asks for the direction of millions of pixels.
 */
import type { PointUm, RectUm } from "./types.ts";

/** Entries of a radius table; a power of two so that wrap-around is a mask. */
const SHAPE_STEPS = 128;
const OUTLINE_POINTS = 36;

/** True angle of each entry of a radius table, radians. */
const STEP_ANGLES = Float64Array.from({ length: SHAPE_STEPS }, (_, step) => angleOfStep(step));

export interface Shape {
  readonly centreUm: PointUm;
  /** Radius in um for diamond angle `i * 4 / SHAPE_STEPS`. */
  readonly radiiUm: Float32Array;
  readonly meanRadiusUm: number;
  readonly maxRadiusUm: number;
}

/** Diamond angle (0..4) of a direction; 0 for the zero vector. */
function diamondAngle(dx: number, dy: number): number {
  const sum = Math.abs(dx) + Math.abs(dy);
  if (sum === 0) return 0;
  const p = dy / sum;
  if (dx < 0) return 2 - p;
  return p < 0 ? p + 4 : p;
}

/** Radius of the shape towards (dx, dy), linear between table entries. */
export function radiusTowards(shape: Shape, dx: number, dy: number): number {
  const at = diamondAngle(dx, dy) * (SHAPE_STEPS / 4);
  const low = Math.floor(at);
  const a = shape.radiiUm[low & (SHAPE_STEPS - 1)] ?? 0;
  const b = shape.radiiUm[(low + 1) & (SHAPE_STEPS - 1)] ?? 0;
  return a + (b - a) * (at - low);
}

/** Tabulates `radiusUm(angle in radians)` into a shape. */
export function makeShape(centreUm: PointUm, radiusUm: (angle: number) => number): Shape {
  const radiiUm = new Float32Array(SHAPE_STEPS);
  let sum = 0;
  let max = 0;
  for (let i = 0; i < SHAPE_STEPS; i += 1) {
    const radius = radiusUm(STEP_ANGLES[i] ?? 0);
    radiiUm[i] = radius;
    sum += radius;
    max = Math.max(max, radius);
  }
  return { centreUm, radiiUm, meanRadiusUm: sum / SHAPE_STEPS, maxRadiusUm: max };
}

/** The outline as a closed polygon of 36 points evenly spaced in angle (first point not repeated). */
export function outlineOf(shape: Shape): PointUm[] {
  const points: PointUm[] = [];
  for (let i = 0; i < OUTLINE_POINTS; i += 1) {
    const angle = (2 * Math.PI * i) / OUTLINE_POINTS;
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    const radius = radiusTowards(shape, dx, dy);
    points.push({ x: shape.centreUm.x + radius * dx, y: shape.centreUm.y + radius * dy });
  }
  return points;
}

/** Smallest upright rectangle around a polygon. */
export function boundsOf(points: readonly PointUm[]): RectUm {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Area of a simple polygon in um2 (shoelace formula). */
export function areaOf(points: readonly PointUm[]): number {
  let doubled = 0;
  let previous = points[points.length - 1];
  for (const point of points) {
    if (previous !== undefined) doubled += previous.x * point.y - point.x * previous.y;
    previous = point;
  }
  return Math.abs(doubled) / 2;
}

/** The part of a polygon inside a rectangle (Sutherland-Hodgman); empty when they do not meet. */
export function clipToRect(points: readonly PointUm[], rect: RectUm): PointUm[] {
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  let kept = [...points];
  kept = clipHalfPlane(kept, (p) => p.x - rect.x);
  kept = clipHalfPlane(kept, (p) => right - p.x);
  kept = clipHalfPlane(kept, (p) => p.y - rect.y);
  return clipHalfPlane(kept, (p) => bottom - p.y);
}

function clipHalfPlane(points: readonly PointUm[], inside: (p: PointUm) => number): PointUm[] {
  const kept: PointUm[] = [];
  let previous = points[points.length - 1];
  for (const point of points) {
    if (previous === undefined) break;
    const was = inside(previous);
    const is = inside(point);
    if (was < 0 !== is < 0) {
      const t = was / (was - is);
      kept.push({ x: previous.x + t * (point.x - previous.x), y: previous.y + t * (point.y - previous.y) });
    }
    if (is >= 0) kept.push(point);
    previous = point;
  }
  return kept;
}

function angleOfStep(step: number): number {
  const diamond = (step * 4) / SHAPE_STEPS;
  const quadrant = Math.floor(diamond);
  const within = diamond - quadrant;
  return (Math.PI / 2) * quadrant + Math.atan2(within, 1 - within);
}
