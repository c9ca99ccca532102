import { describe, expect, it } from "vitest";
import { OBJECT_FEATURES, columnOf } from "../../../core/features/object-feature-set.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";
import { axesOf, cellTable, columnValues, firstAxes } from "./cell-table.ts";
import { binOf, histogramOf, scaleOf, tickText } from "./plot-scale.ts";
import { neighbourOf, pointAt, pointsInBox } from "./point-picking.ts";

const HEADER = {
  frameId: 1, cameraId: "c", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 100, height: 80, pixelFormat: "Mono8" as const, settled: true,
  exposureMs: 1, gainDb: 0, lightPercent: 50, settingsHash: "x", status: "complete" as const,
};
const box = { x: 1, y: 2, width: 3, height: 4 };
const field: FieldView = {
  fieldId: "f1", header: HEADER,
  detections: ["a", "b", "c"].map((id, at) => ({ id, classId: "red", score: 0.5 + at / 10, box })),
  annotations: [
    { kind: "reject", id: "n1", fieldId: "f1", detectionId: "b", fromClassId: "red" },
    { kind: "reclassify", id: "n2", fieldId: "f1", detectionId: "c", fromClassId: "red", toClassId: "white" },
  ],
};
const values = new Float64Array(3 * OBJECT_FEATURES.length).fill(NaN);
for (const row of [0, 1, 2]) values[row * OBJECT_FEATURES.length + columnOf("meanIntensity")] = 10 * row;

describe("cells of a session", () => {
  const table = cellTable([{ fieldId: "f0", header: HEADER, annotations: [] }, field], new Map([["f1", { fieldId: "f1", detectionIds: ["a", "b", "c"], values }]]));

  it("are those that count, with the class in force and the numbers of their own row", () => {
    expect(table.cells.map(({ id, classId, fieldNumber, detectionRow }) => [id, classId, fieldNumber, detectionRow])).toEqual([["a", "red", 2, 0], ["c", "white", 2, 2]]);
    expect([...columnValues(table, "meanIntensity")]).toEqual([0, 20]);
    expect([...columnValues(table, "score")]).toEqual([0.5, 0.7]);
  });

  it("offer only axes that say something", () => {
    expect(axesOf(table).map(({ name }) => name)).toEqual(["meanIntensity", "score"]);
    expect(firstAxes(axesOf(table))).toEqual({ x: "meanIntensity", y: "meanIntensity" });
    expect(firstAxes([])).toEqual({ x: "score", y: "score" });
  });
});

describe("an axis", () => {
  it("spans its values with a little room and round ticks, and passes over what is missing", () => {
    const { min, max, ticks } = scaleOf([NaN, 0, 100, 37]);
    expect([min, max]).toEqual([-4, 104]);
    expect(ticks).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it("has room round a single value, and a span without any", () => {
    const one = scaleOf([5, 5]);
    expect(one.min).toBeLessThan(5);
    expect(one.max).toBeGreaterThan(5);
    expect(scaleOf([NaN])).toMatchObject({ min: -0.04, max: 1.04 });
  });

  it("prints ticks short", () => {
    expect([0.1 + 0.2, 1234567, 0.00001, 25].map(tickText)).toEqual(["0.3", "1.2e+6", "1.0e-5", "25"]);
  });

  it("counts in bins, the upper end in the last", () => {
    expect(histogramOf([0, 1, 9.9, 10, NaN, 11], [0, 1, 0, 0, 0, 0], 2, { min: 0, max: 10, ticks: [] }, 5)).toEqual([[1, 0, 0, 0, 2], [1, 0, 0, 0, 0]]);
    expect(binOf(10, { min: 0, max: 10 }, 5)).toBe(4);
    expect(binOf(-1, { min: 0, max: 10 }, 5)).toBeUndefined();
  });
});

describe("points", () => {
  const points = { xs: Float32Array.of(10, 20, 30, NaN, 20), ys: Float32Array.of(10, 10, 12, NaN, 40) };

  it("are taken by a box drawn either way, and by a click within reach", () => {
    expect(pointsInBox(points, { x0: 25, y0: 15, x1: 5, y1: 5 })).toEqual([0, 1]);
    expect(pointAt(points, 29, 11, 5)).toBe(2);
    expect(pointAt(points, 60, 60, 5)).toBeUndefined();
  });

  it("lead on in four directions and stop at the edge", () => {
    expect(neighbourOf(points, 0, "right")).toBe(1);
    expect(neighbourOf(points, 1, "right")).toBe(2);
    expect(neighbourOf(points, 2, "right")).toBeUndefined();
    expect(neighbourOf(points, 1, "down")).toBe(4);
    expect(neighbourOf(points, 4, "up")).toBe(2);
    expect(neighbourOf(points, undefined, "left")).toBe(0);
    expect(neighbourOf({ xs: Float32Array.of(NaN), ys: Float32Array.of(NaN) }, undefined, "left")).toBeUndefined();
  });

  it("on one place follow one another", () => {
    const twins = { xs: Float32Array.of(5, 5), ys: Float32Array.of(5, 5) };
    expect(neighbourOf(twins, 0, "right")).toBe(1);
    expect(neighbourOf(twins, 1, "right")).toBeUndefined();
  });
});
