import type { Point } from "../geometry/affine.ts";

/** Corners of a convex shape, round about. */
export type Outline = readonly Point[];

/** Places are taken to this grain: sides that are parallel but for rounding become so. */
const GRAINS_PER_UNIT = 1e6;

/**
 * Area that convex shapes cover together, what several cover taken once; the square of their unit. Cut into upright strips at every
 * corner and crossing: within one the length that is covered grows evenly, so that its middle says how much.
 */
export function unionArea(outlines: readonly Outline[]): number {
  const shapes = inLineWithFirst(outlines).map((outline) => ({ outline, ...extentOf(outline) }));
  const cuts = new Set(shapes.flatMap(({ outline }) => outline.map(({ x }) => x)));
  shapes.forEach((shape, i) => {
    for (const other of shapes.slice(i + 1)) if (meets(shape, other)) for (const x of crossings(shape.outline, other.outline)) cuts.add(x);
  });
  const edges = [...cuts].sort((a, b) => a - b);
  let area = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const left = edges[i] ?? 0;
    const right = edges[i + 1] ?? 0;
    const within = shapes.filter((shape) => shape.left <= left && shape.right >= right);
    area += (right - left) * coveredLength(within.map(({ outline }) => spanAt(outline, (left + right) / 2)));
  }
  return area;
}

/** Turned so that the first side of the first lies level: fields of one camera, however it is turned, are then upright boxes. */
function inLineWithFirst(outlines: readonly Outline[]): Outline[] {
  const [from, to] = outlines[0] ?? [];
  const length = from === undefined || to === undefined ? 0 : Math.hypot(to.x - from.x, to.y - from.y);
  const [cos, sin] = from === undefined || to === undefined || length === 0 ? [1, 0] : [(to.x - from.x) / length, (to.y - from.y) / length];
  const grained = (value: number): number => Math.round(value * GRAINS_PER_UNIT) / GRAINS_PER_UNIT;
  return outlines.map((outline) => outline.map(({ x, y }) => ({ x: grained(cos * x + sin * y), y: grained(cos * y - sin * x) })));
}

interface Extent {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function extentOf(outline: Outline): Extent {
  const xs = outline.map(({ x }) => x);
  const ys = outline.map(({ y }) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

function meets(a: Extent, b: Extent): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

type Side = readonly [from: Point, to: Point];

/** Sides that are not upright, each from left to right: an upright one lies on a cut. */
function leaningSides(outline: Outline): Side[] {
  return outline.flatMap((from, i): Side[] => {
    const to = outline[(i + 1) % outline.length] ?? from;
    return from.x === to.x ? [] : [from.x < to.x ? [from, to] : [to, from]];
  });
}

/** Where sides of one cross sides of the other, from the left. */
function crossings(one: Outline, other: Outline): number[] {
  const slope = ([from, to]: Side): number => (to.y - from.y) / (to.x - from.x);
  return leaningSides(one).flatMap((a) => leaningSides(other).flatMap((b) => {
    const steeper = slope(a) - slope(b);
    if (steeper === 0) return [];
    const x = (b[0].y - slope(b) * b[0].x - (a[0].y - slope(a) * a[0].x)) / steeper;
    return x > Math.max(a[0].x, b[0].x) && x < Math.min(a[1].x, b[1].x) ? [x] : [];
  }));
}

/** From where to where an upright line at `x` lies inside. */
function spanAt(outline: Outline, x: number): readonly [from: number, to: number] {
  const ys = leaningSides(outline).filter(([from, to]) => from.x <= x && to.x >= x).map(([from, to]) => from.y + ((x - from.x) * (to.y - from.y)) / (to.x - from.x));
  return [Math.min(...ys), Math.max(...ys)];
}

function coveredLength(spans: ReadonlyArray<readonly [number, number]>): number {
  let length = 0;
  let reached = -Infinity;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return length;
}
