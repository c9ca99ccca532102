import type { Corners } from "../detection/box.ts";

/** An outline: x and y in turn, closed by itself (the first point is not repeated). Pixel centres lie at .5. */
export type Contour = readonly number[] | Int32Array | Float32Array;

/** Twice the enclosed area with the sign of the direction: positive where it runs clockwise as seen on the screen (y down). */
export function doubleSignedArea(contour: Contour): number {
  let sum = 0;
  const last = contour.length - 2;
  for (let i = 0, j = last; i <= last; j = i, i += 2) {
    sum += (contour[j] ?? 0) * (contour[i + 1] ?? 0) - (contour[i] ?? 0) * (contour[j + 1] ?? 0);
  }
  return sum;
}

/** Enclosed area of a contour that does not cross itself, square of its unit. */
export function areaOfContour(contour: Contour): number {
  return Math.abs(doubleSignedArea(contour)) / 2;
}

/** The smallest box around a contour. */
export function cornersOfContour(contour: Contour): Corners {
  let x0 = Infinity;
  let y0 = Infinity;
  let x1 = -Infinity;
  let y1 = -Infinity;
  for (let i = 0; i + 1 < contour.length; i += 2) {
    const x = contour[i] ?? 0;
    const y = contour[i + 1] ?? 0;
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y);
  }
  return { x0, y0, x1, y1 };
}

/** Whether a point lies inside (even-odd rule). Left and upper edges belong to the inside, right and lower ones do not. */
export function contourHolds(contour: Contour, x: number, y: number): boolean {
  let isInside = false;
  const last = contour.length - 2;
  for (let i = 0, j = last; i <= last; j = i, i += 2) {
    const ay = contour[j + 1] ?? 0;
    const by = contour[i + 1] ?? 0;
    if (ay <= y === by <= y) continue;
    const ax = contour[j] ?? 0;
    const crossing = ax + ((y - ay) / (by - ay)) * ((contour[i] ?? 0) - ax);
    if (crossing <= x) isInside = !isInside;
  }
  return isInside;
}

/** Distance from a point to the nearest place of the outline. */
export function distanceToContour(contour: Contour, x: number, y: number): number {
  let nearest = Infinity;
  const last = contour.length - 2;
  for (let i = 0, j = last; i <= last; j = i, i += 2) {
    const ax = contour[j] ?? 0;
    const ay = contour[j + 1] ?? 0;
    nearest = Math.min(nearest, distanceToSegment(x, y, ax, ay, contour[i] ?? 0, contour[i + 1] ?? 0));
  }
  return nearest;
}

/** Distance from (x, y) to the straight line between two points. */
export function distanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length2, 0), 1);
  return Math.hypot(ax + along * dx - x, ay + along * dy - y);
}
