import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { focusPeak } from "./peak.ts";

describe("focusPeak", () => {
  it("finds the vertex of any parabola from unequal steps", () => {
    fc.assert(fc.property(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 0.1, max: 3, noNaN: true }), (vertex, bend) => {
      const at = (zUm: number): { zUm: number; score: number } => ({ zUm, score: 100 - bend * (zUm - vertex) ** 2 });
      expect(focusPeak([-9, -6, -4.5, -2, 0, 1.5, 5, 7, 10].map(at))).toBeCloseTo(vertex, 6);
    }));
  });

  it("says so when the peak lies outside", () => {
    expect(focusPeak([{ zUm: 0, score: 1 }, { zUm: 1, score: 2 }, { zUm: 2, score: 3 }])).toBeUndefined();
    expect(focusPeak([])).toBeUndefined();
  });
});
