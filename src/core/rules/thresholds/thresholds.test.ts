import { describe, expect, it } from "vitest";
import fixture from "../rules.fixture.json" with { type: "json" };
import { referenceKernels } from "../../kernels/reference-kernels.ts";
import { automatic, threshold } from "../steps/threshold.ts";
import { greyHistogram } from "./grey-histogram.ts";

describe.each(fixture.thresholds)("thresholds of $name as in scikit-image", ({ width, height, data, otsu, li, triangle, localRuns }) => {
  const plane = { width, height, data: Float32Array.from(data) };
  const { binWidth } = greyHistogram(plane, referenceKernels);

  it("otsu and triangle are the same bin", () => {
    expect(automatic(plane, "otsu", referenceKernels)).toBeCloseTo(otsu, 3);
    expect(automatic(plane, "triangle", referenceKernels)).toBeCloseTo(triangle, 3);
  });

  it("li lies within a bin of the value found on the pixels", () => {
    expect(Math.abs(automatic(plane, "li", referenceKernels) - li)).toBeLessThanOrEqual(binWidth);
  });

  it("the local mean parts the same pixels", () => {
    const { mask } = threshold(plane, { kind: "threshold", method: "adaptive", side: "above", radiusUm: 7, offset: 3 }, 7, referenceKernels);
    const expected = localRuns.flatMap((length, run) => Array.from({ length }, () => run % 2)).slice(1);
    const differing = [...mask.data].filter((value, at) => value !== expected[at]);
    expect(expected).toHaveLength(mask.data.length);
    expect(differing).toHaveLength(0);
  });
});

describe("thresholds", () => {
  const flat = { width: 4, height: 3, data: new Float32Array(12).fill(7) };

  it("find nothing in a flat picture, on either side", () => {
    for (const method of ["otsu", "li", "triangle"] as const) {
      for (const side of ["above", "below"] as const) {
        const { mask, value } = threshold(flat, { kind: "threshold", method, side, factor: 1 }, 0, referenceKernels);
        expect(value).toBe(7);
        expect(mask.data.every((one) => one === 0)).toBe(true);
      }
    }
  });

  it("stay within their limits", () => {
    const plane = { width: 4, height: 1, data: Float32Array.of(0, 10, 90, 100) };
    const value = (limits: { lowest?: number; highest?: number; factor?: number }): number | undefined => threshold(plane, { kind: "threshold", method: "otsu", side: "above", factor: 1, ...limits }, 0, referenceKernels).value;
    expect(value({ lowest: 95 })).toBe(95);
    expect(value({ highest: 5 })).toBe(5);
    expect(value({ factor: 2 })).toBeCloseTo((value({}) ?? 0) * 2, 9);
  });

  it("a floor keeps an adaptive threshold from noise", () => {
    const plane = { width: 5, height: 1, data: Float32Array.of(1, 2, 1, 60, 1) };
    const part = (floor: number | undefined): number[] => [...threshold(plane, { kind: "threshold", method: "adaptive", side: "above", radiusUm: 1, offset: 0, ...(floor === undefined ? {} : { floor }) }, 1, referenceKernels).mask.data];
    expect(part(undefined)).toEqual([0, 1, 0, 1, 0]);
    expect(part(20)).toEqual([0, 0, 0, 1, 0]);
  });

  it("refuse a picture without pixels", () => {
    expect(() => greyHistogram({ width: 0, height: 0, data: new Float32Array() }, referenceKernels)).toThrow(RangeError);
  });
});
