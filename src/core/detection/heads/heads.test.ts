import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { overlapOfMasks } from "../../contours/mask-overlap.ts";
import { rasteriseContour } from "../../contours/rasterise.ts";
import type { Mask } from "../../image/plane.ts";
import { referenceKernels } from "../../kernels/reference-kernels.ts";
import { decodeDistanceMap, labelDistanceMap } from "./decode-distance-map.ts";
import type { DistanceMap, DistanceMapSettings } from "./decode-distance-map.ts";
import { decodeFlowField } from "./decode-flow-field.ts";
import { decodeSemanticMap } from "./decode-semantic-map.ts";
import type { SemanticMapSettings } from "./decode-semantic-map.ts";
import { decodeStarDistances } from "./decode-star-distances.ts";
import type { StarSettings } from "./decode-star-distances.ts";
import type { DecodedObject } from "./decoded-object.ts";
import { wholeInput } from "./decoded-object.ts";

const Numbers = z.array(z.number()).transform((values) => new Float32Array(values));
const Labels = z.array(z.string()).transform((rows) => Int32Array.from(rows.join(""), Number));
const Fixture = z.object({
  width: z.number(),
  height: z.number(),
  truth: Labels,
  distanceMap: z.object({ foreground: Numbers, distance: Numbers, labels: Labels, scores: z.array(z.number()) }),
  star: z.object({
    stride: z.number(), rays: z.number(), threshold: z.number(), nms_iou: z.number(), probability: Numbers, distances: Numbers,
    kept: z.array(z.object({ column: z.number(), row: z.number(), score: z.number() })),
  }),
  flow: z.object({ flowY: Numbers, flowX: Numbers, logit: Numbers }),
});
const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "heads.fixture.json"), "utf8")));
const { width, height, truth } = fixture;
const picture = wholeInput(width, height);

function maskOfLabel(labels: Int32Array, label: number): Mask {
  return { width, height, data: Uint8Array.from(labels, (value) => (value === label ? 1 : 0)) };
}

/** For each true shape, how well the object that fits it best covers it. */
function coverOfTruth(objects: readonly DecodedObject[]): number[] {
  const found = objects.map(({ contour = [] }) => rasteriseContour(contour, { x: 0, y: 0, width, height }));
  const shapes = Math.max(...truth);
  return Array.from({ length: shapes }, (_, i) => Math.max(...found.map((mask) => overlapOfMasks(mask, maskOfLabel(truth, i + 1)))));
}

describe("decodeDistanceMap", () => {
  const { foreground, distance, labels, scores } = fixture.distanceMap;
  const map: DistanceMap = { columns: width, rows: height, foreground, distance };
  const settings: DistanceMapSettings = {
    stride: 1, picture, label: 0, foregroundThreshold: 0.5, seeds: { kind: "depth", least: 0.5 }, leastSeedCells: 1, unseeded: "keep", leastAreaPx: 16, scoreThreshold: 0,
  };

  it("gives the objects and scores of the training scripts' own decoding", () => {
    const objects = decodeDistanceMap(map, settings, referenceKernels);
    expect(objects).toHaveLength(scores.length);
    for (const [index, { contour = [], score }] of objects.entries()) {
      expect(score).toBeCloseTo(scores[index] ?? NaN, 6);
      expect(overlapOfMasks(rasteriseContour(contour, { x: 0, y: 0, width, height }), maskOfLabel(labels, index + 1))).toBeGreaterThan(0.96);
    }
  });

  it("labels every cell as they do, but for dust", () => {
    const own = labelDistanceMap(map, settings, referenceKernels).labels;
    // The script leaves out objects below the least area and counts on: both list the others in one order.
    const dust = own.map((label, i) => (label > 0 && labels[i] === 0 ? label : 0));
    const names = [...new Set(own.filter((label) => label > 0 && !dust.includes(label)))].sort((a, b) => a - b);
    expect(own.map((label) => names.indexOf(label) + 1)).toEqual(labels);
    expect(new Set(dust).size).toBe(2);
  });

  it("parts touching objects", () => {
    for (const cover of coverOfTruth(decodeDistanceMap(map, settings, referenceKernels))) expect(cover).toBeGreaterThan(0.95);
    const byMaxima = decodeDistanceMap(map, { ...settings, seeds: { kind: "maxima", height: 0.3 } }, referenceKernels);
    for (const cover of coverOfTruth(byMaxima)) expect(cover).toBeGreaterThan(0.93);
  });

  it("leaves out what has no seed when told, what lies in the padding, and what is doubtful", () => {
    const count = (changes: Partial<DistanceMapSettings>): number => decodeDistanceMap(map, { ...settings, ...changes }, referenceKernels).length;
    expect(count({ unseeded: "drop" })).toBe(7);
    expect(count({ unseeded: "drop", leastSeedCells: 60 })).toBeLessThan(7);
    expect(count({ scoreThreshold: 0.85 })).toBeLessThan(8);
    const left = decodeDistanceMap(map, { ...settings, picture: { x0: 0, y0: 0, x1: 60, y1: 88 } }, referenceKernels);
    for (const { x1, contour = [] } of left) {
      expect(x1).toBeLessThanOrEqual(60);
      expect(contour.every((place, i) => i % 2 === 1 || place <= 60)).toBe(true);
    }
  });

  it("scales contours and areas by the stride", () => {
    const coarse = decodeDistanceMap(map, { ...settings, stride: 2, leastAreaPx: 64, picture: wholeInput(2 * width, 2 * height) }, referenceKernels);
    const fine = decodeDistanceMap(map, settings, referenceKernels);
    expect(coarse.map(({ x0, contour = [] }) => [x0 / 2, ...contour.map((place) => place / 2)])).toEqual(fine.map(({ x0, contour = [] }) => [x0, ...contour]));
  });

  it("names maps that hold no numbers or do not fit", () => {
    const spoilt = distance.slice();
    spoilt[17] = NaN;
    expect(() => decodeDistanceMap({ ...map, distance: spoilt }, settings, referenceKernels)).toThrow("the distance map holds values that are no numbers");
    expect(() => decodeDistanceMap({ ...map, columns: 5 }, settings, referenceKernels)).toThrow(RangeError);
  });
});

describe("decodeStarDistances", () => {
  const { stride, rays, threshold, nms_iou: nmsOverlap, probability, distances, kept } = fixture.star;
  const map = { columns: width / stride, rows: height / stride, probability, distances };
  const settings: StarSettings = { stride, picture, label: 0, rays, scoreThreshold: threshold, nmsOverlap, overlapOver: "union", leastAreaPx: 0 };

  it("keeps the polygons that an implementation in NumPy keeps, in its order", () => {
    const objects = decodeStarDistances(map, settings);
    expect(objects.map(({ score }) => score)).toEqual(kept.map(({ score }) => Math.fround(score)));
    for (const [index, { contour = [] }] of objects.entries()) {
      // The first ray goes straight to the right: its height is that of the start.
      const { column = NaN, row = NaN } = kept[index] ?? {};
      expect(contour[1]).toBe(row * stride + 0.5);
      const length = distances[row * map.columns + column] ?? NaN;
      expect(contour[0]).toBeCloseTo(Math.min(column * stride + 0.5 + length, width), 4);
    }
  });

  it("finds every shape once, touching ones apart", () => {
    for (const over of ["union", "smaller"] as const) {
      const objects = decodeStarDistances(map, { ...settings, overlapOver: over });
      expect(objects).toHaveLength(7);
      for (const cover of coverOfTruth(objects)) expect(cover).toBeGreaterThan(0.8);
    }
  });

  it("leaves out small ones and starts outside the picture, and names what is no number", () => {
    expect(decodeStarDistances(map, { ...settings, leastAreaPx: 200 })).toHaveLength(6);
    expect(decodeStarDistances(map, { ...settings, picture: { x0: 0, y0: 0, x1: 60, y1: 88 } }).every(({ x1 }) => x1 <= 60)).toBe(true);
    const spoilt = distances.slice().fill(NaN);
    expect(() => decodeStarDistances({ ...map, distances: spoilt }, settings)).toThrow("the star distances hold values that are no numbers");
  });
});

describe("decodeFlowField", () => {
  const { flowY, flowX, logit } = fixture.flow;
  const field = { columns: width, rows: height, flowY, flowX, cellLogit: logit };
  const settings = { stride: 1, picture, label: 0, logitThreshold: 0, flowErrorLimit: Infinity, flowScale: 5, steps: 200, scoreThreshold: 0, leastAreaPx: 15 };

  it("gives every shape once, touching ones apart", () => {
    const objects = decodeFlowField(field, settings, referenceKernels);
    expect(objects).toHaveLength(7);
    for (const cover of coverOfTruth(objects)) expect(cover).toBeGreaterThan(0.95);
    for (const { score } of objects) expect(score).toBeGreaterThan(0.9);
  });

  it("is the same every time, and finds nothing where nothing is", () => {
    expect(decodeFlowField(field, settings, referenceKernels)).toEqual(decodeFlowField(field, settings, referenceKernels));
    expect(decodeFlowField({ ...field, cellLogit: logit.map(() => -4) }, settings, referenceKernels)).toEqual([]);
  });
});

describe("decodeSemanticMap", () => {
  const background = Float32Array.from(truth, (label) => (label === 0 ? 3 : -3));
  const first = Float32Array.from(truth, (label) => (label > 0 && label !== 7 ? 3 : -3));
  const second = Float32Array.from(truth, (label) => (label === 7 ? 3 : -3));
  const map = { columns: width, rows: height, values: Float32Array.from([...background, ...first, ...second]) };
  const settings: SemanticMapSettings = { stride: 1, picture, values: "softmax", channelLabels: [undefined, 0, 1], assign: "best", scoreThresholds: [0.5, 0.5], leastAreaPx: 20 };

  it("gives the connected parts of each class, touching ones as one", () => {
    const objects = decodeSemanticMap(map, settings, referenceKernels);
    expect(objects.map(({ label }) => label)).toEqual([0, 0, 0, 0, 1]);
    for (const { score } of objects) expect(score).toBeCloseTo(1 / (1 + 2 * Math.exp(-6)), 5);
  });

  it("parts touching ones at their waists", () => {
    const objects = decodeSemanticMap(map, { ...settings, splitHeightCells: 1 }, referenceKernels);
    expect(objects).toHaveLength(7);
    for (const cover of coverOfTruth(objects)) expect(cover).toBeGreaterThan(0.9);
  });

  it("reads logits of independent classes against thresholds, and leaves dust out", () => {
    const objects = decodeSemanticMap(map, { ...settings, values: "sigmoid", assign: "threshold", scoreThresholds: [0.5, 0.99] }, referenceKernels);
    expect(objects.map(({ label }) => label)).toEqual([0, 0, 0, 0]);
    expect(decodeSemanticMap(map, { ...settings, leastAreaPx: 150 }, referenceKernels).some(({ label }) => label === 1)).toBe(false);
    expect(() => decodeSemanticMap({ ...map, columns: 3 }, settings, referenceKernels)).toThrow(RangeError);
  });
});
