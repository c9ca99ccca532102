import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { um } from "../../shared/units.ts";
import { type Affine, applyAffine, composeAffine, IDENTITY, invertAffine } from "./affine.ts";
import { areaOf, boxAround, centreOf, containsPoint, intersectionOf, iou } from "./box.ts";
import { fieldRectOf, imageBoxOf, stagePointOf, stageRectOf } from "./stage-from-image.ts";

const number = fc.double({ min: -1000, max: 1000, noNaN: true });
const size = fc.double({ min: 0.5, max: 500, noNaN: true });
const point = fc.record({ x: number, y: number });
const box = fc.record({ x: number, y: number, width: size, height: size });
const affine: fc.Arbitrary<Affine> = fc
  .record({ a: number, b: number, c: number, d: number, e: number, f: number })
  .filter((map) => Math.abs(map.a * map.e - map.b * map.d) > 1);
const frame = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 4000 }),
  pixelSizeUm: fc.double({ min: 0.05, max: 10, noNaN: true }),
  stagePositionUm: fc.record({ x: number, y: number }),
});

describe("boxes", () => {
  it("knows iou by hand", () => {
    expect(iou({ x: 0, y: 0, width: 2, height: 2 }, { x: 1, y: 1, width: 2, height: 2 })).toBeCloseTo(1 / 7);
    expect(iou({ x: 0, y: 0, width: 2, height: 2 }, { x: 2, y: 0, width: 2, height: 2 })).toBe(0);
    expect(iou({ x: 0, y: 0, width: 0, height: 0 }, { x: 0, y: 0, width: 0, height: 0 })).toBe(0);
  });

  it("iou is symmetric, 1 with itself, between 0 and 1, and does not mind a shift of both", () => {
    fc.assert(
      fc.property(box, box, point, (a, b, by) => {
        const value = iou(a, b);
        expect(value).toBeCloseTo(iou(b, a), 12);
        expect(iou(a, a)).toBeCloseTo(1, 9);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        const shifted = iou({ ...a, x: a.x + by.x, y: a.y + by.y }, { ...b, x: b.x + by.x, y: b.y + by.y });
        expect(shifted).toBeCloseTo(value, 6);
      }),
    );
  });

  it("an intersection lies in both", () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const common = intersectionOf(a, b);
        if (common === undefined) return;
        expect(areaOf(common)).toBeLessThanOrEqual(Math.min(areaOf(a), areaOf(b)) * (1 + 1e-9));
        expect(containsPoint(a, centreOf(common))).toBe(true);
        expect(containsPoint(b, centreOf(common))).toBe(true);
      }),
    );
  });

  it("gives a shared edge to one side only", () => {
    expect(intersectionOf({ x: 0, y: 0, width: 1, height: 1 }, { x: 1, y: 0, width: 1, height: 1 })).toBeUndefined();
    expect(containsPoint({ x: 0, y: 0, width: 1, height: 1 }, { x: 1, y: 0 })).toBe(false);
    expect(containsPoint({ x: 1, y: 0, width: 1, height: 1 }, { x: 1, y: 0 })).toBe(true);
    expect(boxAround([])).toBeUndefined();
    expect(boxAround([{ x: 3, y: 1 }, { x: 1, y: 4 }])).toEqual({ x: 1, y: 1, width: 2, height: 3 });
  });
});

describe("affine maps", () => {
  it("inverse and map undo each other", () => {
    fc.assert(
      fc.property(affine, point, (map, p) => {
        const back = applyAffine(invertAffine(map), applyAffine(map, p));
        const scale = 1e-6 * (Math.abs(map.a) + Math.abs(map.b) + Math.abs(map.d) + Math.abs(map.e) + 1) ** 2;
        expect(Math.abs(back.x - p.x)).toBeLessThan(scale);
        expect(Math.abs(back.y - p.y)).toBeLessThan(scale);
      }),
    );
  });

  it("compose applies the inner map first", () => {
    fc.assert(
      fc.property(affine, affine, point, (outer, inner, p) => {
        const once = applyAffine(composeAffine(outer, inner), p);
        const twice = applyAffine(outer, applyAffine(inner, p));
        expect(once.x).toBeCloseTo(twice.x, 2);
        expect(once.y).toBeCloseTo(twice.y, 2);
      }),
    );
    expect(composeAffine(IDENTITY, IDENTITY)).toEqual(IDENTITY);
  });

  it("refuses to invert a flat map", () => {
    expect(() => invertAffine({ a: 1, b: 2, c: 0, d: 2, e: 4, f: 0 })).toThrow(RangeError);
  });
});

describe("stage and image", () => {
  it("puts the stage position at the centre of the picture", () => {
    fc.assert(
      fc.property(frame, (f) => {
        const centre = stagePointOf(f, { x: f.width / 2, y: f.height / 2 });
        expect(centre?.x).toBeCloseTo(f.stagePositionUm.x, 6);
        expect(centre?.y).toBeCloseTo(f.stagePositionUm.y, 6);
        const field = fieldRectOf(f);
        expect(field?.width).toBeCloseTo(f.width * f.pixelSizeUm, 6);
        expect(field?.height).toBeCloseTo(f.height * f.pixelSizeUm, 6);
      }),
    );
  });

  it("comes back to the same box", () => {
    fc.assert(
      fc.property(frame, box, (f, b) => {
        const rect = stageRectOf(f, b);
        if (rect === undefined) throw new Error("This frame is placed.");
        const backBox = imageBoxOf(f, rect);
        expect(backBox?.x).toBeCloseTo(b.x, 6);
        expect(backBox?.width).toBeCloseTo(b.width, 6);
        expect(backBox?.height).toBeCloseTo(b.height, 6);
      }),
    );
  });

  it("carries a box against the way the stage moved", () => {
    const from = { width: 100, height: 80, pixelSizeUm: 0.5, stagePositionUm: { x: 0, y: 0 } };
    const to = { ...from, stagePositionUm: { x: 10, y: -5 } };
    const rect = stageRectOf(from, { x: 50, y: 40, width: 8, height: 6 });
    expect(rect === undefined ? undefined : imageBoxOf(to, rect)).toEqual({ x: 30, y: 50, width: 8, height: 6 });
  });

  it("says nothing in um where scale or place are unknown", () => {
    expect(stagePointOf({ width: 10, height: 10, pixelSizeUm: 1 }, { x: 0, y: 0 })).toBeUndefined();
    expect(imageBoxOf({ width: 10, height: 10, stagePositionUm: { x: 0, y: 0 } }, { x: um(0), y: um(0), width: um(1), height: um(1) })).toBeUndefined();
  });
});
