import * as z from "zod";
import { AnalyzerRef, SecondOpinion } from "./comparison.ts";
import { CountReport, StopProgress } from "./counting.ts";
import { AnalyzerIdentity, Annotation, ClassInfo, Detection } from "./detection.ts";
import { CameraLimits, CameraSettings, DeviceStatus, Objective, Range, XyLimits } from "./devices.ts";
import { FrameHeader, StagePoint, StageUmFromPx } from "./frame.ts";
import { LedgerReport } from "./ledger.ts";
import { CountingFrame, SessionDetails, SessionState } from "./session.ts";

/** acquisition: the table of its moves is in core/acquisition-states.ts; the same table enables the buttons. */
export const AcquisitionState = z.enum(["idle", "preparing", "running", "pausing", "paused", "finishing"]);
export type AcquisitionState = z.infer<typeof AcquisitionState>;

/** A kept field as the screens need it: corrections are already in `effective`, the machine's own word stays in `detections`. */
export const FieldView = z.object({
  fieldId: z.string(),
  header: FrameHeader,
  /** What the analyzer said; undefined while the answer is awaited. */
  detections: z.array(Detection).optional(),
  analyzer: AnalyzerIdentity.optional(),
  /** What a second analyzer said of the same picture. */
  second: SecondOpinion.optional(),
  /** Annotations in force (retracted ones left out), oldest first. */
  annotations: z.array(Annotation),
  /** Of each of `annotations` its place among all of the session, 0 the first. Absent where there are none. */
  annotationOrder: z.array(z.number().int()).optional(),
  /** Why there are no detections. */
  analysisError: z.string().optional(),
});
export type FieldView = z.infer<typeof FieldView>;

/** A device as the screens show it: with the wall time (ISO 8601) since when its state holds. */
export const DeviceView = DeviceStatus.extend({ since: z.string().optional() });
export type DeviceView = z.infer<typeof DeviceView>;

/** A line of the session log in words. */
export const LogLine = z.object({ sequence: z.number().int(), time: z.string(), tone: z.enum(["plain", "notice", "warning", "error"]), text: z.string() });
export type LogLine = z.infer<typeof LogLine>;

/** The open session as the live screen shows it. */
export const SessionSnapshot = z.object({
  /** Folder name, `<something>.ocular`. */
  name: z.string(),
  folder: z.string(),
  state: SessionState,
  paused: z.boolean(),
  details: SessionDetails,
  startedAt: z.string(),
  countingFrame: CountingFrame,
  counts: CountReport,
  /** Undefined when no stop rule was chosen. */
  stop: StopProgress.optional(),
  /** Kept fields with their corners on the stage, um, where place and scale are known. */
  fields: z.array(z.object({ fieldId: z.string(), outlineUm: z.array(StagePoint).optional() })),
  canUndo: z.boolean(),
  /** Sequence number of the last record that is safe on disk. */
  acknowledged: z.number().int(),
});
export type SessionSnapshot = z.infer<typeof SessionSnapshot>;

/** Everything the live screen shows beside the picture, at most 10 times a second. */
export const Snapshot = z.object({
  microscope: z.object({ name: z.string(), isVirtual: z.boolean() }),
  devices: z.array(DeviceView),
  acquisition: AcquisitionState,
  camera: z.object({ settings: CameraSettings, limits: CameraLimits }).optional(),
  stage: z.object({ positionUm: StagePoint, moving: z.boolean(), limits: XyLimits }).optional(),
  focus: z.object({ positionUm: z.number(), moving: z.boolean(), limits: Range }).optional(),
  light: z.object({ percent: z.number() }).optional(),
  objective: z.object({ current: Objective.optional(), all: z.array(Objective) }).optional(),
  /** um per pixel of the live picture; undefined when unknown. */
  pixelSizeUm: z.number().optional(),
  /** How the live picture lies to the stage; undefined: in line with it. */
  stageUmFromPx: StageUmFromPx.optional(),
  analyzer: z.object({
    ref: AnalyzerRef,
    state: z.enum(["starting", "ready", "restarting", "failed", "disposed"]),
    enabled: z.boolean(),
    reason: z.string().optional(),
    identity: AnalyzerIdentity.optional(),
    classes: z.array(ClassInfo),
    /** In force now, by class id. */
    scoreThresholds: z.record(z.string(), z.number()),
    pid: z.number().int().optional(),
  }),
  /** The second analyzer that looks at the same pictures; undefined when there is none. */
  second: z.object({
    ref: AnalyzerRef,
    state: z.enum(["starting", "ready", "restarting", "failed", "disposed"]),
    reason: z.string().optional(),
    identity: AnalyzerIdentity.optional(),
    classes: z.array(ClassInfo),
  }).optional(),
  /** Cells of the running live view, each counted once by its track, since the last restart. */
  running: z.object({ counts: z.record(z.string(), z.number().int()), frames: z.number().int(), since: z.string() }),
  rates: z.object({
    cameraFps: z.number(),
    /** Analyses finished a second. */
    analysisFps: z.number(),
    /** Median of the last analyses, ms. */
    analysisMs: z.number().optional(),
    /** From the frame complete in memory to its picture on the glass, last ten seconds, ms. */
    frameToScreenMs: z.object({ median: z.number(), p95: z.number() }).optional(),
    /** p99 of main's event-loop delay over the last 10 s, ms. */
    loopDelayP99Ms: z.number(),
  }),
  ledger: LedgerReport,
  disk: z.object({ folder: z.string(), freeBytes: z.number() }).optional(),
  session: SessionSnapshot.optional(),
});
export type Snapshot = z.infer<typeof Snapshot>;
