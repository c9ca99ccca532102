import { mkdtempSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { countReport } from "../../core/counting/count-report.ts";
import { OBJECT_FEATURES, columnOf } from "../../core/features/object-feature-set.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { header } from "../session/testing/session-builder.ts";
import { writeCellsCsv } from "./cells-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "ocular-cells-csv-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const detection = (id: string) => ({ id, classId: "red", score: 0.5, box: { x: 1, y: 2, width: 3, height: 4 } });
const field: FieldView = {
  fieldId: "f2", header: header(1), detections: ["a", "b", "c"].map(detection),
  annotations: [{ kind: "reject", id: "n1", fieldId: "f2", detectionId: "b", fromClassId: "red" }, { kind: "reclassify", id: "n2", fieldId: "f2", detectionId: "c", fromClassId: "red", toClassId: "white, large" }],
};
const empty: FieldView = { fieldId: "f1", header: header(0), annotations: [] };
const values = new Float64Array(3 * OBJECT_FEATURES.length).fill(NaN);
for (const row of [0, 1, 2]) values[row * OBJECT_FEATURES.length + columnOf("areaUm2")] = 10 + row;

it("writes the cells that count, with both classes and their numbers", async () => {
  const file = join(folder, "cells.csv");
  expect(await writeCellsCsv(file, [empty, field], { insetUm: 0 }, () => Promise.resolve({ fieldId: "f2", detectionIds: ["a", "b", "c"], values }))).toBe(2);
  const [names, ...rows] = (await readFile(file, "utf8")).trim().split("\r\n");
  expect(names?.split(",").slice(0, 11)).toEqual(["field", "cell", "class", "analyzer_class", "score", "x_px", "y_px", "width_px", "height_px", "counted_as", OBJECT_FEATURES[0]?.name]);
  const area = 10 + columnOf("areaUm2");
  expect(rows.map((row) => row.replaceAll('"white, large"', "white").split(",")).map((cells) => [cells[0], cells[1], cells[2], cells[3], cells[9], cells[area], cells.length])).toEqual([
    ["2", "a", "red", "red", "red", "10", 10 + OBJECT_FEATURES.length], ["2", "c", "white", "red", "white", "12", 10 + OBJECT_FEATURES.length],
  ]);
});

it("says which rows add up to the session's counts: none outside the frame, and a cell of two fields once", async () => {
  const at = (fieldId: string, x: number, boxes: number[]): FieldView => ({
    fieldId, annotations: [], header: header(x, { width: 100, height: 50, pixelSizeUm: 1, stagePositionUm: { x, y: 0 } }),
    detections: boxes.map((left, index) => ({ ...detection(`${fieldId}-${index}`), box: { x: left, y: 20, width: 8, height: 8 } })),
  });
  // The second field lies 50 um to the right: its left cell is the first one's right one. At 0 a cell is outside the frame.
  const [one, two] = [at("f1", 0, [0, 20, 70]), at("f2", 50, [20, 60])];
  const reclassified: FieldView = { ...two, annotations: [{ kind: "reclassify", id: "n", fieldId: "f2", detectionId: "f2-0", fromClassId: "red", toClassId: "white" }] };
  const fields = [one, reclassified];
  const frame = { insetUm: 10, rule: "centre", overlaps: "once" } as const;
  const measure = (fieldId: string) => Promise.resolve({ fieldId, detectionIds: [], values: new Float64Array() });
  const file = join(folder, "cells.csv");
  await writeCellsCsv(file, fields, frame, measure);
  const rows = (await readFile(file, "utf8")).trim().split("\r\n").slice(1).map((row) => row.split(","));
  expect(rows.map((cells) => [cells[1], cells[2], cells[9]])).toEqual([["f1-0", "red", ""], ["f1-1", "red", "red"], ["f1-2", "red", "white"], ["f2-0", "white", ""], ["f2-1", "red", "red"]]);
  const { classes } = countReport(fields, frame, ["red", "white"]);
  expect(classes.map(({ classId, n }) => rows.filter((cells) => cells[9] === classId).length - n)).toEqual([0, 0]);
});

it("leaves nothing behind when a field cannot be measured", async () => {
  await expect(writeCellsCsv(join(folder, "broken.csv"), [field], { insetUm: 0 }, () => Promise.reject(new Error("no picture")))).rejects.toThrow("no picture");
  expect(await readdir(folder)).toEqual(["cells.csv"]);
});

it("says in one sentence that a file is in the way", async () => {
  await expect(writeCellsCsv(join(import.meta.filename, "cells.csv"), [field], { insetUm: 0 }, () => Promise.reject(new Error("asked all the same")))).rejects.toThrow("cells.csv cannot be written (a file is in the way of the folder): choose another folder");
});
