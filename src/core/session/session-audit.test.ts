import { describe, expect, it } from "vitest";
import type { Annotation } from "../../shared/domain/detection.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { SessionEvent } from "../../shared/domain/session.ts";
import { NO_PREVIOUS } from "./codec.ts";
import { SessionAudit } from "./session-audit.ts";

type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;

const analyzer = { id: "blood-cells", version: "1", sha256: "a".repeat(64), runtime: "cpu", settingsHash: "h" };
const headerOf = (frameId: number) => ({ frameId, cameraId: "c", deviceSequence: frameId, deviceTimeMs: 1, hostTimeMs: 1, width: 8, height: 6, pixelFormat: "Mono8", settled: true, settingsHash: "s", status: "complete" }) as const;

const started: SessionEvent = { type: "session-started", sessionId: "id", details: { operator: "Ada", specimenId: "S", note: "" }, software: { name: "Ocular", version: "0" }, devices: [], countingFrame: { insetUm: 0 }, monotonicMs: 5 };
const settings: SessionEvent = {
  type: "settings", settingsHash: "s", camera: { exposureMs: 4, gainDb: 0, blackLevelDn: 2, frameRate: 30, pixelFormat: "Mono8", binning: 1, roi: { offsetX: 0, offsetY: 0, width: 8, height: 6 } },
};
const classes: SessionEvent = { type: "analyzer", identity: analyzer, classes: [{ id: "red-cell", name: "Red cell" }, { id: "white-cell", name: "White cell" }] };
const frame = (frameId: number): SessionEvent => ({ type: "frame", header: headerOf(frameId) });
const kept = (fieldId: string, frameId: number, over: Partial<EventOf<"field-kept">> = {}): SessionEvent => ({ type: "field-kept", fieldId, header: headerOf(frameId), file: { path: `fields/${fieldId}.ome.tif`, bytes: 1, sha256: "b".repeat(64) }, ...over });
const found = (fieldId: string, frameId: number): SessionEvent => ({ type: "detections", fieldId, frameId, analyzer, detections: [{ id: `${fieldId}-1`, classId: "red-cell", score: 0.9, box: { x: 1, y: 1, width: 2, height: 2 } }], analysisMs: 3 });
const said = (annotation: Annotation): SessionEvent => ({ type: "annotation", annotation });
const rejected = (id: string, fieldId = "f1", detectionId = "f1-1"): SessionEvent => said({ kind: "reject", id, fieldId, detectionId, fromClassId: "red-cell" });
const ledger: LedgerReport = { produced: 3, stored: 1, recorded: 2, lost: {}, analysed: 1, analysisSkipped: 2, analysisLost: {}, shown: 3, displaySkipped: 0, balanced: true };
const sealed = (over: Partial<EventOf<"session-finished">> = {}): SessionEvent => ({ type: "session-finished", outcome: "completed", fields: 1, counts: { "red-cell": 1 }, ledger, ...over });

/** Three frames, the second kept with one cell. Eight records. */
const sound: readonly SessionEvent[] = [started, settings, classes, frame(1), frame(2), kept("f1", 2), found("f1", 2), frame(3)];

function audit(...events: readonly SessionEvent[]): SessionAudit {
  const run = new SessionAudit();
  for (const [sequence, event] of events.entries()) run.next({ format: "ocular-session", version: 1, sequence, time: "2026-03-04T05:06:07.000Z", actor: { kind: "system", name: "t" }, previous: NO_PREVIOUS, event });
  return run;
}

describe("SessionAudit", () => {
  it("finds nothing in a session that agrees with itself, sealed or not", () => {
    expect(audit(...sound).problem).toBeUndefined();
    const run = audit(...sound, sealed());
    expect(run.problem).toBeUndefined();
    expect(run.tally.frames()).toEqual({ stored: 1, recorded: 2 });
    expect(audit(...sound, rejected("a1"), sealed({ counts: {} })).problem).toBeUndefined();
  });

  const cases: ReadonlyArray<readonly [string, SessionEvent, string]> = [
    ["a frame told of twice", frame(3), "frame 3 follows frame 3: frame ids must rise"],
    ["a frame behind the last", frame(2), "frame 2 follows frame 3: frame ids must rise"],
    ["a second start", started, "starts a session inside a session"],
    ["a field kept twice", kept("f1", 4), "field f1 is kept a second time"],
    ["a field of unknown settings", kept("f2", 4, { header: { ...headerOf(4), settingsHash: "other" } }), "field f2 was taken with settings the log does not hold"],
    ["two fields in one file", kept("f2", 4, { file: { path: "fields/f1.ome.tif", bytes: 1, sha256: "b".repeat(64) } }), "fields/f1.ome.tif belongs to another field already"],
    ["detections of no field", found("f9", 2), "speaks of field f9, which was not kept"],
    ["detections of another frame", found("f1", 3), "was made on frame 3, but field f1 is frame 2"],
    ["detections in the place of others", found("f1", 2), "gives field f1 detections once more"],
    ["a failed analysis of no field", { type: "analysis-failed", fieldId: "f9", frameId: 2, error: { tag: "InferenceDied", modelId: "m", reason: "r" } }, "speaks of field f9, which was not kept"],
    ["a correction in no field", rejected("a1", "f9"), "speaks of field f9, which was not kept"],
    ["a correction of nothing", rejected("a1", "f1", "f1-9"), "corrects detection f1-9, which is not in field f1"],
    ["taking back what was never said", said({ kind: "retract", id: "a1", fieldId: "f1", annotationId: "a0" }), "takes back annotation a0, which does not exist"],
    ["a seal of other fields", sealed({ fields: 2 }), "the seal says 2 fields, the records 1"],
    ["a seal that counts more", sealed({ counts: { "red-cell": 2 } }), "the seal counts 2 of red-cell, the records 1"],
    ["a seal that leaves a class out", sealed({ counts: {} }), "the seal counts 0 of red-cell, the records 1"],
    ["a seal with a class too many", sealed({ counts: { "red-cell": 1, platelet: 4 } }), "the seal counts 4 of platelet, the records 0"],
    ["a ledger that does not sum", sealed({ ledger: { ...ledger, shown: 2 } }), "the ledger does not sum: 3 frames produced, but display 2"],
    ["a ledger that doubts itself", sealed({ ledger: { ...ledger, balanced: false } }), "the ledger says of itself that its sums do not agree, but they do"],
    ["a ledger that sums and tells of other frames", sealed({ ledger: { ...ledger, stored: 2, recorded: 1 } }), "the ledger has 2 frames stored and 1 recorded, the log 1 and 2"],
  ];
  it.each(cases)("names %s, with its line", (_, event, message) => {
    expect(audit(...sound, event).problem).toEqual({ line: sound.length + 1, message });
  });

  it("names what comes before the start, a second word of one annotation, and what stands after the seal", () => {
    expect(audit(settings).problem).toEqual({ line: 1, message: "is not the start of a session" });
    expect(audit(...sound, rejected("a1"), rejected("a1")).problem).toEqual({ line: 10, message: "annotation a1 is there already" });
    expect(audit(...sound, sealed(), { type: "note", text: "late" }).problem).toEqual({ line: 10, message: "stands after the seal" });
  });

  it("takes a second opinion once, and no detection of a name that is there", () => {
    const detection = (id: string) => ({ id, classId: "red-cell", score: 0.9, box: { x: 1, y: 1, width: 2, height: 2 } });
    const opinion = (id: string): SessionEvent => ({ type: "second-opinion", fieldId: "f1", frameId: 2, analyzer, classIds: ["red-cell"], detections: [detection(id)], analysisMs: 3 });
    expect(audit(...sound, opinion("f1-second-1"), sealed()).problem).toBeUndefined();
    expect(audit(...sound, opinion("f1-second-1"), opinion("f1-second-2")).problem).toEqual({ line: 10, message: "gives field f1 a second opinion once more" });
    expect(audit(...sound, opinion("f1-1")).problem).toEqual({ line: 9, message: "detection f1-1 is there already" });
  });

  it("takes the detections that come after an analysis that failed", () => {
    const failed: SessionEvent = { type: "analysis-failed", fieldId: "f1", frameId: 2, error: { tag: "InferenceDied", modelId: "m", reason: "r" } };
    expect(audit(...sound.slice(0, 6), failed, { type: "recovered", keptRecords: 7, droppedBytes: 0, reason: "r" }, found("f1", 2)).problem).toBeUndefined();
  });

  it("tells the first of several", () => {
    expect(audit(...sound, frame(3), found("f9", 2)).problem).toMatchObject({ line: 9 });
  });

  it("after a crash believes a ledger of all frames, and one of those since", () => {
    const recovered: SessionEvent = { type: "recovered", keptRecords: sound.length, droppedBytes: 0, reason: "the program died" };
    const resumed = [...sound, recovered, frame(4), frame(5)];
    const since: LedgerReport = { ...ledger, produced: 2, stored: 0, recorded: 2, analysed: 0, analysisSkipped: 2, shown: 2 };
    expect(audit(...resumed, sealed({ ledger: since })).problem).toBeUndefined();
    const all: LedgerReport = { ...ledger, produced: 5, recorded: 4, analysisSkipped: 4, shown: 5 };
    expect(audit(...resumed, sealed({ ledger: all })).problem).toBeUndefined();
    expect(audit(...sound, frame(4), frame(5), sealed({ ledger: since })).problem).toMatchObject({ line: 11 });
  });
});
