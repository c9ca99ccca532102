import { describe, expect, it } from "vitest";
import { autoRange, histogramOf, percentileDn, reportOf } from "./histogram.ts";

const bytes = (values: readonly number[]): ArrayBuffer => new Uint8Array(values).buffer;

describe("histogram", () => {
  it("counts every mono pixel of a small picture", () => {
    const { bins, samples } = histogramOf({ layout: "mono8", width: 2, height: 2, pixels: bytes([0, 7, 7, 255]) });
    expect(samples).toBe(4);
    expect(bins).toHaveLength(1);
    expect([bins[0]?.[0], bins[0]?.[7], bins[0]?.[255]]).toEqual([1, 2, 1]);
  });

  it("keeps the channels of RGB apart", () => {
    const { bins, samples } = histogramOf({ layout: "rgb8", width: 2, height: 1, pixels: bytes([1, 2, 3, 1, 5, 6]) });
    expect(samples).toBe(6);
    expect([bins[0]?.[1], bins[1]?.[2], bins[1]?.[5], bins[2]?.[6]]).toEqual([2, 1, 1, 1]);
  });

  it.each(["RGGB", "GRBG", "GBRG", "BGGR"] as const)("sorts a %s mosaic into its colours", (cfa) => {
    const value = { R: 10, G: 20, B: 30 };
    const cell = [...cfa].map((letter) => value[letter as "R" | "G" | "B"]);
    const { bins } = histogramOf({ layout: "bayer8", cfa, width: 2, height: 2, pixels: bytes(cell) });
    expect([bins[0]?.[10], bins[1]?.[20], bins[2]?.[30]]).toEqual([1, 2, 1]);
  });

  it("takes a subsample of a large picture and still sees its shares", () => {
    const pixels = new Uint8Array(1280 * 960).map((_, i) => (i % 1280 < 320 ? 255 : 100));
    const histogram = histogramOf({ layout: "mono8", width: 1280, height: 960, pixels: pixels.buffer });
    expect(histogram.samples).toBeLessThan(90_000);
    expect(histogram.samples).toBeGreaterThan(40_000);
    expect(reportOf(1, histogram, { minDn: 0, maxDn: 255 }).saturatedShare).toBeCloseTo(0.25, 2);
  });
});

describe("percentiles and auto contrast", () => {
  // numpy.percentile(range(101), [0.1, 50, 99.9], method="inverted_cdf") gives 0, 50, 100.
  it("agree with numpy's inverted CDF", () => {
    const bins = new Uint32Array(256);
    for (let dn = 0; dn <= 100; dn++) bins[dn] = 1;
    expect([0.001, 0.5, 0.999].map((share) => percentileDn(bins, share))).toEqual([0, 50, 100]);
  });

  it("leave single hot and dead pixels out", () => {
    const bins = new Uint32Array(256);
    bins[0] = 1;
    bins[60] = 5000;
    bins[180] = 5000;
    bins[255] = 1;
    expect(autoRange({ bins: [bins], samples: 10_002 })).toEqual({ minDn: 60, maxDn: 180 });
  });

  it("do not blow up the noise of an even picture", () => {
    const bins = new Uint32Array(256);
    bins[100] = 900;
    bins[101] = 100;
    const { minDn, maxDn } = autoRange({ bins: [bins], samples: 1000 });
    expect(maxDn - minDn).toBeGreaterThanOrEqual(8);
    expect(minDn).toBeLessThanOrEqual(100);
    const white = new Uint32Array(256);
    white[255] = 10;
    expect(autoRange({ bins: [white], samples: 10 })).toEqual({ minDn: 247, maxDn: 255 });
  });

  it("of nothing are the identity", () => {
    expect(autoRange({ bins: [new Uint32Array(256)], samples: 0 })).toEqual({ minDn: 0, maxDn: 255 });
    expect(reportOf(3, { bins: [new Uint32Array(256)], samples: 0 }, { minDn: 0, maxDn: 255 }).saturatedShare).toBe(0);
  });
});
