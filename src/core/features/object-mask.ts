import { spansAt } from "../contours/spans.ts";
import type { LabelMap } from "../image/plane.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { Point } from "./convex-hull.ts";

/** An object to measure, in pixels of its picture. Without a contour the ellipse inscribed in the box stands for it. */
export interface MeasurableObject {
  readonly box: BoxPx;
  readonly contour?: readonly number[] | undefined;
}

/** Pixels of one object, cut out of its picture: a label map with the one label 1 whose (0, 0) is the picture's (left, top). */
export interface ObjectMask extends LabelMap {
  readonly left: number;
  readonly top: number;
  readonly pixels: number;
}

/** The pixels whose centres lie inside the object's contour, or inside the ellipse inscribed in its box; undefined when no pixel of the picture does. */
export function maskOf(object: MeasurableObject, picture: { readonly width: number; readonly height: number }): ObjectMask | undefined {
  const { box, contour } = object;
  const corners = contour === undefined ? box : boxAround(contour);
  const left = Math.max(Math.floor(corners.x), 0);
  const top = Math.max(Math.floor(corners.y), 0);
  const width = Math.min(Math.ceil(corners.x + corners.width), picture.width) - left;
  const height = Math.min(Math.ceil(corners.y + corners.height), picture.height) - top;
  if (!(width > 0 && height > 0)) return undefined;
  const labels = new Int32Array(width * height);
  let pixels = 0;
  for (let row = 0; row < height; row++) {
    const y = top + row + 0.5;
    const spans = contour === undefined ? ellipseSpan(box, y) : spansAt(contour, y);
    for (let i = 0; i + 1 < spans.length; i += 2) {
      // A centre on the left edge is inside, one on the right edge is not.
      const from = Math.max(Math.ceil((spans[i] ?? 0) - 0.5) - left, 0);
      const to = Math.min(Math.ceil((spans[i + 1] ?? 0) - 0.5) - left, width);
      if (to <= from) continue;
      labels.fill(1, row * width + from, row * width + to);
      pixels += to - from;
    }
  }
  return pixels === 0 ? undefined : { left, top, width, height, labels, count: 1, pixels };
}

function ellipseSpan({ x, y, width, height }: BoxPx, line: number): number[] {
  const off = (2 * (line - y)) / height - 1;
  if (!(Math.abs(off) < 1)) return [];
  const half = (width / 2) * Math.sqrt(1 - off * off);
  return [x + width / 2 - half, x + width / 2 + half];
}

function boxAround(contour: readonly number[]): BoxPx {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < contour.length; i += 2) {
    const x = contour[i] ?? 0;
    const y = contour[i + 1] ?? 0;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

/** Corners of the first and last pixel of every row: their hull is that of all pixels' corners, in one piece or not. */
export function pixelCornersOf({ width, height, labels }: LabelMap): Point[] {
  const points: Point[] = [];
  for (let y = 0; y < height; y++) {
    const row = labels.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    const end = row.lastIndexOf(1) + 1;
    points.push({ x: first, y }, { x: first, y: y + 1 }, { x: end, y }, { x: end, y: y + 1 });
  }
  return points;
}

/** Middles of the outermost pixel edges of every row and column: their hull is that of the outline through the middles of all edges. */
export function edgeMiddlesOf({ width, height, labels }: LabelMap): Point[] {
  const points: Point[] = [];
  const tops = new Int32Array(width).fill(-1);
  const ends = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    const row = labels.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    const last = row.lastIndexOf(1);
    points.push({ x: first, y: y + 0.5 }, { x: last + 1, y: y + 0.5 });
    for (let x = first; x <= last; x++) {
      if (row[x] !== 1) continue;
      if (tops[x] === -1) tops[x] = y;
      ends[x] = y + 1;
    }
  }
  for (let x = 0; x < width; x++) {
    const top = tops[x] as number;
    if (top >= 0) points.push({ x: x + 0.5, y: top }, { x: x + 0.5, y: ends[x] as number });
  }
  return points;
}
