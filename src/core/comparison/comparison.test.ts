import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Annotation, Detection } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { countReport } from "../counting/count-report.ts";
import { compareDetections } from "./compare-detections.ts";
import { disagreementsOf } from "./disagreements.ts";

const CLASSES = ["red-cell", "white-cell", "platelet"];
const ALL = { first: CLASSES, second: CLASSES };

function object(id: string, x: number, classId = "red-cell", score = 0.9): Detection {
  return { id, classId, score, box: { x, y: 40, width: 20, height: 20 } };
}

function field(first: Detection[], second: Detection[], annotations: Annotation[] = [], classIds = CLASSES): FieldView {
  const identity = { id: "a", version: "1", sha256: "0".repeat(64), runtime: "r", settingsHash: "s" };
  return {
    fieldId: "f", annotations, detections: first, analyzer: identity, second: { analyzer: identity, classIds, detections: second },
    header: { frameId: 1, cameraId: "cam", deviceSequence: 1, deviceTimeMs: 0, hostTimeMs: 0, width: 400, height: 100, pixelFormat: "Mono8", settled: true, settingsHash: "s", status: "complete" },
  };
}

describe("compareDetections", () => {
  it("tells what both found, what one found, and how far classes agree", () => {
    const first = [object("a", 10), object("b", 60), object("c", 110, "white-cell")];
    const second = [object("A", 12), object("B", 61, "white-cell"), object("D", 200)];
    const { shared, onlyFirst, onlySecond, summary } = compareDetections(first, second, ALL);
    expect(shared.map(({ first: a, second: b }) => [a.id, b.id])).toEqual([["a", "A"], ["b", "B"]]);
    expect([onlyFirst.map(({ id }) => id), onlySecond.map(({ id }) => id)]).toEqual([["c"], ["D"]]);
    expect(summary).toMatchObject({ matched: 2, onlyFirst: 1, onlySecond: 1 });
    expect(summary.classes[0]).toEqual({ classId: "red-cell", agreed: 1, otherInSecond: 1, otherInFirst: 0, onlyFirst: 0, onlySecond: 1, share: 1 / 3 });
    expect(summary.classes[1]).toMatchObject({ classId: "white-cell", agreed: 0, otherInFirst: 1, onlyFirst: 1, share: 0 });
  });

  it("does not blame an analyzer for classes it does not know", () => {
    const { onlyFirst, summary } = compareDetections([object("a", 10), object("b", 60, "platelet")], [object("A", 10)], { first: CLASSES, second: ["red-cell"] });
    expect(onlyFirst).toEqual([]);
    expect(summary.classes.map(({ classId, share }) => [classId, share])).toEqual([["red-cell", 1]]);
  });

  it("agrees wholly with itself, whatever was found", () => {
    const places = fc.uniqueArray(fc.record({ slot: fc.nat(15), classId: fc.constantFrom(...CLASSES) }), { selector: ({ slot }) => slot });
    fc.assert(
      fc.property(places, (found) => {
        const objects = found.map(({ slot, classId }) => object(`o${slot}`, slot * 25, classId));
        const { shared, onlyFirst, onlySecond, summary } = compareDetections(objects, objects, ALL);
        expect([shared.length, onlyFirst.length, onlySecond.length]).toEqual([objects.length, 0, 0]);
        for (const { share } of summary.classes) expect(share ?? 1).toBe(1);
      }),
    );
  });
});

/** The first analyzer has not answered yet. */
function awaiting(): FieldView {
  const { detections: _, ...rest } = field([], [object("A", 12)]);
  return rest;
}

describe("the list of disagreements", () => {
  const first = [object("a", 10), object("b", 60, "red-cell", 0.8), object("c", 110, "white-cell", 0.95)];
  const second = [object("A", 12), object("B", 61, "white-cell", 0.7), object("D", 200, "red-cell", 0.99)];

  it("holds contradictions only, the surest first, settled ones last", () => {
    expect(disagreementsOf(field(first, second), CLASSES).map(({ id, kind }) => [id, kind])).toEqual([["D", "only-second"], ["c", "only-first"], ["b", "class"]]);
    const confirmed: Annotation = { kind: "confirm", id: "1", fieldId: "f", detectionId: "D", classId: "red-cell" };
    expect(disagreementsOf(field(first, second, [confirmed]), CLASSES).map(({ id, settled }) => [id, settled])).toEqual([["c", false], ["b", false], ["D", true]]);
    expect(disagreementsOf(awaiting(), CLASSES)).toEqual([]);
  });

  it("a second analyzer's object counts when a person confirms it, and not before", () => {
    const count = (annotations: Annotation[]): number => countReport([field(first, second, annotations)], { insetUm: 0 }, CLASSES).total;
    const confirm: Annotation = { kind: "confirm", id: "1", fieldId: "f", detectionId: "D", classId: "red-cell" };
    const reject: Annotation = { kind: "reject", id: "2", fieldId: "f", detectionId: "D", fromClassId: "red-cell" };
    expect([count([]), count([confirm]), count([confirm, reject]), count([reject])]).toEqual([3, 4, 3, 3]);
  });
});
