import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plane } from "../../core/image/plane.ts";
import { correctFlatField } from "../../core/kernels/reference/flat-field.ts";
import { bytePlanes, edgeSizes, expectSame, hasNativeKernels, wordPlanes } from "./testing/kernel-pair.ts";

const CFAS = ["RGGB", "GRBG", "GBRG", "BGGR"] as const;
const samples: fc.Arbitrary<Plane<Uint8Array | Uint16Array>> = fc.oneof(bytePlanes, wordPlanes(12), wordPlanes(16));

describe.skipIf(!hasNativeKernels)("from sensor to picture, native and reference (needs a C++ compiler)", () => {
  it.each(CFAS)("demosaics to the same colours: %s", (cfa) => {
    fc.assert(fc.property(samples, (raw) => expectSame((kernels) => kernels.demosaic(raw, cfa))), { numRuns: 60 });
    for (const [width, height] of edgeSizes) {
      const data = Uint16Array.from({ length: width * height }, (_, i) => (i * 7919) % 65536);
      expectSame((kernels) => kernels.demosaic({ width, height, data }, cfa));
    }
  });

  it("corrects to the same counts, values that are no numbers included", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.5, 1.5, 254.5, 255.49, 1e30);
    const pictures = samples.chain((raw) => fc.tuple(fc.constant(raw), fc.array(fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.float({ min: 0, max: 100, noNaN: true }) }, odd), fc.oneof({ weight: 9, arbitrary: fc.float({ min: 0, max: 3, noNaN: true }) }, odd)), { minLength: raw.data.length, maxLength: raw.data.length, size: "max" })));
    fc.assert(fc.property(pictures, ([raw, pairs]) => {
      const { width, height } = raw;
      const dark = { width, height, data: Float32Array.from(pairs, ([value]) => value) };
      const gain = { width, height, data: Float32Array.from(pairs, ([, value]) => value) };
      for (const maximum of [0, 200, raw.data instanceof Uint16Array ? 65535 : 255]) expectSame((kernels) => kernels.correctFlatField(raw, dark, gain, maximum));
    }), { numRuns: 60 });
  });

  it("rounds half up", () => {
    const plane = (...values: number[]): { width: number; height: number; data: Float32Array } => ({ width: 5, height: 1, data: Float32Array.from(values) });
    const raw = { width: 5, height: 1, data: Uint8Array.of(1, 1, 3, 5, 1) };
    const gain = plane(0.5, 0.49999997, 0.5, 0.5, -0.5);
    expectSame((kernels) => kernels.correctFlatField(raw, plane(0, 0, 0, 0, 0), gain, 255));
    expect([...correctFlatField(raw, plane(0, 0, 0, 0, 0), gain, 255).data]).toEqual([1, 0, 2, 3, 0]);
  });

  it("counts the same, and refuses samples above the maximum", () => {
    fc.assert(fc.property(samples, fc.integer({ min: 0, max: 65535 }), (plane, most) => {
      expectSame((kernels) => kernels.histogram(plane, plane.data instanceof Uint16Array ? 65535 : 255));
      expectSame((kernels) => kernels.histogram(plane, plane.data instanceof Uint16Array ? most : most & 255));
    }), { numRuns: 60 });
  });

  it("counts block after block the same, and finds the sample above the maximum wherever it stands", () => {
    for (const width of [1023, 1024, 1025, 2048, 4096, 7013]) for (const top of [200, 4000]) {
      const values = Array.from({ length: width }, (_, i) => (i * 7919) % (top + 1));
      const data = top < 256 ? Uint8Array.from(values) : Uint16Array.from(values);
      expectSame((kernels) => kernels.histogram({ width, height: 1, data }, top));
      for (const place of [0, 1023, 1024, 2047, 2048, 4096, width - 1].filter((at) => at < width)) {
        const tooMuch = data.slice();
        tooMuch[place] = top + 1;
        expectSame((kernels) => kernels.histogram({ width, height: 1, data: tooMuch }, top));
      }
    }
  });

  it("gives the same focus scores", () => {
    fc.assert(fc.property(samples, (plane) => {
      expectSame((kernels) => [kernels.varianceOfLaplacian(plane), kernels.tenengrad(plane)]);
    }));
    for (const [width, height] of edgeSizes) {
      const extremes = Uint16Array.from({ length: width * height }, (_, i) => ((i % width) + Math.floor(i / width)) % 2 * 65535);
      expectSame((kernels) => [kernels.varianceOfLaplacian({ width, height, data: extremes }), kernels.tenengrad({ width, height, data: extremes })]);
      const fitting = extremes.map((value) => value & 4095);
      expectSame((kernels) => [kernels.varianceOfLaplacian({ width, height, data: fitting }), kernels.tenengrad({ width, height, data: fitting })]);
    }
  });

  it("refuses planes that do not fit", () => {
    const data = new Uint8Array(6);
    const grey = { width: 3, height: 2, data: new Float32Array(6) };
    expectSame((kernels) => kernels.demosaic({ width: 3, height: 3, data }, "RGGB"));
    expectSame((kernels) => kernels.histogram({ width: 3, height: 2, data }, 256));
    expectSame((kernels) => kernels.tenengrad({ width: -3, height: -2, data }));
    expectSame((kernels) => kernels.varianceOfLaplacian({ width: 6, height: 1.5, data }));
    expectSame((kernels) => kernels.correctFlatField({ width: 3, height: 2, data }, grey, { width: 2, height: 3, data: grey.data }, 255));
    expectSame((kernels) => kernels.resizeToTensor(data, 3, 1, 3, 2, 2, [1, 1, 1], [0, 0, 0]));
  });
});

describe.skipIf(!hasNativeKernels)("resizeToTensor, native and reference (needs a C++ compiler)", () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(1, 2, 3, 31, 32, 33));
  it("gives the same floats at any size", () => {
    const pictures = fc.tuple(side, side, fc.constantFrom(1 as const, 3 as const)).chain(([width, height, channels]) =>
      fc.tuple(fc.constant({ width, height, channels }), fc.uint8Array({ minLength: width * height * channels, maxLength: width * height * channels, size: "max" })));
    fc.assert(fc.property(pictures, side, side, ([{ width, height, channels }, pixels], outWidth, outHeight) => {
      expectSame((kernels) => kernels.resizeToTensor(pixels, width, height, channels, outWidth, outHeight, [1 / 58.395, 1 / 57.12, 0.3], [-2.1, 0, 0.125]));
    }), { numRuns: 150 });
  });
});
