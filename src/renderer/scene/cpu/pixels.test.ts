import { describe, expect, it } from "vitest";
import { IDENTITY_CONTRAST } from "../histogram.ts";
import { redSiteOf } from "../mosaic.ts";
import { demosaicedPixels } from "./demosaiced-pixels.ts";
import type { PixelSource } from "./pixel-source.ts";
import { reducedPixels } from "./reduced-pixels.ts";
import { toneTables } from "./tone-tables.ts";

type Colour = readonly [red: number, green: number, blue: number];
const CFAS = ["RGGB", "GRBG", "GBRG", "BGGR"] as const;

function sourceOf(layout: PixelSource["layout"], stride: number, bytes: ArrayLike<number>, more: Partial<PixelSource> = {}): PixelSource {
  return { bytes: Uint8Array.from(bytes), stride, layout, redSite: 0, tones: toneTables(IDENTITY_CONTRAST), marksSaturated: false, ...more };
}

function mosaic(cfa: (typeof CFAS)[number], width: number, height: number, colourAt: (x: number, y: number) => Colour): PixelSource {
  const bytes = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return colourAt(x, y)["RGB".indexOf(cfa.charAt((y % 2) * 2 + (x % 2)))] ?? -1;
  });
  return sourceOf("bayer8", width, bytes, { redSite: redSiteOf(cfa) });
}

/** Red, green, blue, alpha of each packed pixel. */
const unpacked = (pixels: Uint32Array): number[][] => [...pixels].map((pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24]);

function reduced(source: PixelSource, width: number, height: number, block: number): number[][] {
  const out = new Uint32Array(Math.floor(width / block) * Math.floor(height / block));
  reducedPixels(out, source, { left: 0, top: 0, width, height }, block);
  return unpacked(out);
}

describe("tone tables", () => {
  it("leave each byte as it came at identity", () => {
    const { grey, red, green, blue } = toneTables(IDENTITY_CONTRAST);
    for (let dn = 0; dn < 256; dn++) expect(unpacked(Uint32Array.of(grey[dn] ?? 0, (red[dn] ?? 0) | (green[255 - dn] ?? 0) | (blue[7] ?? 0)))).toEqual([[dn, dn, dn, 255], [dn, 255 - dn, 7, 255]]);
  });

  it("map min, max and gamma, and clip beyond them", () => {
    const straight = toneTables({ minDn: 50, maxDn: 200, gamma: 1 }).grey;
    expect([0, 50, 125, 200, 255].map((dn) => (straight[dn] ?? 0) & 255)).toEqual([0, 0, 128, 255, 255]);
    // sqrt(64 / 255) * 255 = 127.75
    expect((toneTables({ minDn: 0, maxDn: 255, gamma: 0.5 }).grey[64] ?? 0) & 255).toBe(128);
  });
});

describe("reduced pixels", () => {
  it("are the bytes themselves for mono and RGB at full size", () => {
    expect(reduced(sourceOf("mono8", 3, [1, 2, 99, 3, 4, 99]), 2, 2, 1)).toEqual([[1, 1, 1, 255], [2, 2, 2, 255], [3, 3, 3, 255], [4, 4, 4, 255]]);
    expect(reduced(sourceOf("rgb8", 2, [1, 2, 3, 4, 5, 6]), 2, 1, 1)).toEqual([[1, 2, 3, 255], [4, 5, 6, 255]]);
  });

  it.each(CFAS)("make one colour of each cell of a %s mosaic", (cfa) => {
    const colourAt = (x: number, y: number): Colour => [10 + (x >> 1), 20 + (y >> 1), 30];
    expect(reduced(mosaic(cfa, 4, 4, colourAt), 4, 4, 2)).toEqual([[10, 20, 30, 255], [11, 20, 30, 255], [10, 21, 30, 255], [11, 21, 30, 255]]);
  });

  it("are the mean of a larger block, whatever the layout, and leave out what fills none", () => {
    expect(reduced(sourceOf("mono8", 5, [0, 10, 50, 50, 9, 20, 30, 50, 50, 9]), 5, 2, 2)).toEqual([[15, 15, 15, 255], [50, 50, 50, 255]]);
    expect(reduced(sourceOf("rgb8", 2, [0, 1, 2, 4, 1, 2, 8, 1, 2, 12, 1, 2]), 2, 2, 2)).toEqual([[6, 1, 2, 255]]);
    expect(reduced(mosaic("GBRG", 4, 4, (x) => [x < 2 ? 100 : 200, 60, 7]), 4, 4, 4)).toEqual([[150, 60, 7, 255]]);
  });

  it.each([["mono8", 1, 4], ["mono8", 2, 4], ["rgb8", 1, 12], ["bayer8", 2, 4]] as const)("leave saturated %s pixels in blocks of %d transparent when they are marked", (layout, block, length) => {
    const bytes = Array.from({ length }, (_, i) => (i === 1 ? 255 : 100));
    const alphas = (marksSaturated: boolean): number[] => reduced(sourceOf(layout, 2, bytes, { marksSaturated }), 2, 2, block).map((pixel) => pixel[3] ?? -1);
    expect(alphas(false)).not.toContain(0);
    expect(alphas(true).filter((alpha) => alpha === 0)).toHaveLength(1);
  });
});

describe("demosaiced pixels", () => {
  const [width, height] = [8, 6];
  const whole = { left: 0, top: 0, width, height };

  it.each(CFAS)("of one colour are that colour up to the edges of a %s mosaic", (cfa) => {
    const out = new Uint32Array(width * height);
    demosaicedPixels(out, mosaic(cfa, width, height, () => [200, 120, 40]), { width, height }, whole);
    expect(unpacked(out)).toEqual(Array.from({ length: width * height }, () => [200, 120, 40, 255]));
  });

  it.each(CFAS)("keep a %s ramp in its place, also in a part of the picture", (cfa) => {
    const colourAt = (x: number, y: number): Colour => [10 * x, 10 * y, 100 - 10 * x];
    const rect = { left: 1, top: 2, width: 5, height: 3 };
    const out = new Uint32Array(15);
    demosaicedPixels(out, mosaic(cfa, width, height, colourAt), { width, height }, rect);
    expect(unpacked(out)).toEqual(Array.from({ length: 15 }, (_, i) => [...colourAt(1 + (i % 5), 2 + Math.floor(i / 5)), 255]));
  });

  it("of a saturated site are transparent when they are marked", () => {
    const source = mosaic("RGGB", width, height, (x, y) => (x === 3 && y === 2 ? [255, 255, 255] : [9, 9, 9]));
    const out = new Uint32Array(width * height);
    demosaicedPixels(out, { ...source, marksSaturated: true }, { width, height }, whole);
    expect(unpacked(out).flatMap((pixel, i) => (pixel[3] === 0 ? [i] : []))).toEqual([2 * width + 3]);
  });
});
