import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { SizedObject } from "../../../core/detection/estimate-pixel-size.ts";
import { searchScale } from "./scale-search.ts";

const Fixture = z.object({
  width: z.number(), height: z.number(), assumedUmPerPx: z.number(), nominalUmPerPx: z.number(),
  labels: z.array(z.number()), sizeUm: z.number(), leastObjects: z.number(), untouched: z.tuple([z.number(), z.number()]),
  cases: z.array(z.object({ median: z.enum(["count", "area"]), looks: z.array(z.object({ umPerPx: z.number(), boxes: z.array(z.array(z.number())), labels: z.array(z.number()) })), estimate: z.number().nullable() })),
});
const fixture = Fixture.parse(JSON.parse(readFileSync(new URL("../../../core/detection/estimate-pixel-size.fixture.json", import.meta.url), "utf8")));
const { width, height, assumedUmPerPx, nominalUmPerPx, sizeUm, leastObjects, untouched } = fixture;
const SEARCH = { picture: { width, height }, modelPixelSizeUm: nominalUmPerPx, assumedPixelSizeUm: assumedUmPerPx, reference: { classes: fixture.labels.map(String), sizeUm, median: "area", leastObjects, untouched } } as const;

/** Squares of a side in um, in a picture of 0.05 um per pixel. */
const squares = (sideUm: number, count = 8): SizedObject[] => Array.from({ length: count }, (_, i) => ({ classId: "0", box: { x: 20 + 60 * i, y: 200, width: sideUm / 0.05, height: sideUm / 0.05 } }));

describe("searchScale", () => {
  it("looks as often as the training scripts, at the same pixel sizes, and ends with theirs", async () => {
    const counts = new Set<number>();
    for (const { median, looks, estimate } of fixture.cases) {
      const asked: number[] = [];
      const found = await searchScale({
        ...SEARCH,
        reference: { ...SEARCH.reference, median },
        look: (pixelSizeUm) => {
          const now = looks[asked.length];
          asked.push(pixelSizeUm);
          return Promise.resolve((now?.boxes ?? []).map(([x0 = 0, y0 = 0, x1 = 0, y1 = 0], i): SizedObject => ({ classId: String(now?.labels[i]), box: { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } })));
        },
      });
      expect(asked).toHaveLength(looks.length);
      for (const [i, { umPerPx }] of looks.entries()) expect(asked[i]).toBeCloseTo(umPerPx, 12);
      if (estimate === null) expect(found.estimate).toBeUndefined();
      else expect(found.estimate?.pixelSizeUm).toBeCloseTo(estimate, 12);
      counts.add(asked.length);
    }
    expect([...counts].sort()).toEqual([1, 2]);
  });

  it("leaves a picture alone whose objects are as large as they should be, and gives what it saw", async () => {
    const objects = squares(7.5 * (0.05 / assumedUmPerPx));
    expect(await searchScale({ ...SEARCH, look: () => Promise.resolve(objects) })).toEqual({ estimate: undefined, objects });
  });

  it("says from how many objects of which classes, and gives what it saw at the scale it settled on", async () => {
    const objects = squares(7.5);
    const found = await searchScale({ ...SEARCH, look: () => Promise.resolve(objects) });
    expect(found.objects).toBe(objects);
    expect(found.estimate).toMatchObject({ objects: 8, classIds: ["0", "2"] });
    expect(found.estimate?.pixelSizeUm).toBeCloseTo(0.05, 12);
  });

  it("gives nothing it saw where the second look corrects once more", async () => {
    const sizes = [7.5, 10];
    const found = await searchScale({ ...SEARCH, look: () => Promise.resolve(squares(sizes.shift() ?? 0)) });
    expect(found.objects).toBeUndefined();
    expect(found.estimate?.pixelSizeUm).toBeCloseTo(0.0375, 12);
    expect(sizes).toEqual([]);
  });
});
