import { describe, expect, it } from "vitest";
import { CLASS_PALETTE } from "./palette.ts";
import { ciede2000, contrastOf, labOf, linearFromSrgb, seenBy, type Triple } from "./testing/color-vision.ts";

/** What lies behind the lines: an eosin-stained smear, a blue fluorescence field, dark field, an empty bright field. */
const BACKGROUNDS = { pink: [232, 185, 196], blue: [20, 35, 130], black: [0, 0, 0], white: [255, 255, 255] } as const;
const HALO: Triple = [0, 0, 0];

describe("the measure of difference", () => {
  // Pairs of the data set published with Sharma, Wu and Dalal 2005.
  it.each<[Triple, Triple, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ])("%j to %j is %d", (a, b, expected) => {
    expect(ciede2000(a, b)).toBeCloseTo(expected, 4);
  });

  it("knows black and white", () => {
    expect(contrastOf(linearFromSrgb([0, 0, 0]), linearFromSrgb([255, 255, 255]))).toBeCloseTo(21, 3);
    expect(labOf(linearFromSrgb([255, 255, 255]))[0]).toBeCloseTo(100, 3);
  });
});

describe("class colours", () => {
  const pairs = CLASS_PALETTE.flatMap((a, i) => CLASS_PALETTE.slice(i + 1).map((b) => [a, b] as const));

  it("are eight, with names of their own", () => {
    expect(CLASS_PALETTE).toHaveLength(8);
    expect(new Set(CLASS_PALETTE.map(({ name }) => name)).size).toBe(8);
  });

  it.each(["normal", "protanopia", "deuteranopia", "tritanopia"] as const)("stay at least 15 CIEDE2000 apart with %s", (vision) => {
    const distances = pairs.map(([a, b]) => ciede2000(labOf(seenBy(vision, linearFromSrgb(a.rgb))), labOf(seenBy(vision, linearFromSrgb(b.rgb)))));
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(15);
  });

  it.each(Object.entries(BACKGROUNDS))("stand out on %s, by themselves or by their halo, whatever the eye", (_name, background) => {
    for (const { rgb } of CLASS_PALETTE) {
      for (const vision of ["normal", "protanopia", "deuteranopia", "tritanopia"] as const) {
        const line = seenBy(vision, linearFromSrgb(rgb));
        const behind = seenBy(vision, linearFromSrgb(background));
        // WCAG 2.2, 1.4.11: 3:1 for what is not text. The line against its halo, and one of the two against the picture.
        expect(contrastOf(line, HALO)).toBeGreaterThanOrEqual(4.5);
        expect(Math.max(contrastOf(line, behind), contrastOf(HALO, behind))).toBeGreaterThanOrEqual(3);
      }
    }
  });
});
