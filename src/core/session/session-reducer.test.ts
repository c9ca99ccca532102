import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Annotation } from "../../shared/domain/detection.ts";
import type { SessionEvent, SessionRecord } from "../../shared/domain/session.ts";
import { annotationsInForce } from "./annotations.ts";
import { NO_PREVIOUS } from "./codec.ts";
import { effectiveDetections } from "./effective-detections.ts";
import { foldRecord, foldRecords } from "./session-reducer.ts";
import { describeRecord } from "./session-words.ts";

const header = { frameId: 7, cameraId: "c", deviceSequence: 7, deviceTimeMs: 1, hostTimeMs: 1, width: 8, height: 6, pixelFormat: "Mono8", stagePositionUm: { x: 1240.5, y: 88 }, settled: true, settingsHash: "s", status: "complete" } as const;
const analyzer = { id: "blood-cells", version: "1", sha256: "a".repeat(64), runtime: "cpu", settingsHash: "h" };
const detection = (id: string, classId: string) => ({ id, classId, score: 0.9, box: { x: 1, y: 1, width: 2, height: 2 } });

const started: SessionEvent = { type: "session-started", sessionId: "id", details: { operator: "Ada", specimenId: "S", note: "" }, software: { name: "Ocular", version: "0" }, devices: [], countingFrame: { insetUm: 0 }, monotonicMs: 5 };
const kept: SessionEvent = { type: "field-kept", fieldId: "f1", header, file: { path: "fields/f1.ome.tif", bytes: 1, sha256: "b".repeat(64) } };
const classes: SessionEvent = { type: "analyzer", identity: analyzer, classes: [{ id: "red-cell", name: "Red cell" }, { id: "white-cell", name: "White cell" }, { id: "platelet", name: "Platelet" }] };
const found: SessionEvent = { type: "detections", fieldId: "f1", frameId: 7, analyzer, detections: [detection("d1", "red-cell"), detection("d2", "white-cell"), detection("d3", "red-cell")], analysisMs: 3 };

const reclassify = (id: string, detectionId = "d1", toClassId = "white-cell"): Annotation => ({ kind: "reclassify", id, fieldId: "f1", detectionId, fromClassId: "red-cell", toClassId });
const reject = (id: string, detectionId = "d1"): Annotation => ({ kind: "reject", id, fieldId: "f1", detectionId, fromClassId: "red-cell" });
const retract = (id: string, annotationId: string): Annotation => ({ kind: "retract", id, fieldId: "f1", annotationId });

function records(...events: readonly SessionEvent[]): SessionRecord[] {
  return events.map((event, sequence) => ({ format: "ocular-session", version: 1, sequence, time: `2026-03-04T05:06:0${sequence % 10}.000Z`, actor: { kind: "system", name: "t" }, previous: NO_PREVIOUS, event }));
}
const annotated = (...annotations: readonly Annotation[]) => foldRecords(records(started, kept, found, ...annotations.map((annotation) => ({ type: "annotation" as const, annotation }))));

describe("foldRecord", () => {
  it("gathers what the records say", () => {
    const contents = foldRecords(records(started, { type: "frame", header }, kept, found, { type: "paused" }));
    expect(contents).toMatchObject({ records: 5, sessionId: "id", startedAt: "2026-03-04T05:06:00.000Z", frames: 1, lastFrameId: 7, paused: true, recovered: false, seal: undefined });
    expect(contents.fields).toEqual([{ fieldId: "f1", header, annotations: [], detections: found.type === "detections" ? found.detections : [], analyzer }]);
    expect(contents.files.get("f1")?.path).toBe("fields/f1.ome.tif");
  });

  it("leaves the contents it was given as they were", () => {
    const before = foldRecords(records(started, kept));
    const copy = structuredClone(before);
    for (const record of records(found)) foldRecord(before, record);
    expect(before).toEqual(copy);
  });

  it("keeps the reason of a failed analysis until detections come", () => {
    const failed: SessionEvent = { type: "analysis-failed", fieldId: "f1", frameId: 7, error: { tag: "InferenceDied", modelId: "blood-cells", reason: "signal 9" } };
    expect(foldRecords(records(started, kept, failed)).fields[0]?.analysisError).toContain("signal 9");
    expect(foldRecords(records(started, kept, failed, found)).fields[0]?.analysisError).toBeUndefined();
  });
});

describe("annotations", () => {
  it("undo one after the other, newest first", () => {
    const both = annotated(reclassify("a1"), reject("a2", "d2"));
    expect(both.undoable?.id).toBe("a2");
    const one = annotated(reclassify("a1"), reject("a2", "d2"), retract("a3", "a2"));
    expect(one.undoable?.id).toBe("a1");
    expect(one.fields[0]?.annotations.map(({ id }) => id)).toEqual(["a1"]);
    const none = annotated(reclassify("a1"), reject("a2", "d2"), retract("a3", "a2"), retract("a4", "a1"));
    expect(none.undoable).toBeUndefined();
    expect(none.fields[0]?.annotations).toEqual([]);
    expect(none.annotationHistory).toHaveLength(4);
  });

  it("come back when their retraction is taken back", () => {
    expect(annotationsInForce([reclassify("a1"), retract("a2", "a1"), retract("a3", "a2")]).map(({ id }) => id)).toEqual(["a1"]);
  });

  it("are the ones never taken back, whatever the history", () => {
    const history = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 30 })), { maxLength: 30 }).map((steps) =>
      steps.map(([isRetract, target], index) => (isRetract && index > 0 ? retract(`a${index}`, `a${target % index}`) : reject(`a${index}`))));
    fc.assert(fc.property(history, (annotations) => {
      // By the definition: an annotation holds when no retraction that holds names it.
      const holds = (id: string): boolean => !annotations.some((other) => other.kind === "retract" && other.annotationId === id && holds(other.id));
      expect(annotationsInForce(annotations).map(({ id }) => id)).toEqual(annotations.filter((annotation) => annotation.kind !== "retract" && holds(annotation.id)).map(({ id }) => id));
    }));
  });
});

describe("effectiveDetections", () => {
  const classesOf = (...annotations: readonly Annotation[]) => annotated(...annotations).fields.flatMap(effectiveDetections).map(({ classId, rejected }) => (rejected ? `(${classId})` : classId));

  it("lets the last word stand", () => {
    expect(classesOf()).toEqual(["red-cell", "white-cell", "red-cell"]);
    expect(classesOf(reclassify("a1"))).toEqual(["white-cell", "white-cell", "red-cell"]);
    expect(classesOf(reclassify("a1"), reject("a2"))).toEqual(["(red-cell)", "white-cell", "red-cell"]);
    expect(classesOf(reject("a1"), reclassify("a2", "d1", "platelet"))).toEqual(["platelet", "white-cell", "red-cell"]);
    expect(classesOf(reclassify("a1"), reject("a2"), retract("a3", "a2"))).toEqual(["white-cell", "white-cell", "red-cell"]);
  });

  it("never changes what the analyzer said", () => {
    expect(annotated(reclassify("a1")).fields.flatMap(effectiveDetections)[0]?.detection.classId).toBe("red-cell");
  });
});

describe("describeRecord", () => {
  const lines = (...events: readonly SessionEvent[]): (string | undefined)[] => {
    const all = records(...events);
    return all.map((record, index) => describeRecord(record, foldRecords(all.slice(0, index + 1)))?.text);
  };

  it("says what happened in the field's words, and nothing of frames", () => {
    expect(lines(started, classes, { type: "frame", header }, kept, found, { type: "annotation", annotation: reclassify("a1") }, { type: "annotation", annotation: retract("a2", "a1") })).toEqual([
      "Session started by Ada on specimen S",
      `Analyzer blood-cells 1 (aaaaaaaaaaaa) on cpu`,
      undefined,
      "Field 1 kept at x 1240.5, y 88.0 µm",
      "Field 1: 2 red cells, 1 white cell",
      "Field 1: a red cell corrected to white cell",
      "Field 1: a correction taken back",
    ]);
  });

  it("gives what was put right no colour of a warning; older records without a tone stay what they were", () => {
    const tones = (...events: readonly SessionEvent[]) => records(...events).map((record) => describeRecord(record)?.tone);
    const error = { tag: "Canceled", what: "The move" } as const;
    expect(tones({ type: "incident", message: "Camera is back after 2.0 s.", tone: "notice" }, { type: "incident", message: "lost", tone: "error" }, { type: "incident", message: "old" }, { type: "incident", message: "old", error })).toEqual(["notice", "error", "warning", "error"]);
  });

  it("does without the session around it", () => {
    expect(records(kept).map((record) => describeRecord(record)?.text)).toEqual(["Field f1 kept at x 1240.5, y 88.0 µm"]);
  });
});
