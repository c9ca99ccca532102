import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONGEST_BAR_PX, scaleBarFor, SHORTEST_BAR_PX } from "./scale-bar.ts";

describe("scale bar", () => {
  it.each([
    [0.1, 20, 200, "20 \u00b5m"],
    [0.12, 20, 166.67, "20 \u00b5m"],
    [0.25, 50, 200, "50 \u00b5m"],
    [1, 200, 200, "200 \u00b5m"],
    [0.004, 0.5, 125, "0.5 \u00b5m"],
    [7, 1000, 142.86, "1 mm"],
    [30, 5000, 166.67, "5 mm"],
  ])("at %d um per pixel is %d um", (umPerPx, lengthUm, lengthPx, label) => {
    const bar = scaleBarFor(umPerPx);
    expect(bar.lengthUm).toBeCloseTo(lengthUm, 9);
    expect(bar.lengthPx).toBeCloseTo(lengthPx, 1);
    expect(bar.label).toBe(label);
  });

  it("is 1, 2 or 5 times a power of ten and 80 to 200 pixels long at every scale", () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 3, noNaN: true }), (exponent) => {
        const { lengthUm, lengthPx } = scaleBarFor(10 ** exponent);
        expect(lengthPx).toBeLessThanOrEqual(LONGEST_BAR_PX * (1 + 1e-9));
        expect(lengthPx).toBeGreaterThanOrEqual(SHORTEST_BAR_PX * (1 - 1e-9));
        const mantissa = lengthUm / 10 ** Math.floor(Math.log10(lengthUm) + 1e-9);
        expect([1, 2, 5].some((step) => Math.abs(mantissa - step) < 1e-6)).toBe(true);
      }),
    );
  });
});
