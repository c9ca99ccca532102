import type { Point } from "./convex-hull.ts";

/** Radius within which neighbours are counted, um. */
export const DENSITY_RADIUS_UM = 30;

/** Where objects stand among each other; index is the object's. */
export interface Neighbourhood {
  /** Centre to nearest other centre, unit of the points; NaN for an object that is alone. */
  readonly nearest: Float64Array;
  /** Other centres within the radius, divided by the part of that disc that lies in the picture. */
  readonly density: Float64Array;
}

/** Each object against all others of its picture. A few thousand take some milliseconds. */
export function neighbourhoodOf(centres: readonly Point[], picture: { readonly width: number; readonly height: number }, radius: number): Neighbourhood {
  const nearest = new Float64Array(centres.length).fill(Infinity);
  const density = new Float64Array(centres.length);
  const reach = radius * radius;
  for (const [i, a] of centres.entries()) {
    for (let j = i + 1; j < centres.length; j++) {
      const b = centres[j];
      if (b === undefined) continue;
      const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
      if (square < (nearest[i] as number)) nearest[i] = square;
      if (square < (nearest[j] as number)) nearest[j] = square;
      if (square > reach) continue;
      density[i] = (density[i] as number) + 1;
      density[j] = (density[j] as number) + 1;
    }
  }
  for (const [i, centre] of centres.entries()) {
    nearest[i] = nearest[i] === Infinity ? NaN : Math.sqrt(nearest[i] as number);
    density[i] = (density[i] as number) / areaInPicture(centre, radius, picture);
  }
  return { nearest, density };
}

/** Level strips that a disc over the picture's edge is cut into: wrong by less than one part in a thousand. */
const STRIPS = 256;

/** Area of the part of a disc that lies in the picture, square of the points' unit. */
export function areaInPicture({ x, y }: Point, radius: number, { width, height }: { readonly width: number; readonly height: number }): number {
  if (x >= radius && y >= radius && x <= width - radius && y <= height - radius) return Math.PI * radius * radius;
  const top = Math.max(y - radius, 0);
  const strip = (Math.min(y + radius, height) - top) / STRIPS;
  let area = 0;
  for (let k = 0; k < STRIPS; k++) {
    const off = top + (k + 0.5) * strip - y;
    const half = Math.sqrt(Math.max(radius * radius - off * off, 0));
    area += Math.max(Math.min(x + half, width) - Math.max(x - half, 0), 0) * strip;
  }
  return area;
}
