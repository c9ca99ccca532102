import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { correctedPixelSize, sizeFound } from "./estimate-pixel-size.ts";
import type { ScaleReference, SizedObject } from "./estimate-pixel-size.ts";

const Fixture = z.object({
  width: z.number(), height: z.number(), assumedUmPerPx: z.number(), nominalUmPerPx: z.number(),
  labels: z.array(z.number()), sizeUm: z.number(), leastObjects: z.number(), untouched: z.tuple([z.number(), z.number()]),
  cases: z.array(z.object({
    median: z.enum(["count", "area"]),
    looks: z.array(z.object({ umPerPx: z.number(), boxes: z.array(z.array(z.number())), labels: z.array(z.number()), found: z.object({ objects: z.number(), ratio: z.number() }).nullable() })),
    estimate: z.number().nullable(),
  })),
});
const fixture = Fixture.parse(JSON.parse(readFileSync(new URL("estimate-pixel-size.fixture.json", import.meta.url), "utf8")));

const REFERENCE: ScaleReference = { classes: ["cell"], sizeUm: 10, median: "area", leastObjects: 3, untouched: [0.8, 1.25] };
const TAKEN = { width: 200, height: 100, pixelSizeUm: 0.5, modelPixelSizeUm: 1 };
/** A square cell, 20 px where nothing else is said: 10 um at 0.5 um per pixel. */
const cell = (x: number, y: number, side = 20, classId = "cell"): SizedObject => ({ classId, box: { x, y, width: side, height: side } });

describe("sizeFound", () => {
  it("says what the training scripts say, object for object", () => {
    const { width, height, nominalUmPerPx: modelPixelSizeUm, labels, sizeUm, leastObjects, untouched } = fixture;
    const looks = fixture.cases.flatMap((each) => each.looks.map((look) => ({ ...look, median: each.median })));
    expect(looks.length).toBeGreaterThan(fixture.cases.length);
    for (const { median, umPerPx: pixelSizeUm, boxes, labels: found, found: expected } of looks) {
      const objects = boxes.map(([x0 = 0, y0 = 0, x1 = 0, y1 = 0], i): SizedObject => ({ classId: String(found[i]), box: { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } }));
      const size = sizeFound(objects, { width, height, pixelSizeUm, modelPixelSizeUm }, { classes: labels.map(String), sizeUm, median, leastObjects, untouched });
      expect(size?.objects).toBe(expected?.objects);
      if (expected !== null) expect(size?.ratio).toBeCloseTo(expected.ratio, 10);
    }
  });

  it("is 1 for objects of the size that is stated, and above 1 where they are larger", () => {
    expect(sizeFound([cell(20, 20), cell(60, 20), cell(100, 20)], TAKEN, REFERENCE)).toEqual({ objects: 3, ratio: 1 });
    expect(sizeFound([cell(20, 20, 40), cell(80, 20, 40), cell(140, 20, 40)], TAKEN, REFERENCE)).toEqual({ objects: 3, ratio: 2 });
  });

  it("says nothing of too few, and leaves out other classes and what the border may cut", () => {
    expect(sizeFound([cell(20, 20), cell(60, 20)], TAKEN, REFERENCE)).toBeUndefined();
    expect(sizeFound([cell(20, 20), cell(60, 20), cell(100, 20, 20, "speck")], TAKEN, REFERENCE)).toBeUndefined();
    // Two pixels of the model are four of the picture.
    for (const [x, y] of [[4, 20], [20, 4], [176, 20], [20, 76]] as const) expect(sizeFound([cell(60, 20), cell(100, 20), cell(x, y)], TAKEN, REFERENCE)).toBeUndefined();
    expect(sizeFound([cell(60, 20), cell(100, 20), cell(5, 20)], TAKEN, REFERENCE)?.objects).toBe(3);
  });

  it("is not misled by many small things among a few cells", () => {
    const specks = Array.from({ length: 12 }, (_, i) => cell(8 + 14 * i, 80, 6));
    const found = [cell(20, 20), cell(60, 20), cell(100, 20), ...specks];
    expect(sizeFound(found, TAKEN, REFERENCE)).toEqual({ objects: 15, ratio: 1 });
    expect(sizeFound(found, TAKEN, { ...REFERENCE, median: "count" })).toEqual({ objects: 15, ratio: 0.3 });
  });

  it("by count is not misled by one that is large, and takes the smaller of two in the middle", () => {
    const found = [cell(20, 10, 10), cell(40, 10, 20), cell(80, 10, 22), cell(120, 10, 70)];
    expect(sizeFound(found, TAKEN, { ...REFERENCE, median: "count" })).toEqual({ objects: 4, ratio: 1 });
    expect(sizeFound(found, TAKEN, REFERENCE)).toEqual({ objects: 4, ratio: 3.5 });
  });

  it("says nothing where boxes have no area", () => {
    expect(sizeFound([cell(20, 20, 0), cell(60, 20, 0), cell(100, 20, 0)], TAKEN, REFERENCE)).toBeUndefined();
  });
});

describe("correctedPixelSize", () => {
  it("makes the objects as large as is stated, within two and a half times either way", () => {
    expect(correctedPixelSize(0.5, 2, 0.5)).toBe(0.25);
    expect(correctedPixelSize(0.5, 0.8, 0.5)).toBe(0.625);
    expect(correctedPixelSize(0.5, 10, 0.5)).toBe(0.2);
    expect(correctedPixelSize(0.5, 0.1, 0.5)).toBe(1.25);
  });
});
