import { mkdtempSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
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
  expect(await writeCellsCsv(file, [empty, field], () => Promise.resolve({ fieldId: "f2", detectionIds: ["a", "b", "c"], values }))).toBe(2);
  const [names, ...rows] = (await readFile(file, "utf8")).trim().split("\r\n");
  expect(names?.split(",").slice(0, 10)).toEqual(["field", "cell", "class", "analyzer_class", "score", "x_px", "y_px", "width_px", "height_px", OBJECT_FEATURES[0]?.name]);
  const area = 9 + columnOf("areaUm2");
  expect(rows.map((row) => row.replace('"white, large"', "white").split(",")).map((cells) => [cells[0], cells[1], cells[2], cells[3], cells[area], cells.length])).toEqual([
    ["2", "a", "red", "red", "10", 9 + OBJECT_FEATURES.length], ["2", "c", "white", "red", "12", 9 + OBJECT_FEATURES.length],
  ]);
});

it("leaves nothing behind when a field cannot be measured", async () => {
  await expect(writeCellsCsv(join(folder, "broken.csv"), [field], () => Promise.reject(new Error("no picture")))).rejects.toThrow("no picture");
  expect(await readdir(folder)).toEqual(["cells.csv"]);
});
