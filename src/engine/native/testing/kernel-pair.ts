import fc from "fast-check";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { findCompiler } from "../../../../scripts/lib/native-compiler.mjs";
import type { GreyPlane, Mask, Plane } from "../../../core/image/plane.ts";
import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";
import { referenceKernels } from "../../../core/kernels/reference-kernels.ts";
import { appRoot } from "../../runtime/entries.ts";
import { loadPixelKernels } from "../pixel-kernels.ts";

/**
 * Whether the native kernels can be tested here: they are built, or they should be because there is a compiler (then
 * every comparison fails, which is right). Use: `describe.skipIf(!hasNativeKernels)("... (needs a C++ compiler)", ...)`.
 */
export const hasNativeKernels = existsSync(join(appRoot(), "out", "native", "ocular_native.node")) || findCompiler() !== undefined;

/** Sizes at which loops go wrong: single pixels, single rows and columns, odd ones, and just around the width of a vector. */
export const edgeSizes: readonly (readonly [width: number, height: number])[] = [
  [1, 1], [2, 1], [1, 2], [2, 2], [3, 3], [1, 40], [40, 1], [7, 5], [16, 3], [17, 4], [31, 9], [32, 8], [33, 7], [64, 5], [65, 66],
];

/**
 * Expects the same from both implementations: equal results, or, where floats may differ in their last digits, all
 * numbers within `tolerance` of each other. Where the reference throws, the other must throw the same class of error.
 */
export function expectSame(work: (kernels: PixelKernels) => unknown, tolerance = 0): void {
  const { kernels } = loadPixelKernels();
  expect(kernels.name, "the native kernels are loaded").toMatch(/^native/);
  const wanted = outcome(work, referenceKernels);
  const given = outcome(work, kernels);
  if (wanted instanceof Error) expect(given).toBeInstanceOf(RangeError);
  else if (tolerance === 0) expectEqual(given, wanted);
  else expectClose(given, wanted, tolerance);
}

function outcome(work: (kernels: PixelKernels) => unknown, kernels: PixelKernels): unknown {
  try {
    return work(kernels);
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

/** As `toEqual`, which takes long over large arrays and is left to say what differs. */
function expectEqual(given: unknown, wanted: unknown): void {
  if (ArrayBuffer.isView(given) && ArrayBuffer.isView(wanted) && given.constructor === wanted.constructor && bytesOf(given).equals(bytesOf(wanted))) return;
  if (typeof wanted === "object" && wanted !== null && !ArrayBuffer.isView(wanted) && typeof given === "object" && given !== null) {
    expect(Object.keys(given)).toEqual(Object.keys(wanted));
    for (const key of Object.keys(wanted)) expectEqual(Reflect.get(given, key), Reflect.get(wanted, key));
  } else {
    expect(given).toEqual(wanted);
  }
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function expectClose(given: unknown, wanted: unknown, tolerance: number): void {
  if (typeof wanted === "number" || wanted instanceof Float32Array || wanted instanceof Float64Array) {
    const a = typeof given === "number" ? [given] : Array.from(given as Float32Array);
    const b = typeof wanted === "number" ? [wanted] : Array.from(wanted);
    expect(a.length).toBe(b.length);
    const far = b.findIndex((value, i) => !(Object.is(value, a[i]) || Math.abs(value - (a[i] ?? NaN)) <= tolerance));
    if (far >= 0) expect.fail(`at ${far}: ${String(a[far])} instead of ${String(b[far])}, more than ${tolerance} away`);
  } else if (typeof wanted === "object" && wanted !== null && !ArrayBuffer.isView(wanted)) {
    for (const key of Object.keys(wanted)) expectClose(Reflect.get(given as object, key), Reflect.get(wanted, key), tolerance);
  } else {
    expect(given).toEqual(wanted);
  }
}

/** Random pictures of the edge sizes and others, filled by `value`; some are all one value. */
function planes<Data extends Uint8Array | Uint16Array | Float32Array>(make: (values: number[]) => Data, value: fc.Arbitrary<number>): fc.Arbitrary<Plane<Data>> {
  const sizes = fc.oneof(fc.constantFrom(...edgeSizes), fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 20 })));
  return sizes.chain(([width, height]) => {
    const length = width * height;
    const random = fc.array(value, { minLength: length, maxLength: length, size: "max" });
    const flat = value.map((one) => new Array<number>(length).fill(one));
    return fc.oneof({ weight: 6, arbitrary: random }, { weight: 1, arbitrary: flat }).map((values) => ({ width, height, data: make(values) }));
  });
}

/** Pictures of 8 bits; extremes come up often. */
export const bytePlanes: fc.Arbitrary<Plane<Uint8Array>> = planes((values) => Uint8Array.from(values), fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 255)));

/** Pictures of `bits` bits in words; extremes come up often. */
export function wordPlanes(bits: number): fc.Arbitrary<Plane<Uint16Array>> {
  const maximum = 2 ** bits - 1;
  return planes((values) => Uint16Array.from(values), fc.oneof(fc.integer({ min: 0, max: maximum }), fc.constantFrom(0, maximum)));
}

/** Finite floats from `min` to `max`, some of them equal to each other. */
export function greyPlanes(min: number, max: number): fc.Arbitrary<GreyPlane> {
  return planes((values) => Float32Array.from(values), fc.oneof(fc.float({ min: Math.fround(min), max: Math.fround(max), noNaN: true }), fc.integer({ min: Math.ceil(min), max: Math.floor(max) })));
}

/** Masks: noise of various density, blobs with holes, empty and full ones. */
export const masks: fc.Arbitrary<Mask> = fc.tuple(bytePlanes, fc.integer({ min: 0, max: 255 }), fc.boolean()).map(([{ width, height, data }, threshold, isCoarse]) => ({
  width,
  height,
  // Coarse: each 4 x 4 block takes its first pixel's value, so that there are objects of some size.
  data: data.map((_, i) => {
    const x = i % width;
    const y = (i - x) / width;
    const from = isCoarse ? (y & ~3) * width + (x & ~3) : i;
    return (data[from] ?? 0) > threshold ? 1 : 0;
  }),
}));
