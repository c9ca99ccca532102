import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { referenceKernels } from "../../core/kernels/reference-kernels.ts";
import { expectSame, greyPlanes, hasNativeKernels } from "./testing/kernel-pair.ts";

/** What a camera never gives and a step may. */
const odd = Float32Array.of(NaN, -0, 0, Infinity, -Infinity, 3e38, -3e38, 1e-45, 0.5, 1.5, 2.5, 254.5, 255, 255.5, 256);
/** The same, enough of them for vectors. */
const oddOnes = Float32Array.from({ length: 40 * odd.length }, (_, i) => odd[i % odd.length] ?? 0);
/** Longer than the pieces in which the kernels work, and no multiple of anything. */
const long = Float32Array.from({ length: 9_013 }, (_, i) => ((i * 7919) % 4001) / 13 - 20);
const anyNumber = fc.oneof(fc.double({ min: -300, max: 300, noNaN: true }), fc.constantFrom(0, -0, 0.1, Infinity, -Infinity, NaN, 1e300, -1e300));

describe.skipIf(!hasNativeKernels)("values one by one (needs a C++ compiler)", () => {
  it("have the same range, NaN left out, and none where there is none", () => {
    fc.assert(fc.property(greyPlanes(-300, 300), ({ data }) => expectSame((kernels) => kernels.valueRange(data))));
    for (const values of [odd, long, odd.subarray(0, 1), odd.subarray(0, 0), odd.subarray(1, 2), Float32Array.of(NaN, NaN, 7, NaN)]) expectSame((kernels) => kernels.valueRange(values));
  });

  it("are counted in the same bins", () => {
    fc.assert(fc.property(greyPlanes(-300, 300), fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: 0, max: 10, noNaN: true }), fc.integer({ min: 1, max: 300 }), ({ data }, min, perUnit, bins) =>
      expectSame((kernels) => kernels.binCounts(data, min, perUnit, bins))));
    for (const values of [odd, long]) for (const [min, perUnit, bins] of [[0, 1, 256], [-20, 0.8, 256], [0, 0, 5], [NaN, 1, 5], [-Infinity, 1, 5], [0, Infinity, 5], [0, 1e300, 2], [0, 1, 1], [0, 1, 65536]] as const) {
      expectSame((kernels) => kernels.binCounts(values, min, perUnit, bins));
    }
    for (const bins of [0, -1, 1.5, 65537]) expectSame((kernels) => kernels.binCounts(odd, 0, 1, bins));
  });

  it("lie on the same side of a limit and of their surroundings", () => {
    const sides = fc.constantFrom("above" as const, "below" as const);
    fc.assert(fc.property(greyPlanes(-300, 300), sides, anyNumber, anyNumber, (plane, side, limit, offset) => {
      const around = { ...plane, data: plane.data.map((value, i) => (i % 5 === 0 ? value : 0.9 * value + (i % 7) - 3)) };
      expectSame((kernels) => kernels.threshold(plane, side, limit));
      expectSame((kernels) => kernels.threshold(plane, side, limit, { around, offset }));
      expectSame((kernels) => kernels.threshold(plane, side, limit, { around, offset }, new Uint8Array(plane.data.length).fill(9)));
    }));
    const plane = { width: odd.length, height: 1, data: odd };
    // Between two single-precision numbers, and on one: the limit is as precise as it was given.
    for (const limit of [...odd, 0.1, 254.50000000001, 254.49999999999, 1e300, -1e300]) for (const side of ["above", "below"] as const) expectSame((kernels) => kernels.threshold(plane, side, limit));
    for (const side of ["above", "below"] as const) for (let from = 0; from < 20; from++) {
      const [values, around] = [oddOnes.subarray(from), { width: oddOnes.length - from, height: 1, data: oddOnes.slice(0, oddOnes.length - from) }];
      expectSame((kernels) => kernels.threshold({ ...around, data: values }, side, 2));
      expectSame((kernels) => kernels.threshold({ ...around, data: values }, side, 2, { around, offset: 0.1 }));
    }
    expectSame((kernels) => kernels.threshold({ width: long.length, height: 1, data: long }, "above", 3, { around: { width: long.length, height: 1, data: long.map((value) => 2 * value) }, offset: 1 }));
  });

  it("are refused surroundings of another size, and a place that is taken", () => {
    const plane = { width: 3, height: 2, data: new Float32Array(6) };
    for (const around of [{ width: 2, height: 3, data: new Float32Array(6) }, { width: 3, height: 2, data: new Float32Array(5) }]) expectSame((kernels) => kernels.threshold(plane, "above", 1, { around, offset: 0 }));
    for (const into of [new Uint8Array(5), new Uint8Array(plane.data.buffer, 0, 6)]) expectSame((kernels) => kernels.threshold(plane, "above", 1, undefined, into));
  });

  it("become the same bytes as JavaScript makes of them", () => {
    fc.assert(fc.property(greyPlanes(-300, 300), fc.double({ min: -300, max: 300, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), ({ data }, min, gain) => expectSame((kernels) => {
      const target = new Uint8ClampedArray(data.length);
      kernels.toBytes(data, min, gain, target);
      return target;
    })));
    for (const [values, min, gain] of [[odd, 0, 1], [odd, 0, -1], [odd, NaN, 1], [odd, 0, Infinity], [odd, 0.25, 2], [long, -20, 0.8]] as const) expectSame((kernels) => {
      const target = new Uint8ClampedArray(values.length + 3).subarray(3);
      kernels.toBytes(values, min, gain, target);
      return target;
    });
    for (let from = 0; from < 20; from++) expectSame((kernels) => {
      const target = new Uint8ClampedArray(oddOnes.length - from);
      kernels.toBytes(oddOnes.subarray(from), 0.25, 1, target);
      return target;
    });
    expect(() => referenceKernels.toBytes(odd, 0, 1, new Uint8ClampedArray(3))).toThrow(RangeError);
    expectSame((kernels) => kernels.toBytes(odd, 0, 1, new Uint8ClampedArray(3)));
  });
});
