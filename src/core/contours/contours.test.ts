import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Mask } from "../image/plane.ts";
import { outlines } from "../kernels/reference/outlines.ts";
import { overlapOfMasks } from "./mask-overlap.ts";
import { midwayOutline } from "./midway-outline.ts";
import { overlapOfContours, overlapOfSmaller } from "./overlap.ts";
import { areaOfContour, contourHolds, cornersOfContour, distanceToContour, distanceToSegment, doubleSignedArea } from "./polygon.ts";
import { rasteriseContour } from "./rasterise.ts";
import { areaOfRunLengths, countsFromText, countsToText, decodeRunLengths, encodeRunLengths } from "./run-lengths.ts";
import { simplifyContour } from "./simplify.ts";

const Fixture = z.object({
  masks: z.array(z.object({ width: z.number(), height: z.number(), text: z.string(), area: z.number(), rows: z.array(z.string()) })),
  polygons: z.array(z.object({ contour: z.array(z.number()), area: z.number(), rows: z.array(z.string()) })),
  pairs: z.array(z.object({ a: z.array(z.number()), b: z.array(z.number()), iou: z.number(), over_smaller: z.number() })),
});
const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "contours.fixture.json"), "utf8")));

function maskOfRows(rows: readonly string[]): Mask {
  return { width: rows[0]?.length ?? 0, height: rows.length, data: Uint8Array.from(rows.join(""), Number) };
}

const mask = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
    .map((values): Mask => ({ width, height, data: Uint8Array.from(values) })));

function circle(x: number, y: number, radius: number, points: number): number[] {
  return Array.from({ length: points }, (_, k) => (2 * Math.PI * k) / points).flatMap((angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
}

function discMask(side: number, radius: number): Mask {
  const data = Uint8Array.from({ length: side * side }, (_, i) => (Math.hypot((i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2) <= radius ? 1 : 0));
  return { width: side, height: side, data };
}

function outlineOf({ width, height, data }: Mask): Int32Array {
  return outlines({ width, height, labels: Int32Array.from(data), count: 1 })[0] ?? new Int32Array(0);
}

describe("run lengths", () => {
  it("are those of pycocotools, both ways", () => {
    for (const { width, height, text, area, rows } of fixture.masks) {
      const counts = countsFromText(text);
      expect(countsToText(counts)).toBe(text);
      expect(areaOfRunLengths({ width, height, counts })).toBe(area);
      const decoded = decodeRunLengths({ width, height, counts });
      if (rows.length > 0) expect(decoded).toEqual(maskOfRows(rows));
      expect(countsToText(encodeRunLengths(decoded).counts)).toBe(text);
    }
  });

  it("bring every mask back", () => {
    fc.assert(fc.property(mask, (one) => {
      const encoded = encodeRunLengths(one);
      expect(decodeRunLengths(encoded)).toEqual(one);
      expect(countsFromText(countsToText(encoded.counts))).toEqual(encoded.counts);
    }));
  });

  it("are refused where they do not fill the picture, or are no run lengths", () => {
    expect(() => decodeRunLengths({ width: 3, height: 2, counts: [2, 5] })).toThrow("run 1 of 5 pixels does not fit 3 x 2");
    expect(() => decodeRunLengths({ width: 3, height: 2, counts: [2, 1] })).toThrow("the runs hold 3 pixels instead of 3 x 2");
    expect(() => decodeRunLengths({ width: 3, height: 2, counts: [-1, 7] })).toThrow(RangeError);
    expect(() => countsFromText("0 1")).toThrow("character 2 of the run lengths");
    expect(() => countsFromText("o")).toThrow(RangeError);
  });
});

describe("contours", () => {
  it("hold the pixels and the area that NumPy finds", () => {
    for (const { contour, area, rows } of fixture.polygons) {
      const expected = maskOfRows(rows);
      expect(areaOfContour(contour)).toBeCloseTo(area, 9);
      expect(rasteriseContour(contour, { x: 0, y: 0, width: expected.width, height: expected.height })).toEqual(expected);
      for (let i = 0; i < expected.data.length; i++) {
        expect(contourHolds(contour, (i % expected.width) + 0.5, Math.floor(i / expected.width) + 0.5)).toBe(expected.data[i] === 1);
      }
    }
  });

  it("rasterise the same in a window as in the whole", () => {
    const contour = fixture.polygons[0]?.contour ?? [];
    const whole = rasteriseContour(contour, { x: 0, y: 0, width: 64, height: 64 });
    const part = rasteriseContour(contour, { x: 25, y: -3, width: 50, height: 40 });
    for (let i = 0; i < part.data.length; i++) {
      const [x, y] = [25 + (i % 50), Math.floor(i / 50) - 3];
      expect(part.data[i]).toBe(x < 64 && y >= 0 ? whole.data[y * 64 + x] : 0);
    }
  });

  it("overlap as counted on a fine grid", () => {
    for (const { a, b, iou, over_smaller: overSmaller } of fixture.pairs) {
      expect(Math.abs(overlapOfContours(a, b) - iou)).toBeLessThan(2e-3);
      expect(Math.abs(overlapOfSmaller(a, b) - overSmaller)).toBeLessThan(2e-3);
      expect(overlapOfContours(b, a)).toBeCloseTo(overlapOfContours(a, b), 12);
    }
  });

  it("overlap by 1 with themselves, by 0 apart, and as circles should", () => {
    const one = circle(20, 20, 10, 64);
    expect(overlapOfContours(one, one)).toBe(1);
    expect(overlapOfContours(one, circle(41, 20, 10, 64))).toBe(0);
    expect(overlapOfContours(one, circle(34.5, 34.5, 10, 64))).toBe(0);
    // Lens of two circles of radius 10 at distance 10, over their union.
    const lens = 200 * Math.acos(0.5) - 5 * Math.sqrt(300);
    expect(overlapOfContours(one, circle(30, 20, 10, 64))).toBeCloseTo(lens / (200 * Math.PI - lens), 2);
    expect(overlapOfSmaller(one, circle(20, 20, 5, 64))).toBe(1);
  });

  it("measure distances to the outline", () => {
    const square = [0, 0, 10, 0, 10, 10, 0, 10];
    expect(distanceToContour(square, 5, 3)).toBe(3);
    expect(distanceToContour(square, 13, 14)).toBe(5);
    expect(doubleSignedArea(square)).toBe(200);
    expect(cornersOfContour(square)).toEqual({ x0: 0, y0: 0, x1: 10, y1: 10 });
  });
});

describe("midwayOutline", () => {
  it("holds the pixels it came from, and half a pixel less of area", () => {
    for (const radius of [1, 2.5, 6, 13.3]) {
      const disc = discMask(30, radius);
      const contour = midwayOutline(outlineOf(disc));
      expect(rasteriseContour(contour, { x: 0, y: 0, width: 30, height: 30 })).toEqual(disc);
      expect(areaOfContour(contour)).toBe(disc.data.reduce((sum, value) => sum + value, 0) - 0.5);
    }
  });
});

describe("simplifyContour", () => {
  it("leaves out no point further than the tolerance from the new outline", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 6, maxLength: 60 }), fc.constantFrom(0, 0.5, 3), (values, tolerance) => {
      const contour = values.slice(0, values.length - (values.length % 2));
      const simple = simplifyContour(contour, tolerance);
      expect(simple.length).toBeLessThanOrEqual(contour.length);
      for (let i = 0; i < contour.length; i += 2) {
        expect(distanceToContour(simple, contour[i] ?? 0, contour[i + 1] ?? 0)).toBeLessThanOrEqual(tolerance + 1e-9);
      }
    }));
  });

  it("takes out what lies on straight lines, and keeps a triangle of any object", () => {
    expect(simplifyContour([0, 0, 1, 0, 2, 0, 2, 1, 2, 2, 1, 2, 0, 2, 0, 1], 0)).toEqual([0, 0, 2, 0, 2, 2, 0, 2]);
    expect(simplifyContour([0, 0, 2, 0, 2, 2, 0, 2], 100)).toHaveLength(6);
    expect(distanceToSegment(0, 1, 0, 0, 0, 0)).toBe(1);
  });

  it("makes a disc's outline a third as long or less and changes its pixels at the rim only", () => {
    const disc = discMask(40, 16);
    const whole = midwayOutline(outlineOf(disc));
    const simple = simplifyContour(whole, 0.35);
    expect(simple.length).toBeLessThan(whole.length / 3);
    expect(overlapOfMasks(disc, rasteriseContour(simple, { x: 0, y: 0, width: 40, height: 40 }))).toBeGreaterThan(0.98);
  });
});

describe("overlapOfMasks", () => {
  it("is intersection over union, 0 for empty ones, and refuses other sizes", () => {
    expect(overlapOfMasks(maskOfRows(["1100"]), maskOfRows(["0110"]))).toBeCloseTo(1 / 3, 12);
    expect(overlapOfMasks(maskOfRows(["00"]), maskOfRows(["00"]))).toBe(0);
    expect(() => overlapOfMasks(maskOfRows(["00"]), maskOfRows(["0"]))).toThrow(RangeError);
  });
});
