import fc from "fast-check";
import type { SessionEvent, SessionRecord } from "../../src/shared/domain/session.ts";
import { NO_PREVIOUS } from "../../src/core/session/codec.ts";

/** Numbers that JSON gives back as they were (it knows no -0). */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const integer = fc.integer({ min: 0, max: 1_000_000 });
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/u);
const optional = <T>(arbitrary: fc.Arbitrary<T>, key: string): fc.Arbitrary<Record<string, T>> =>
  fc.option(arbitrary, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }));

const header = fc.tuple(integer, text, number, optional(fc.record({ x: number, y: number }), "stagePositionUm"), optional(number, "gainDb")).map(([frameId, name, time, place, gain]) => ({
  frameId, cameraId: name, deviceSequence: frameId, deviceTimeMs: time, hostTimeMs: time, width: 8, height: 6, pixelFormat: "Mono12" as const,
  settled: true, settingsHash: name, status: "complete" as const, ...place, ...gain,
}));

const file = fc.record({ path: text, bytes: integer, sha256: hash });
const analyzer = fc.record({ id: text, version: text, sha256: hash, runtime: text, settingsHash: text });
const detection = fc.record({ id: text, classId: text, score: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0), box: fc.record({ x: number, y: number, width: integer, height: integer }), contour: fc.array(number, { maxLength: 6 }) });
const counts = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }).filter((key) => key !== "__proto__"), integer);

const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  header.map((frame) => ({ type: "frame" as const, header: frame })),
  fc.tuple(text, header, file).map(([fieldId, kept, stored]) => ({ type: "field-kept" as const, fieldId, header: kept, file: stored })),
  fc.tuple(text, integer, analyzer, fc.array(detection, { maxLength: 4 }), counts, number).map(([fieldId, frameId, identity, detections, scoreThresholds, analysisMs]) => ({ type: "detections" as const, fieldId, frameId, analyzer: identity, detections, scoreThresholds, analysisMs })),
  fc.tuple(text, text).map(([message, deviceId]) => ({ type: "incident" as const, message, error: { tag: "DeviceTimeout" as const, deviceId, command: message, timeoutMs: 100 } })),
  text.map((note) => ({ type: "note" as const, text: note })),
  fc.tuple(counts, integer).map(([found, n]) => ({
    type: "session-finished" as const, outcome: "completed" as const, fields: n, counts: found,
    ledger: { produced: n, stored: n, recorded: 0, lost: { "camera-gap": n }, analysed: n, analysisSkipped: 0, analysisLost: { died: n }, shown: n, displaySkipped: 0, balanced: false },
  })),
);

/** Records of many kinds with any text and any number in them. */
export const anyRecord: fc.Arbitrary<SessionRecord> = fc.tuple(integer, text, event).map(([sequence, name, happened]) => ({
  format: "ocular-session", version: 1, sequence, time: "2026-03-04T05:06:07.000Z", actor: { kind: "operator", name }, previous: NO_PREVIOUS, event: happened,
}));
