import { describe, expect, it } from "vitest";
import { type CfaPattern, halfSizeColour } from "./bayer.ts";

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
  it("half size keeps what was measured, 12 bits scaled to 8", () => {
    expect([...halfSizeColour(flatMosaic(cfa, 5, 4, 16), 5, 4, cfa, 4)]).toEqual(Array.from({ length: 4 }, () => [200, 120, 40]).flat());
  });
});
