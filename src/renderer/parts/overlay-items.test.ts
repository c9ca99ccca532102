import { describe, expect, it } from "vitest";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { FAKE_CLASSES, fakeHeader } from "../api/fake-instrument.ts";
import { cellRows, overlayItems } from "./overlay-items.ts";

const box = { x: 300, y: 200, width: 100, height: 80 };
const field: FieldView = {
  fieldId: "f1",
  header: fakeHeader({ width: 640, height: 480, rgb: new Uint8Array(0), detections: [] }, 1),
  detections: [
    { id: "sure", classId: "red-cell", score: 0.9, box },
    { id: "doubtful", classId: "red-cell", score: 0.4, box },
    { id: "platelet", classId: "platelet", score: 0.5, box },
    { id: "corrected", classId: "red-cell", score: 0.36, box },
    { id: "rejected", classId: "red-cell", score: 0.35, box },
    { id: "at the edge", classId: "white-cell", score: 0.95, box: { x: 0, y: 0, width: 20, height: 20 } },
    { id: "strange", classId: "yeast", score: 0.99, box },
  ],
  annotations: [
    { kind: "reclassify", id: "a1", fieldId: "f1", detectionId: "corrected", fromClassId: "red-cell", toClassId: "white-cell" },
    { kind: "reject", id: "a2", fieldId: "f1", detectionId: "rejected", fromClassId: "red-cell" },
  ],
};
const items = overlayItems(field, FAKE_CLASSES, { insetUm: 4 }, "sure");
const item = (id: string) => items.find((candidate) => candidate.id === id);

describe("the objects of a field", () => {
  it("carry corrections, the counting frame and the choice", () => {
    expect(item("corrected")).toMatchObject({ classId: "white-cell", letter: "W", colorIndex: 1, corrected: true, rejected: false });
    expect(item("rejected")).toMatchObject({ rejected: true });
    expect(item("at the edge")?.counted).toBe(false);
    expect(item("sure")).toMatchObject({ counted: true, selected: true, corrected: false });
  });

  it("show a class nobody announced under its own id", () => {
    expect(item("strange")).toMatchObject({ classId: "yeast", letter: "?" });
  });

  it("are listed doubtful first, then those that do not count, judged ones last", () => {
    const rows = cellRows(items, { "red-cell": 0.35, platelet: 0.3 }, 0.0733);
    expect(rows.map((row) => row.item.id)).toEqual(["doubtful", "platelet", "sure", "strange", "at the edge", "rejected", "corrected"]);
    expect(rows[0]?.sizeUm).toBeCloseTo(90 * 0.0733, 6);
    expect(cellRows(items, {}, undefined)[0]?.sizeUm).toBeUndefined();
  });
});
