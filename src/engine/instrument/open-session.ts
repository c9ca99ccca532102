import { exposureBeganMs } from "../../core/acquisition/exposure-began.ts";
import { createFrameLedger, type FrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { Clock } from "../../core/clock.ts";
import type { Detection } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { errorDataOf, isOcularError, OcularError } from "../../shared/errors.ts";
import type { FrameRouter, RoutedFrame } from "../acquisition/frame-router.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import type { LiveAnalysis } from "./live-analysis.ts";
import type { SecondAnalysis } from "./second-analysis.ts";
import type { SessionDesk } from "./session-desk.ts";

/** How long a finishing session waits for pictures that are on their way to the screen. */
const DRAIN_MS = 3000;
const DRAIN_STEP_MS = 20;

/** A session while it is open: the desk, its ledger, and the analyses that still owe it an answer. */
export interface OpenSession {
  readonly desk: SessionDesk;
  readonly ledger: FrameLedger;
  keepField(): Promise<FieldView>;
  /** Resolves when no field that was asked for is on its way any more, kept or not: until then its frames must be recorded. */
  keepsEnded(): Promise<void>;
  fieldAnalysed(fieldId: string): Promise<FieldView>;
  /** Analyses a field from its pixels on disk: what a crash left unanswered. Resolves when the answer is recorded. */
  analyseFromDisk(field: FieldView, readPixels: () => Promise<Uint8Array>): Promise<void>;
  /** Resolves when every kept field has its answer and nothing is in flight; closes the account. */
  settle(): Promise<LedgerReport>;
}

/** Joins a desk to the running picture. Who routes frames switches to `ledger` and back. */
export function createOpenSession(deps: {
  desk: SessionDesk;
  router: FrameRouter;
  analysis: LiveAnalysis;
  analyzer: Analyzer;
  /** The second analyzer in force now, if there is one. */
  second: () => SecondAnalysis | undefined;
  clock: Clock;
}): OpenSession {
  const { desk, router, analysis, analyzer, second, clock } = deps;
  const ledger = createFrameLedger();
  const answers = new Map<string, Promise<void>>();
  const underWay = new Set<Promise<unknown>>();
  const keeps = new Set<Promise<unknown>>();
  let analyzerRecorded = false;

  const analyse = async (fieldId: string, frame: RoutedFrame): Promise<void> => {
    const other = second();
    // Both look at the same picture at the same time; the second word is written after the first.
    const opinion = other?.analyzeKept(frame);
    await analyseFirst(fieldId, frame);
    if (other === undefined || opinion === undefined) return;
    try {
      const set = await opinion;
      await desk.recordSecondOpinion(fieldId, { ...set, detections: named(set.detections, `${fieldId}-second`) }, other.classIds());
    } catch (error) {
      desk.incident(`${fieldId} has no second opinion`, "error", errorDataOf(error, "The second analysis"));
    }
  };

  const analyseFirst = async (fieldId: string, frame: RoutedFrame): Promise<void> => {
    try {
      const set = await analysis.analyzeKept(frame);
      if (!analyzerRecorded) {
        analyzerRecorded = true;
        await desk.recordAnalyzer(analyzer.identity());
      }
      await desk.recordDetections(fieldId, { ...set, detections: named(set.detections, fieldId) });
    } catch (error) {
      await desk.recordAnalysisFailure(fieldId, frame.header.frameId, error);
    }
  };

  const keep = async (): Promise<FieldView> => {
    const afterHostTimeMs = clock.nowMs();
    const matches = (header: FrameHeader): boolean =>
      header.status === "complete" && header.settled && exposureBeganMs(header) >= afterHostTimeMs;
    const giveUp = analysis.expectKept(matches);
    const frame = await router.keepNext({ afterHostTimeMs }).finally(giveUp);
    try {
      // A field whose frame is not in the log would make a sound session look tampered with.
      if (frame.ledger !== ledger) throw notRecording();
      const field = await desk.keepField(frame.header, frame.buffer.bytes);
      router.markStored(frame);
      frame.buffer.retain();
      void owe(field.fieldId, analyse(field.fieldId, frame).finally(() => { frame.buffer.release(); }));
      return field;
    } catch (error) {
      // It was taken for an analysis that does not come now: the session's end would wait for it.
      frame.ledger.analysisSkipped(frame.header.frameId);
      throw error;
    } finally {
      frame.buffer.release();
    }
  };

  const owe = (fieldId: string, answer: Promise<void>): Promise<void> => {
    const settled = answer.finally(() => { underWay.delete(settled); });
    // That the log takes no more is told by its writer, and to whoever waits for this answer; it must not end the process where nobody does.
    settled.catch((error: unknown) => { if (!isOcularError(error)) throw error; });
    underWay.add(settled);
    answers.set(fieldId, settled);
    return settled;
  };

  return {
    desk,
    ledger,
    analyseFromDisk: (field, readPixels) => owe(field.fieldId, readPixels().then(
      (bytes) => analyse(field.fieldId, { header: field.header, buffer: unpooled(bytes), ledger: createFrameLedger() }),
      (error: unknown) => desk.recordAnalysisFailure(field.fieldId, field.header.frameId, error),
    )),
    keepField: () => {
      // Recording stops by itself where the disk takes no more.
      if (router.ledger() !== ledger) return Promise.reject(notRecording());
      const kept = keep().finally(() => {
        underWay.delete(kept);
        keeps.delete(kept);
      });
      underWay.add(kept);
      keeps.add(kept);
      return kept;
    },
    keepsEnded: async () => {
      while (keeps.size > 0) await Promise.allSettled([...keeps]);
    },
    fieldAnalysed: async (fieldId) => {
      await answers.get(fieldId);
      const field = desk.field(fieldId);
      if (field === undefined) throw new OcularError({ tag: "InvalidInput", what: `Field ${fieldId}`, reason: "this session has no such field" });
      return field;
    },
    settle: async () => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
      const deadlineMs = clock.nowMs() + DRAIN_MS;
      const busy = (): boolean => ledger.inFlight().analysis + ledger.inFlight().display > 0;
      while (busy() && clock.nowMs() < deadlineMs) await clock.delay(DRAIN_STEP_MS);
      ledger.settle();
      return ledger.report();
    },
  };
}

function notRecording(): OcularError {
  return new OcularError({ tag: "WrongState", what: "Keeping a field", state: "recording has stopped", allowedIn: ["the session to be paused and gone on with"] });
}

/** Analyzers number within one picture; a session needs names of its own. */
function named(detections: readonly Detection[], prefix: string): Detection[] {
  return detections.map((detection, index) => ({ ...detection, id: `${prefix}-${String(index + 1).padStart(4, "0")}` }));
}

/** Bytes that belong to nobody's pool, in the shape that analysis takes. */
function unpooled(bytes: Uint8Array): RoutedFrame["buffer"] {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return { slot: -1, bytes: shared, retain: () => undefined, release: () => undefined };
}
