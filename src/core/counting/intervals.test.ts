import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { gammaP, inverseGammaP } from "./incomplete-gamma.ts";
import { poissonInterval, wilsonInterval } from "./intervals.ts";

const limits = { low: z.number(), high: z.number() };
const Fixture = z.object({
  poisson: z.array(z.object({ n: z.number(), ...limits })).min(10),
  wilson: z.array(z.object({ k: z.number(), n: z.number(), ...limits })).min(10),
});
/** Made by make-interval-fixture.py with SciPy. */
const fixture = Fixture.parse(JSON.parse(readFileSync(new URL("./intervals.fixture.json", import.meta.url), "utf8")));

const relative = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.max(1e-12, Math.abs(expected));

describe("poissonInterval", () => {
  it.each(fixture.poisson)("agrees with SciPy for n = $n", ({ n, low, high }) => {
    const interval = poissonInterval(n);
    expect(relative(interval.low, low)).toBeLessThan(1e-8);
    expect(relative(interval.high, high)).toBeLessThan(1e-8);
  });

  it("leaves 2.5 % on either side, by the definition of Garwood", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (n) => {
        const { low, high } = poissonInterval(n);
        expect(low).toBeLessThan(n);
        expect(high).toBeGreaterThan(n);
        expect(gammaP(n, low)).toBeCloseTo(0.025, 8);
        expect(1 - gammaP(n + 1, high)).toBeCloseTo(0.025, 8);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses what is not a count", () => {
    expect(() => poissonInterval(-1)).toThrow(RangeError);
    expect(() => poissonInterval(1.5)).toThrow(RangeError);
  });
});

describe("inverseGammaP", () => {
  it("undoes gammaP", () => {
    const shape = fc.double({ min: 0.1, max: 5000, noNaN: true });
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(shape, share, (a, p) => {
        expect(gammaP(a, inverseGammaP(a, p))).toBeCloseTo(p, 8);
      }),
      { numRuns: 200 },
    );
  });
});

describe("wilsonInterval", () => {
  it.each(fixture.wilson)("agrees with SciPy for $k of $n", ({ k, n, low, high }) => {
    const interval = wilsonInterval(k, n);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it("holds the share and stays within 0 and 1", () => {
    const trials = fc.integer({ min: 1, max: 1_000_000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(trials, ([k, n]) => {
        const { low, high } = wilsonInterval(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
      }),
    );
  });

  it("refuses a share of nothing", () => {
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});
