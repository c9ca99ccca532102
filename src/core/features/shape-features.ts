import type { LabelMap } from "../image/plane.ts";
import type { Outlines } from "../kernels/pixel-kernels.ts";
import { areaOfHull, convexHull, pointsOf } from "./convex-hull.ts";

/** Sums over the pixels of each object; index 0 is label 1. Pixels, not um. */
export interface Moments {
  readonly area: Float64Array;
  readonly centroidX: Float64Array;
  readonly centroidY: Float64Array;
  /** Central second moments divided by the area, px2. */
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

/** One walk over the map. Sums are taken from whole coordinates: exact for any picture that fits into memory. */
export function momentsOf({ width, height, labels, count }: LabelMap): Moments {
  const area = new Float64Array(count);
  const sx = new Float64Array(count);
  const sy = new Float64Array(count);
  const xx = new Float64Array(count);
  const yy = new Float64Array(count);
  const xy = new Float64Array(count);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const label = labels[at] as number;
      if (label === 0) continue;
      const i = label - 1;
      area[i] = (area[i] as number) + 1;
      sx[i] = (sx[i] as number) + x;
      sy[i] = (sy[i] as number) + y;
      xx[i] = (xx[i] as number) + x * x;
      yy[i] = (yy[i] as number) + y * y;
      xy[i] = (xy[i] as number) + x * y;
    }
  }
  for (let i = 0; i < count; i++) {
    const n = area[i] as number;
    const mx = (sx[i] as number) / n;
    const my = (sy[i] as number) / n;
    xx[i] = Math.max((xx[i] as number) / n - mx * mx, 0);
    yy[i] = Math.max((yy[i] as number) / n - my * my, 0);
    xy[i] = (xy[i] as number) / n - mx * my;
    sx[i] = mx;
    sy[i] = my;
  }
  return { area, centroidX: sx, centroidY: sy, xx, yy, xy };
}

/** The ellipse with the same second moments: full axes in px, orientation in degrees (see the feature `orientationDeg`). */
export function ellipseOf(moments: Moments, index: number): { major: number; minor: number; eccentricity: number; orientationDeg: number } {
  const xx = moments.xx[index] ?? 0;
  const yy = moments.yy[index] ?? 0;
  const xy = moments.xy[index] ?? 0;
  const mean = (xx + yy) / 2;
  const spread = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const large = mean + spread;
  const small = Math.max(mean - spread, 0);
  return {
    major: 4 * Math.sqrt(large),
    minor: 4 * Math.sqrt(small),
    eccentricity: large === 0 ? 0 : Math.sqrt(1 - small / large),
    // Rows grow downwards: the angle people see is the negative one.
    orientationDeg: spread === 0 ? 0 : (-0.5 * Math.atan2(2 * xy, xx - yy) * 180) / Math.PI + 0,
  };
}

/** Length that a border pixel stands for, by how many of its neighbours are border: 1 + 2 per side + 10 per corner. */
const BORDER_LENGTHS = borderLengths();

function borderLengths(): Float64Array {
  const lengths = new Float64Array(50);
  for (const code of [5, 7, 15, 17, 25, 27]) lengths[code] = 1;
  for (const code of [21, 33]) lengths[code] = Math.SQRT2;
  for (const code of [13, 23]) lengths[code] = (1 + Math.SQRT2) / 2;
  return lengths;
}

/**
 * Perimeter of each object, px: pixels with a side towards something else, weighted by the pattern they form (Benkrid
 * and Crookes, "Design and FPGA implementation of a perimeter estimator", 2000; scikit-image's `perimeter`, neighbourhood 4).
 */
export function perimetersOf({ width, height, labels, count }: LabelMap): Float64Array {
  const perimeter = new Float64Array(count);
  const border = new Int32Array(labels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const label = labels[at] as number;
      if (label === 0) continue;
      const inside = x > 0 && y > 0 && x < width - 1 && y < height - 1
        && labels[at - 1] === label && labels[at + 1] === label && labels[at - width] === label && labels[at + width] === label;
      if (!inside) border[at] = label;
    }
  }
  const is = (at: number, label: number): number => (border[at] === label ? 1 : 0);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const label = border[at] as number;
      if (label === 0) continue;
      const left = x > 0;
      const right = x < width - 1;
      const up = y > 0;
      const down = y < height - 1;
      const sides = (left ? is(at - 1, label) : 0) + (right ? is(at + 1, label) : 0) + (up ? is(at - width, label) : 0) + (down ? is(at + width, label) : 0);
      const corners = (up && left ? is(at - width - 1, label) : 0) + (up && right ? is(at - width + 1, label) : 0)
        + (down && left ? is(at + width - 1, label) : 0) + (down && right ? is(at + width + 1, label) : 0);
      perimeter[label - 1] = (perimeter[label - 1] ?? 0) + (BORDER_LENGTHS[1 + 2 * sides + 10 * corners] ?? 0);
    }
  }
  return perimeter;
}

/** Area of the convex hull of each outline, px2. */
export function hullAreasOf(outlines: Outlines): Float64Array {
  return Float64Array.from(outlines, (outline) => areaOfHull(convexHull(pointsOf(outline))));
}

/** 1 for each object with a pixel on the picture's border. */
export function borderTouchesOf({ width, height, labels, count }: LabelMap): Float64Array {
  const touches = new Float64Array(count);
  const mark = (at: number): void => {
    const label = labels[at] ?? 0;
    if (label > 0) touches[label - 1] = 1;
  };
  for (let x = 0; x < width; x++) {
    mark(x);
    mark((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    mark(y * width);
    mark(y * width + width - 1);
  }
  return touches;
}
