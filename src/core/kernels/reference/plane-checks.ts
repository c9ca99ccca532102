import type { LabelMap, Plane } from "../../image/plane.ts";

/** Throws RangeError unless width and height are whole and the data hold just that many pixels. */
export function checkPlane(plane: Plane<Uint8Array | Uint16Array | Float32Array>, what: string): void {
  checkSize(plane.width, plane.height, plane.data.length, what);
}

/** Throws RangeError unless width and height are whole, the labels hold just that many pixels, and there are no more objects than these. */
export function checkLabelMap(map: LabelMap, what: string): void {
  checkSize(map.width, map.height, map.labels.length, what);
  checkWhole(map.count, 0, map.labels.length, `${what}: the count of objects`);
}

/** Throws RangeError unless both have the same width and height. */
export function checkSameSize(a: { width: number; height: number }, b: { width: number; height: number }, what: string): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`${what}: ${a.width} x ${a.height} and ${b.width} x ${b.height} pixels do not fit together`);
  }
}

/** Throws RangeError unless `radiusPx` is whole and 0 to `maximum`. */
export function checkRadius(radiusPx: number, maximum: number, what: string): void {
  if (!Number.isInteger(radiusPx) || radiusPx < 0 || radiusPx > maximum) {
    throw new RangeError(`${what}: the radius is ${radiusPx}, not a whole number from 0 to ${maximum}`);
  }
}

/** Longest side of a picture, pixels: sums over a row of squares still are exact. */
export const longestSidePx = 65535;

/** Throws RangeError unless both are sides of a picture: whole, 0 to 65535. */
export function checkPictureSize(width: number, height: number, what: string): void {
  checkWhole(width, 0, longestSidePx, `${what}: the width`);
  checkWhole(height, 0, longestSidePx, `${what}: the height`);
}

/** Throws RangeError unless `value` is whole and `least` to `most`. */
export function checkWhole(value: number, least: number, most: number, what: string): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${what} is ${value}, not a whole number from ${least} to ${most}`);
  }
}

function checkSize(width: number, height: number, pixels: number, what: string): void {
  checkPictureSize(width, height, what);
  if (pixels !== width * height) {
    throw new RangeError(`${what}: ${pixels} pixels are not ${width} x ${height}`);
  }
}
