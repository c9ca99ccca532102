import type { StopRule } from "../../shared/domain/counting.ts";
import type { Annotation } from "../../shared/domain/detection.ts";
import type { DeviceIdentity } from "../../shared/domain/devices.ts";
import type { CountingFrame, SessionDetails, SessionEvent, SessionRecord, StoredFile } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { describeError } from "../../shared/errors.ts";
import { annotationsInForce, type Correction } from "./annotations.ts";

type EventOf<T extends SessionEvent["type"]> = Extract<SessionEvent, { type: T }>;
export type SettingsInForce = Omit<EventOf<"settings">, "type">;
export type SessionSeal = Omit<EventOf<"session-finished">, "type">;

/** Everything a session's records say, folded. The same fold serves the live session and one opened again. */
export interface SessionContents {
  /** Records folded so far; the next sequence number. */
  readonly records: number;
  /** Undefined until the first record. */
  readonly sessionId: string | undefined;
  readonly details: SessionDetails | undefined;
  readonly startedAt: string | undefined;
  /** Host monotonic time of the start, ms: frames count from here. */
  readonly startMonotonicMs: number;
  readonly devices: readonly DeviceIdentity[];
  readonly countingFrame: CountingFrame;
  readonly stopRule: StopRule | undefined;
  /** By settings hash. */
  readonly settings: ReadonlyMap<string, SettingsInForce>;
  readonly classes: readonly { readonly id: string; readonly name: string }[];
  /** Kept fields, oldest first. */
  readonly fields: readonly FieldView[];
  /** Pixels of each kept field. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Every annotation ever made, oldest first. */
  readonly annotationHistory: readonly Annotation[];
  /** What undo would take back now. */
  readonly undoable: Correction | undefined;
  readonly paused: boolean;
  /** Frame headers in the log, and the newest frame id seen. */
  readonly frames: number;
  readonly lastFrameId: number | undefined;
  /** True when the session was opened again after a crash. */
  readonly recovered: boolean;
  /** Undefined while the session is open. */
  readonly seal: SessionSeal | undefined;
}

/** A session before its first record. */
export const EMPTY_SESSION: SessionContents = {
  records: 0, sessionId: undefined, details: undefined, startedAt: undefined, startMonotonicMs: 0, devices: [],
  countingFrame: { insetUm: 0 }, stopRule: undefined, settings: new Map(), classes: [], fields: [], files: new Map(), annotationHistory: [],
  undoable: undefined, paused: false, frames: 0, lastFrameId: undefined, recovered: false, seal: undefined,
};

/** The contents after one more record. Pure: the old contents stay as they are. */
export function foldRecord(contents: SessionContents, record: SessionRecord): SessionContents {
  return { ...contents, records: contents.records + 1, ...change(contents, record) };
}

/** The contents after all these records. */
export function foldRecords(records: Iterable<SessionRecord>): SessionContents {
  let contents = EMPTY_SESSION;
  for (const record of records) contents = foldRecord(contents, record);
  return contents;
}

function change(contents: SessionContents, { event, time }: SessionRecord): Partial<SessionContents> {
  switch (event.type) {
    case "session-started":
      return { sessionId: event.sessionId, details: event.details, startedAt: time, startMonotonicMs: event.monotonicMs, devices: event.devices, countingFrame: event.countingFrame, stopRule: event.stopRule };
    case "settings": {
      const { type: _, ...settings } = event;
      return { settings: new Map(contents.settings).set(event.settingsHash, settings) };
    }
    case "analyzer":
      return { classes: event.classes };
    case "frame":
      return { frames: contents.frames + 1, lastFrameId: newest(contents.lastFrameId, event.header.frameId) };
    case "field-kept":
      return keepField(contents, event);
    case "detections":
      return changeField(contents, event.fieldId, (field) => ({ ...withoutError(field), detections: event.detections, analyzer: event.analyzer }));
    case "second-opinion":
      return changeField(contents, event.fieldId, (field) => ({ ...field, second: { analyzer: event.analyzer, classIds: event.classIds, detections: event.detections } }));
    case "analysis-failed":
      return changeField(contents, event.fieldId, (field) => ({ ...field, analysisError: describeError(event.error) }));
    case "annotation":
      return annotate(contents, event.annotation);
    case "paused":
      return { paused: true };
    case "resumed":
      return { paused: false };
    case "recovered":
      return { recovered: true, paused: false };
    case "session-finished": {
      const { type: _, ...seal } = event;
      return { seal, paused: false };
    }
    case "note":
    case "incident":
      return {};
  }
}

function newest(known: number | undefined, frameId: number): number {
  return known === undefined ? frameId : Math.max(known, frameId);
}

function keepField(contents: SessionContents, { fieldId, header, file }: EventOf<"field-kept">): Partial<SessionContents> {
  return {
    fields: [...contents.fields, { fieldId, header, annotations: [] }],
    files: new Map(contents.files).set(fieldId, file),
    lastFrameId: newest(contents.lastFrameId, header.frameId),
  };
}

function annotate(contents: SessionContents, annotation: Annotation): Partial<SessionContents> {
  const annotationHistory = [...contents.annotationHistory, annotation];
  const inForce = annotationsInForce(annotationHistory);
  const annotations = inForce.filter(({ fieldId }) => fieldId === annotation.fieldId);
  const placeOf = new Map<Annotation, number>(annotationHistory.map((each, place) => [each, place]));
  const annotationOrder = annotations.map((each) => placeOf.get(each) ?? 0);
  return { annotationHistory, undoable: inForce.at(-1), ...changeField(contents, annotation.fieldId, (field) => ({ ...field, annotations, annotationOrder })) };
}

function changeField(contents: SessionContents, fieldId: string, edit: (field: FieldView) => FieldView): Partial<SessionContents> {
  return { fields: contents.fields.map((field) => (field.fieldId === fieldId ? edit(field) : field)) };
}

function withoutError({ analysisError: _, ...field }: FieldView): FieldView {
  return field;
}
