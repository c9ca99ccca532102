import type { Mask } from "../../image/plane.ts";
import type { ElementShape } from "../pixel-kernels.ts";
import { squaredDistance } from "./distance-transform.ts";
import { checkPlane, checkRadius } from "./plane-checks.ts";
import { checkInto } from "./result-memory.ts";

/** The largest structuring element that is applied, as its radius in px. */
const largestElementRadiusPx = 10_000;

/** See PixelKernels.dilate. */
export function dilate(mask: Mask, radiusPx: number, shape: ElementShape, into?: Uint8Array): Mask {
  checkElement(mask, radiusPx, into, "dilate");
  return laidInto(into, shape === "disk" ? dilateDisk(mask, radiusPx) : dilateSquare(mask, radiusPx));
}

/** See PixelKernels.erode: what is left of the object when the background grows. */
export function erode(mask: Mask, radiusPx: number, shape: ElementShape, into?: Uint8Array): Mask {
  checkElement(mask, radiusPx, into, "erode");
  const background = inverted(mask);
  return laidInto(into, inverted(shape === "disk" ? dilateDisk(background, radiusPx) : dilateSquare(background, radiusPx)));
}

/** Throws RangeError unless the mask, the element and the memory for the result are as PixelKernels says. */
export function checkElement(mask: Mask, radiusPx: number, into: Uint8Array | undefined, kernel: string): void {
  checkPlane(mask, kernel);
  checkRadius(radiusPx, largestElementRadiusPx, kernel);
  checkInto(into, mask.data.length, mask.data, kernel);
}

function laidInto(into: Uint8Array | undefined, mask: Mask): Mask {
  if (into === undefined) return mask;
  into.set(mask.data);
  return { ...mask, data: into };
}

function inverted({ width, height, data }: Mask): Mask {
  return { width, height, data: data.map((value) => (value === 0 ? 1 : 0)) };
}

/** A disk holds every offset up to a length, so it reaches an object just where the distance to one is no longer than that. */
function dilateDisk(mask: Mask, radiusPx: number): Mask {
  const reach = (radiusPx + 0.5) ** 2;
  const data = Uint8Array.from(squaredDistance(inverted(mask)), (square) => (square <= reach ? 1 : 0));
  return { width: mask.width, height: mask.height, data };
}

/** A square is a row of pixels moved along a column: first all rows, then all columns. */
function dilateSquare({ width, height, data }: Mask, radiusPx: number): Mask {
  const dilated = new Uint8Array(data);
  for (let y = 0; y < height; y++) dilateLine(dilated, y * width, 1, width, radiusPx);
  for (let x = 0; x < width; x++) dilateLine(dilated, x, width, height, radiusPx);
  return { width, height, data: dilated };
}

/** Sets each pixel of a line within `radiusPx` of an object's pixel, in place. */
function dilateLine(pixels: Uint8Array, start: number, stride: number, length: number, radiusPx: number): void {
  const line = new Uint8Array(length);
  for (let place = 0; place < length; place++) line[place] = pixels[start + place * stride] ?? 0;
  let painted = 0;
  for (let place = 0; place < length; place++) {
    if (line[place] === 0) continue;
    const end = Math.min(place + radiusPx + 1, length);
    for (let to = Math.max(painted, place - radiusPx); to < end; to++) pixels[start + to * stride] = 1;
    painted = end;
  }
}
