import { describe, expect, it } from "vitest";
import { bilinearColour, type CfaPattern, halfSizeColour } from "./bayer.ts";

const PATTERNS: readonly CfaPattern[] = ["RGGB", "GRBG", "GBRG", "BGGR"];
const COLOUR = { R: 200, G: 120, B: 40 } as const;

/** What a camera sees of one flat colour. */
function flatMosaic(cfa: CfaPattern, width: number, height: number, scale = 1): Uint16Array {
  return Uint16Array.from({ length: width * height }, (_, index) => {
    const filter = cfa[2 * (Math.floor(index / width) % 2) + (index % width % 2)];
    return COLOUR[filter === "R" || filter === "B" ? filter : "G"] * scale;
  });
}

describe.each(PATTERNS)("%s", (cfa) => {
  it("a flat colour stays flat, to the last pixel of odd sizes too", () => {
    for (const [width, height] of [[6, 4], [7, 5], [2, 2]] as const) {
      const rgb = bilinearColour(flatMosaic(cfa, width, height), width, height, cfa, 0);
      expect(new Set(Array.from({ length: width * height }, (_, pixel) => rgb.slice(3 * pixel, 3 * pixel + 3).join()))).toEqual(new Set(["200,120,40"]));
    }
  });

  it("half size keeps what was measured, 12 bits scaled to 8", () => {
    expect([...halfSizeColour(flatMosaic(cfa, 5, 4, 16), 5, 4, cfa, 4)]).toEqual(Array.from({ length: 4 }, () => [200, 120, 40]).flat());
  });
});

describe("bilinearColour", () => {
  it("interpolates as computed by hand (RGGB, 4 x 4)", () => {
    const mosaic = Uint8Array.from([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160]);
    const rgb = bilinearColour(mosaic, 4, 4, "RGGB", 0);
    const pixel = (x: number, y: number): number[] => [...rgb.slice(3 * (4 * y + x), 3 * (4 * y + x) + 3)];
    // Blue place (1,1): red from the corners 10 30 90 110, green from 20 50 70 100.
    expect(pixel(1, 1)).toEqual([60, 60, 60]);
    // Red place (2,2): green from 70 100 120 150, blue from the corners 60 80 140 160.
    expect(pixel(2, 2)).toEqual([110, 110, 110]);
    // Green place in a red row (1,2): red from 90 110 beside, blue from 60 140 above and below.
    expect(pixel(1, 2)).toEqual([100, 100, 100]);
    // Green place in a blue row (2,1): red from 30 110 above and below, blue from 60 80 beside.
    expect(pixel(2, 1)).toEqual([70, 70, 70]);
  });
});
