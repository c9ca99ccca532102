import * as z from "zod";
import { ComparisonSummary } from "./comparison.ts";
import { CountingRule, StopRule } from "./counting.ts";
import { AnalyzerIdentity, Annotation, Detection } from "./detection.ts";
import { ControlValue } from "./camera-controls.ts";
import { CameraSettings, DeviceIdentity, Objective } from "./devices.ts";
import { ErrorData } from "../error-data.ts";
import { FrameHeader } from "./frame.ts";
import { LedgerReport } from "./ledger.ts";

/** Who did it: a person at the controls, or a part of the system. */
export const Actor = z.object({ kind: z.enum(["operator", "system"]), name: z.string() });
export type Actor = z.infer<typeof Actor>;

/** What the person says before the first field. */
export const SessionDetails = z.object({ operator: z.string().min(1), specimenId: z.string().min(1), note: z.string() });
export type SessionDetails = z.infer<typeof SessionDetails>;

/** What the person chooses before the first field: who and what, and how it is counted. */
export const SessionPlan = SessionDetails.extend({ countingRule: CountingRule.optional(), stopRule: StopRule.optional() });
export type SessionPlan = z.infer<typeof SessionPlan>;

/**
 * Counting frame: the field less `insetUm` on every side (a guard area, so that every counted object is seen whole;
 * Gundersen 1977, J. Microsc. 111:219). Fields that step by the counting frame tile the slide without counting a cell twice.
 */
export const CountingFrame = z.object({
  insetUm: z.number().nonnegative(),
  /** Absent in older sessions: centre. */
  rule: CountingRule.optional(),
  /** `once`: a cell in the frames of several fields counts once, told by its place on the stage. Absent in older sessions: each. */
  overlaps: z.enum(["once", "each"]).optional(),
  /** What stands of a cell of which a person said something in several fields: the latest word, or (absent in older sessions) that in the last field. */
  verdict: z.enum(["latest-word", "last-field"]).optional(),
});
export type CountingFrame = z.infer<typeof CountingFrame>;

/** A file of the session as the log names it. `path` is relative to the session folder, with "/". */
export const StoredFile = z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() });
export type StoredFile = z.infer<typeof StoredFile>;

/**
 * What happened, in the order it happened. The log line around it carries sequence number, time, actor and the hash of
 * the line before (see docs/session-format.md). Readers accept every older version.
 */
export const SessionEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("session-started"), sessionId: z.string(), details: SessionDetails, software: z.object({ name: z.string(), version: z.string() }), devices: z.array(DeviceIdentity), countingFrame: CountingFrame, stopRule: StopRule.optional(), monotonicMs: z.number() }),
  /** Every setting in force, written when the set changes; frames point to it by `settingsHash`. */
  z.object({ type: z.literal("settings"), settingsHash: z.string(), camera: CameraSettings.optional(), objective: Objective.optional(), lightPercent: z.number().optional(), /** The camera's controls beyond its settings, by id. */ controls: z.record(z.string(), ControlValue).optional() }),
  z.object({ type: z.literal("analyzer"), identity: AnalyzerIdentity, classes: z.array(z.object({ id: z.string(), name: z.string() })) }),
  /** Every frame the camera delivered: header only. */
  z.object({ type: z.literal("frame"), header: FrameHeader }),
  z.object({ type: z.literal("field-kept"), fieldId: z.string(), header: FrameHeader, file: StoredFile }),
  z.object({ type: z.literal("detections"), fieldId: z.string(), frameId: z.number().int(), analyzer: AnalyzerIdentity, detections: z.array(Detection), scoreThresholds: z.record(z.string(), z.number()).optional(), analysisMs: z.number() }),
  /** What a second analyzer found on the same field, and how far the two agree. */
  z.object({ type: z.literal("second-opinion"), fieldId: z.string(), frameId: z.number().int(), analyzer: AnalyzerIdentity, classIds: z.array(z.string()), detections: z.array(Detection), scoreThresholds: z.record(z.string(), z.number()).optional(), analysisMs: z.number(), comparison: ComparisonSummary.optional() }),
  z.object({ type: z.literal("analysis-failed"), fieldId: z.string(), frameId: z.number().int(), error: ErrorData }),
  z.object({ type: z.literal("annotation"), annotation: Annotation }),
  z.object({ type: z.literal("note"), text: z.string() }),
  /** Something went wrong or was put right: what the person reads in the log. `tone` is absent in older sessions: a warning, with `error` an error. */
  z.object({ type: z.literal("incident"), message: z.string(), tone: z.enum(["notice", "warning", "error"]).optional(), error: ErrorData.optional() }),
  z.object({ type: z.literal("paused") }),
  z.object({ type: z.literal("resumed") }),
  /** Written when a session is opened again that was never finished. `setAside`: what no record vouches for, moved out of the way and kept. */
  z.object({ type: z.literal("recovered"), keptRecords: z.number().int(), droppedBytes: z.number().int(), reason: z.string(), setAside: z.array(StoredFile).optional() }),
  /** The seal: nothing may follow. */
  z.object({ type: z.literal("session-finished"), outcome: z.enum(["completed", "canceled", "errored"]), reason: z.string().optional(), ledger: LedgerReport, fields: z.number().int(), counts: z.record(z.string(), z.number().int()) }),
]);
export type SessionEvent = z.infer<typeof SessionEvent>;

/** One line of the log. */
export const SessionRecord = z.object({
  format: z.literal("ocular-session"),
  version: z.literal(1),
  /** 0, 1, 2, ... without a gap. */
  sequence: z.number().int().nonnegative(),
  /** Wall time, ISO 8601 with zone. */
  time: z.string(),
  actor: Actor,
  /** SHA-256 (hex) of the line before, its newline not included; 64 zeros for the first. */
  previous: z.string().length(64),
  event: SessionEvent,
});
export type SessionRecord = z.infer<typeof SessionRecord>;

/** session: open, sealed, damaged, recovered (open again after a crash). */
export const SessionState = z.enum(["open", "sealed", "damaged", "recovered"]);
export type SessionState = z.infer<typeof SessionState>;
