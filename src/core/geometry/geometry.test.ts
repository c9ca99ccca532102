import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Affine, applyAffine, composeAffine, IDENTITY, invertAffine } from "./affine.ts";
import { areaOf, boxAround, centreOf, containsPoint, intersectionOf, iou } from "./box.ts";
import { fieldOutlineOf, imageFromStage, stageBoxOf, stagePointOf, stageWayOf } from "./stage-from-image.ts";

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
  const turned = fc.tuple(frame, fc.double({ min: -180, max: 180, noNaN: true }), fc.boolean()).map(([placed, degrees, isMirrored]) => {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) * placed.pixelSizeUm, Math.sin((degrees * Math.PI) / 180) * placed.pixelSizeUm];
    const stageUmFromPx: [number, number, number, number] = isMirrored ? [-cos, -sin, -sin, cos] : [cos, -sin, sin, cos];
    return { ...placed, stageUmFromPx };
  });

  it("puts the stage position at the centre of the picture, however the camera is turned", () => {
    fc.assert(
      fc.property(fc.oneof(frame, turned), (f) => {
        const centre = stagePointOf(f, { x: f.width / 2, y: f.height / 2 });
        expect(centre?.x).toBeCloseTo(f.stagePositionUm.x, 6);
        expect(centre?.y).toBeCloseTo(f.stagePositionUm.y, 6);
        const field = stageBoxOf(f, { x: 0, y: 0, width: f.width, height: f.height });
        expect(field?.x).toBeCloseTo(f.stagePositionUm.x, 6);
        expect(field?.width).toBeCloseTo(f.width * f.pixelSizeUm, 5);
        expect(field?.height).toBeCloseTo(f.height * f.pixelSizeUm, 5);
        expect(fieldOutlineOf(f)).toHaveLength(4);
      }),
    );
  });

  it("comes back to the same point, however the camera is turned", () => {
    fc.assert(
      fc.property(fc.oneof(frame, turned), box, (f, b) => {
        const there = stagePointOf(f, b);
        const back = imageFromStage(f);
        if (there === undefined || back === undefined) throw new Error("This frame is placed.");
        expect(applyAffine(back, there).x).toBeCloseTo(b.x, 5);
        expect(applyAffine(back, there).y).toBeCloseTo(b.y, 5);
      }),
    );
  });

  it("carries a point against the way the stage moved", () => {
    const from = { width: 100, height: 80, pixelSizeUm: 0.5, stagePositionUm: { x: 0, y: 0 } };
    const to = { ...from, stagePositionUm: { x: 10, y: -5 } };
    const [there, back] = [stagePointOf(from, { x: 50, y: 40 }), imageFromStage(to)];
    expect(there === undefined || back === undefined ? undefined : applyAffine(back, there)).toEqual({ x: 30, y: 50 });
  });

  it("takes image right for +x and image down for +y, unless a frame says how it lies", () => {
    const inLine = { width: 100, height: 80, pixelSizeUm: 0.5, stagePositionUm: { x: 7, y: 9 } };
    expect(stagePointOf(inLine, { x: 60, y: 40 })).toEqual({ x: 12, y: 9 });
    // A quarter turn: what is right in the picture lies at +y on the stage, what is down at -x.
    const quarter = { ...inLine, stageUmFromPx: [0, -0.5, 0.5, 0] as [number, number, number, number] };
    expect(stagePointOf(quarter, { x: 60, y: 40 })).toEqual({ x: 7, y: 14 });
    expect(stagePointOf(quarter, { x: 50, y: 60 })).toEqual({ x: -3, y: 9 });
    expect(stageWayOf(quarter, { x: 10, y: 20 })).toEqual({ x: -10, y: 5 });
  });

  it("says nothing in um where scale or place are unknown", () => {
    expect(stagePointOf({ width: 10, height: 10, pixelSizeUm: 1 }, { x: 0, y: 0 })).toBeUndefined();
    expect(stageBoxOf({ width: 10, height: 10, stagePositionUm: { x: 0, y: 0 } }, { x: 0, y: 0, width: 1, height: 1 })).toBeUndefined();
    expect(stageWayOf({ stageUmFromPx: [1, 0, 0, 1] }, { x: 1, y: 1 })).toBeUndefined();
  });
});
