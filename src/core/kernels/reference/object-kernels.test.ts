import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { GreyPlane, LabelMap, Mask } from "../../image/plane.ts";
import type { ElementShape } from "../pixel-kernels.ts";
import { boxMean } from "./box-mean.ts";
import { distanceTransform } from "./distance-transform.ts";
import { fillHoles } from "./fill-holes.ts";
import { gaussianBlur } from "./gaussian.ts";
import { hMaxima } from "./h-maxima.ts";
import { medianBlur } from "./median.ts";
import { dilate, erode } from "./morphology.ts";
import { watershed } from "./watershed.ts";

const Values = z.array(z.number());
/** Results by the parameter that made them. */
const ByParameter = z.record(z.string(), Values);
const Fixture = z.object({
  width: z.number(),
  height: z.number(),
  picture: Values,
  smooth: Values,
  coarse: Values,
  mask: Values,
  gaussian: ByParameter,
  box: ByParameter,
  median: ByParameter,
  eroded: ByParameter,
  dilated: ByParameter,
  filled: Values,
  distance: Values,
  hMaxima: ByParameter,
  coarseHMaxima: Values,
  peaksAbove8: Values,
  markers: Values,
  markerCount: z.number(),
  watershed: Values,
});
const fixture = Fixture.parse(JSON.parse(readFileSync(new URL("./object-kernels.fixture.json", import.meta.url), "utf8")));
const { width, height } = fixture;
const plane = (values: readonly number[]): GreyPlane => ({ width, height, data: Float32Array.from(values) });
const picture = plane(fixture.picture);
const smooth = plane(fixture.smooth);
const mask: Mask = { width, height, data: Uint8Array.from(fixture.mask) };
const markers: LabelMap = { width, height, labels: Int32Array.from(fixture.markers), count: fixture.markerCount };
const emptyMask: Mask = { width: 0, height: 0, data: new Uint8Array() };

function expectClose(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const largest = expected.reduce((sofar, value, i) => Math.max(sofar, Math.abs(value - (actual[i] ?? NaN))), 0);
  expect(largest).toBeLessThanOrEqual(tolerance);
}

describe("smoothing, as OpenCV and SciPy do it", () => {
  it.each(Object.entries(fixture.gaussian))("blurs with sigma %s", (sigma, expected) => {
    expectClose(gaussianBlur(picture, Number(sigma)).data, expected, 1e-4);
  });
  it.each(Object.entries(fixture.box))("takes means of radius %s", (radius, expected) => {
    expectClose(boxMean(picture, Number(radius)).data, expected, 1e-4);
  });
  it.each(Object.entries(fixture.median))("takes medians of radius %s", (radius, expected) => {
    expectClose(medianBlur(picture, Number(radius)).data, expected, 0);
  });
  it("leaves the picture as it is with nothing to smooth over", () => {
    expect(gaussianBlur(picture, 0).data).toEqual(picture.data);
    expect(boxMean(picture, 0).data).toEqual(picture.data);
    expect(medianBlur(picture, 0).data).toEqual(picture.data);
  });
  it("keeps a level picture level, windows larger than it included", () => {
    const level: GreyPlane = { width: 3, height: 1, data: new Float32Array(3).fill(7) };
    for (const blurred of [gaussianBlur(level, 12), boxMean(level, 20), medianBlur(level, 7)]) {
      expectClose(blurred.data, [7, 7, 7], 1e-6);
    }
  });
});

describe("masks, as OpenCV, scikit-image and SciPy do it", () => {
  const element = (name: string): [number, ElementShape] => [Number(name.split(" ")[1]), name.startsWith("disk") ? "disk" : "square"];
  it.each(Object.entries(fixture.eroded))("erodes by %s", (name, expected) => {
    expect([...erode(mask, ...element(name)).data]).toEqual(expected);
  });
  it.each(Object.entries(fixture.dilated))("dilates by %s", (name, expected) => {
    expect([...dilate(mask, ...element(name)).data]).toEqual(expected);
  });
  it("does not look outside the picture: a full mask stays full, an empty one empty", () => {
    const full: Mask = { width: 4, height: 2, data: new Uint8Array(8).fill(1) };
    const empty: Mask = { width: 4, height: 2, data: new Uint8Array(8) };
    for (const shape of ["disk", "square"] as const) {
      expect(erode(full, 9, shape)).toEqual(full);
      expect(dilate(empty, 9, shape)).toEqual(empty);
    }
  });
  it("fills holes", () => {
    expect([...fillHoles(mask).data]).toEqual(fixture.filled);
  });
  it("measures distances", () => {
    expectClose(distanceTransform(mask).data, fixture.distance, 1e-6);
  });
  it("calls the distance infinite where there is no background", () => {
    expect([...distanceTransform({ width: 2, height: 1, data: Uint8Array.of(1, 1) }).data]).toEqual([Infinity, Infinity]);
  });
});

describe("hMaxima", () => {
  it.each(Object.entries(fixture.hMaxima))("marks the extended maxima that scikit-image's reconstruction has, h = %s", (h, expected) => {
    expect([...hMaxima(smooth, Number(h), mask).data]).toEqual(expected);
  });
  it("does so where whole plateaus are level", () => {
    expect([...hMaxima(plane(fixture.coarse), 3, mask).data]).toEqual(fixture.coarseHMaxima);
  });
  it("holds the top pixels that scikit-image's h_maxima marks", () => {
    const marked = hMaxima(smooth, 8, mask).data;
    const tops = fixture.peaksAbove8.flatMap((top, i) => (top === 1 ? [i] : []));
    expect(tops.length).toBeGreaterThan(3);
    expect(tops.map((i) => marked[i])).toEqual(tops.map(() => 1));
  });
  it("wants more than h, and counts two level summits with a shallow saddle as one", () => {
    const ridge = (...values: number[]): GreyPlane => ({ width: values.length, height: 1, data: Float32Array.from(values) });
    const inside = (size: number): Mask => ({ width: size, height: 1, data: new Uint8Array(size).fill(1) });
    expect([...hMaxima(ridge(0, 5, 3, 6, 0), 2, inside(5)).data]).toEqual([0, 0, 0, 1, 0]);
    expect([...hMaxima(ridge(0, 5, 3, 6, 0), 1, inside(5)).data]).toEqual([0, 1, 0, 1, 0]);
    expect([...hMaxima(ridge(0, 5, 4, 5, 0), 1, inside(5)).data]).toEqual([0, 1, 1, 1, 0]);
  });
  it("marks infinite ground, which no height takes anything from", () => {
    const high: GreyPlane = { width: 2, height: 1, data: Float32Array.of(Infinity, Infinity) };
    expect([...hMaxima(high, 3, { width: 2, height: 1, data: Uint8Array.of(1, 1) }).data]).toEqual([1, 1]);
  });
});

describe("watershed", () => {
  it("divides ground without ties as scikit-image does", () => {
    const flooded = watershed(smooth, markers, mask);
    expect([...flooded.labels]).toEqual(fixture.watershed);
    expect(flooded.count).toBe(fixture.markerCount);
  });
  it("shares level ground in the order of arrival", () => {
    const level: GreyPlane = { width: 6, height: 1, data: new Float32Array(6) };
    const ends: LabelMap = { width: 6, height: 1, labels: Int32Array.of(2, 0, 0, 0, 0, 1), count: 2 };
    const open: Mask = { width: 6, height: 1, data: new Uint8Array(6).fill(1) };
    expect([...watershed(level, ends, open).labels]).toEqual([2, 2, 2, 1, 1, 1]);
  });
  it("leaves what no marker reaches, and markers outside the mask", () => {
    const level: GreyPlane = { width: 5, height: 1, data: new Float32Array(5) };
    const first: LabelMap = { width: 5, height: 1, labels: Int32Array.of(1, 0, 0, 0, 2), count: 2 };
    const parted: Mask = { width: 5, height: 1, data: Uint8Array.of(1, 1, 0, 1, 0) };
    expect([...watershed(level, first, parted).labels]).toEqual([1, 1, 0, 0, 0]);
  });
});

describe("all of them", () => {
  it("take an empty picture", () => {
    const nothing: GreyPlane = { width: 0, height: 0, data: new Float32Array() };
    const none: LabelMap = { width: 0, height: 0, labels: new Int32Array(), count: 0 };
    expect(gaussianBlur(nothing, 2).data).toHaveLength(0);
    expect(boxMean(nothing, 2).data).toHaveLength(0);
    expect(medianBlur(nothing, 2).data).toHaveLength(0);
    expect(dilate(emptyMask, 2, "square").data).toHaveLength(0);
    expect(erode(emptyMask, 2, "disk").data).toHaveLength(0);
    expect(fillHoles(emptyMask).data).toHaveLength(0);
    expect(distanceTransform(emptyMask).data).toHaveLength(0);
    expect(hMaxima(nothing, 1, emptyMask).data).toHaveLength(0);
    expect(watershed(nothing, none, emptyMask).labels).toHaveLength(0);
  });
  it("refuse data of another size, and parameters that mean nothing", () => {
    const short: GreyPlane = { width, height, data: new Float32Array(3) };
    const small: Mask = { width: 1, height: 1, data: new Uint8Array(1) };
    expect(() => gaussianBlur(short, 1)).toThrow(RangeError);
    expect(() => gaussianBlur(picture, NaN)).toThrow(RangeError);
    expect(() => gaussianBlur(picture, 1001)).toThrow(RangeError);
    expect(() => boxMean(picture, 1.5)).toThrow(RangeError);
    expect(() => medianBlur(picture, 8)).toThrow(RangeError);
    expect(() => erode(mask, -1, "disk")).toThrow(RangeError);
    expect(() => hMaxima(smooth, -1, mask)).toThrow(RangeError);
    expect(() => hMaxima(smooth, 1, small)).toThrow(RangeError);
    expect(() => watershed(smooth, markers, small)).toThrow(RangeError);
  });
});
