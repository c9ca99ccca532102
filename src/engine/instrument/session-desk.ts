import { comparisonOf } from "../../core/comparison/disagreements.ts";
import { countReport } from "../../core/counting/count-report.ts";
import { stopProgress } from "../../core/counting/stop-rule.ts";
import type { Clock } from "../../core/clock.ts";
import { fieldOutlineOf } from "../../core/geometry/stage-from-image.ts";
import { effectiveDetections } from "../../core/session/effective-detections.ts";
import type { SessionContents } from "../../core/session/session-reducer.ts";
import { describeRecord } from "../../core/session/session-words.ts";
import type { CountReport } from "../../shared/domain/counting.ts";
import type { Annotation, AnalyzerIdentity, ClassInfo, DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { Actor, CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView, LogLine, SessionSnapshot } from "../../shared/domain/snapshot.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import { errorDataOf, OcularError } from "../../shared/errors.ts";
import type { IdSource } from "../../shared/ids.ts";
import { oneAtATime } from "../runtime/one-at-a-time.ts";
import type { SessionWriter } from "../session/session-writer.ts";
import type { SettingsEvent } from "./frame-stamp.ts";

const SYSTEM: Actor = { kind: "system", name: "Ocular" };

/** What changed at the desk, for whoever shows it. */
export interface SessionDeskEvents {
  field(field: FieldView): void;
  log(line: LogLine): void;
}

/**
 * One open session: takes what the instrument and the person say, writes each as a record, and reads fields and counts
 * back from the acknowledged records. What is shown is what was written.
 */
export interface SessionDesk {
  readonly name: string;
  readonly folder: string;
  snapshot(): SessionSnapshot;
  counts(): CountReport;
  countingFrame(): CountingFrame;
  field(fieldId: string): FieldView | undefined;
  fields(): readonly FieldView[];
  /** Header of a frame into the log, with its settings before it when they are new. Throws when the log takes no more. */
  recordFrame(header: FrameHeader, settings: SettingsEvent): void;
  keepField(header: FrameHeader, pixels: Uint8Array): Promise<FieldView>;
  recordDetections(fieldId: string, set: DetectionSet): Promise<void>;
  /** What a second analyzer found on the same picture; compared with the first where that has answered. */
  recordSecondOpinion(fieldId: string, set: DetectionSet, classIds: readonly string[]): Promise<void>;
  recordAnalysisFailure(fieldId: string, frameId: number, error: unknown): Promise<void>;
  recordAnalyzer(identity: AnalyzerIdentity): Promise<void>;
  reclassify(fieldId: string, detectionId: string, toClassId: string): Promise<FieldView>;
  reject(fieldId: string, detectionId: string): Promise<FieldView>;
  /** The object is what the analyzer that found it says: of a second analyzer it counts from now on. */
  confirm(fieldId: string, detectionId: string): Promise<FieldView>;
  undo(): Promise<FieldView>;
  note(text: string): Promise<void>;
  incident(message: string, tone: "notice" | "warning" | "error", error?: ErrorData): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  isPaused(): boolean;
  finish(outcome: "completed" | "canceled" | "errored", ledger: LedgerReport, reason?: string): Promise<void>;
  /** Leaves the session unsealed: it can be recovered later. */
  abandon(): Promise<void>;
}

/** Opens the desk on a fresh writer. `classes` name what is counted, in the order of the counts. */
export function createSessionDesk(deps: {
  writer: SessionWriter;
  clock: Clock;
  ids: IdSource;
  operator: string;
  classes: readonly ClassInfo[];
  events: SessionDeskEvents;
}): SessionDesk {
  const { writer, ids, classes, events } = deps;
  const operator: Actor = { kind: "operator", name: deps.operator };
  const classIds = classes.map((c) => c.id);
  const contents = (): SessionContents => writer.contents();
  const settingsWritten = new Set<string>();
  let counted: { for: SessionContents["fields"]; report: CountReport } | undefined;

  const unsubscribe = writer.onDidAppend((record) => {
    const line = describeRecord(record, writer.contents());
    if (line !== undefined) events.log(line);
  });

  const counts = (): CountReport => {
    const { fields, countingFrame } = contents();
    if (counted?.for !== fields) counted = { for: fields, report: countReport(fields, countingFrame, classIds) };
    return counted.report;
  };
  const field = (fieldId: string): FieldView | undefined => contents().fields.find((f) => f.fieldId === fieldId);
  const changedField = (fieldId: string): FieldView => {
    const found = existing(field(fieldId), fieldId);
    events.field(found);
    return found;
  };
  /** One correction after the other: what each starts from, or takes back, is what the one before has left. */
  const inTurn = oneAtATime();
  const annotate = (say: () => Annotation): Promise<FieldView> => inTurn(async () => {
    const annotation = say();
    await writer.append({ type: "annotation", annotation }, operator);
    return changedField(annotation.fieldId);
  });
  const classInForce = (fieldId: string, detectionId: string): string => {
    const asked = existing(field(fieldId), fieldId);
    const target = effectiveDetections(asked).find((d) => d.detection.id === detectionId) ?? asked.second?.detections.find((d) => d.id === detectionId);
    if (target === undefined) throw new OcularError({ tag: "InvalidInput", what: `Detection ${detectionId}`, reason: `field ${fieldId} has no such detection` });
    return target.classId;
  };
  let pendingFields = 0;
  const nextFieldId = (): string => `field-${String(contents().fields.length + pendingFields + 1).padStart(4, "0")}`;

  return {
    name: writer.name,
    folder: writer.folder,
    counts,
    countingFrame: () => contents().countingFrame,
    field,
    fields: () => contents().fields,
    snapshot: () => ({
      name: writer.name,
      folder: writer.folder,
      state: writer.state(),
      paused: contents().paused,
      details: contents().details ?? { operator: deps.operator, specimenId: "?", note: "" },
      startedAt: contents().startedAt ?? deps.clock.wallTime(),
      countingFrame: contents().countingFrame,
      counts: counts(),
      ...stopPart(contents(), counts()),
      fields: contents().fields.map((f) => placeOf(f)),
      canUndo: contents().undoable !== undefined,
      acknowledged: writer.acknowledged(),
    }),
    recordFrame: (header, settings) => {
      if (!settingsWritten.has(settings.settingsHash)) {
        // First the record: where the log takes none just now, the next frame brings the settings along.
        writer.enqueue(settings, SYSTEM);
        settingsWritten.add(settings.settingsHash);
      }
      writer.enqueue({ type: "frame", header }, SYSTEM);
    },
    keepField: async (header, pixels) => {
      const fieldId = nextFieldId();
      pendingFields += 1;
      try {
        await writer.keepField({ fieldId, header, pixels, actor: operator });
      } finally {
        pendingFields -= 1;
      }
      return changedField(fieldId);
    },
    recordAnalyzer: async (identity) => {
      await writer.append({ type: "analyzer", identity, classes: classes.map(({ id, name }) => ({ id, name })) }, SYSTEM);
    },
    recordDetections: async (fieldId, set) => {
      await writer.append({ type: "detections", fieldId, frameId: set.frameId, analyzer: set.analyzer, detections: set.detections, ...thresholdsOf(set), analysisMs: set.analysisMs }, SYSTEM);
      changedField(fieldId);
    },
    recordSecondOpinion: async (fieldId, set, known) => {
      const { frameId, analyzer, detections, analysisMs } = set;
      const second = { analyzer, classIds: [...known], detections };
      const comparison = comparisonOf({ ...existing(field(fieldId), fieldId), second }, classIds)?.summary;
      await writer.append({ type: "second-opinion", fieldId, frameId, ...second, ...thresholdsOf(set), analysisMs, ...(comparison === undefined ? {} : { comparison }) }, SYSTEM);
      changedField(fieldId);
    },
    recordAnalysisFailure: async (fieldId, frameId, error) => {
      await writer.append({ type: "analysis-failed", fieldId, frameId, error: errorDataOf(error, "Analysis") }, SYSTEM);
      changedField(fieldId);
    },
    reclassify: (fieldId, detectionId, toClassId) => {
      if (!classIds.includes(toClassId)) throw new OcularError({ tag: "UnsupportedValue", what: "Class", value: toClassId, allowed: classIds });
      return annotate(() => ({ kind: "reclassify", id: ids.next("annotation"), fieldId, detectionId, fromClassId: classInForce(fieldId, detectionId), toClassId }));
    },
    reject: (fieldId, detectionId) => annotate(() => ({ kind: "reject", id: ids.next("annotation"), fieldId, detectionId, fromClassId: classInForce(fieldId, detectionId) })),
    confirm: (fieldId, detectionId) => annotate(() => ({ kind: "confirm", id: ids.next("annotation"), fieldId, detectionId, classId: classInForce(fieldId, detectionId) })),
    undo: () => annotate(() => {
      const last = contents().undoable;
      if (last === undefined) throw new OcularError({ tag: "InvalidInput", what: "Undo", reason: "there is no correction to take back" });
      return { kind: "retract", id: ids.next("annotation"), fieldId: last.fieldId, annotationId: last.id };
    }),
    note: async (text) => { await writer.append({ type: "note", text }, operator); },
    incident: (message, tone, error) => { writer.enqueue({ type: "incident", message, tone, ...(error === undefined ? {} : { error }) }, SYSTEM); },
    pause: async () => { await writer.append({ type: "paused" }, operator); },
    resume: async () => { await writer.append({ type: "resumed" }, operator); },
    isPaused: () => contents().paused,
    finish: (outcome, ledger, reason) => inTurn(async () => {
      await writer.finish(() => ({
        outcome, ...(reason === undefined ? {} : { reason }), ledger, fields: contents().fields.length,
        counts: Object.fromEntries(counts().classes.map((c) => [c.classId, c.n])),
      }), operator);
      unsubscribe();
    }),
    abandon: async () => {
      unsubscribe();
      await writer.close();
    },
  };
}

function existing(field: FieldView | undefined, fieldId: string): FieldView {
  if (field === undefined) throw new OcularError({ tag: "InvalidInput", what: `Field ${fieldId}`, reason: "this session has no such field" });
  return field;
}

function thresholdsOf({ scoreThresholds }: DetectionSet): Pick<DetectionSet, "scoreThresholds"> {
  return scoreThresholds === undefined ? {} : { scoreThresholds };
}

function stopPart({ stopRule }: SessionContents, report: CountReport): Pick<SessionSnapshot, "stop"> {
  return stopRule === undefined ? {} : { stop: stopProgress(stopRule, report) };
}

function placeOf({ fieldId, header }: FieldView): SessionSnapshot["fields"][number] {
  const outlineUm = fieldOutlineOf(header);
  return { fieldId, ...(outlineUm === undefined ? {} : { outlineUm }) };
}
