import type { LedgerReport, LossReason } from "../../shared/domain/ledger.ts";

/** Why an analysis that had begun gave no result. */
export type AnalysisLossReason = keyof LedgerReport["analysisLost"];

/** Frames whose fate in a column is not known yet. */
export interface FramesInFlight {
  /** Given to the analyzer, answer awaited. */
  readonly analysis: number;
  /** Sent to the screen, not yet on the glass. */
  readonly display: number;
}

/**
 * The account of every frame from one moment on: usually one ledger a session, switched between two frames.
 *
 * Each frame enters once, by `recorded` (its header is safe) or `lost`; a recorded frame then has one fate in the
 * analysis column and one in the display column, and the first fate told stands: a second is ignored, so that a screen
 * closed twice or an analyzer that answers after its deadline cannot upset the sums. Fates of frames this ledger never
 * saw are ignored for the same reason (they belong to the ledger before).
 *
 * While frames are in flight the columns do not sum yet and `report().balanced` is false. `settle()` closes the account:
 * what is still in flight counts as skipped, for nobody waits for it any more, and later fates are ignored.
 */
export interface FrameLedger {
  /** Header recorded first, pixels let go so far; the frame is now in flight in both other columns. */
  recorded(frameId: number): void;
  /** The frame's pixels are kept on disk: moves it from `recorded` to `stored`. Twice is once. */
  stored(frameId: number): void;
  /** Frames that were produced and went nowhere. */
  lost(reason: LossReason, count?: number): void;
  analysed(frameId: number): void;
  analysisSkipped(frameId: number): void;
  analysisLost(frameId: number, reason: AnalysisLossReason): void;
  shown(frameId: number): void;
  displaySkipped(frameId: number): void;
  inFlight(): FramesInFlight;
  settle(): void;
  isSettled(): boolean;
  report(): LedgerReport;
}

export function createFrameLedger(): FrameLedger {
  let produced = 0;
  let recorded = 0;
  let firstFrameId: number | undefined;
  let lastFrameId = -1;
  let settled = false;
  const stored = new Set<number>();
  const lost: Partial<Record<LossReason, number>> = {};
  const analysisLost: Partial<Record<AnalysisLossReason, number>> = {};
  const analysis = createColumn();
  const display = createColumn();

  return {
    recorded(frameId) {
      if (settled) return;
      if (frameId <= lastFrameId) throw new RangeError(`Frame ${frameId} was recorded after frame ${lastFrameId}: ids must rise.`);
      firstFrameId ??= frameId;
      lastFrameId = frameId;
      produced += 1;
      recorded += 1;
      analysis.enter(frameId);
      display.enter(frameId);
    },
    stored(frameId) {
      if (settled || firstFrameId === undefined || frameId < firstFrameId || frameId > lastFrameId) return;
      stored.add(frameId);
    },
    lost(reason, count = 1) {
      if (settled) return;
      if (!Number.isInteger(count) || count < 0) throw new RangeError(`${count} is not a number of frames.`);
      produced += count;
      lost[reason] = (lost[reason] ?? 0) + count;
    },
    analysed: (frameId) => analysis.leave(frameId, "done"),
    analysisSkipped: (frameId) => analysis.leave(frameId, "skipped"),
    analysisLost(frameId, reason) {
      if (analysis.isInFlight(frameId)) analysisLost[reason] = (analysisLost[reason] ?? 0) + 1;
      analysis.leave(frameId, "lost");
    },
    shown: (frameId) => display.leave(frameId, "done"),
    displaySkipped: (frameId) => display.leave(frameId, "skipped"),
    inFlight: () => ({ analysis: analysis.inFlight(), display: display.inFlight() }),
    settle() {
      analysis.close();
      display.close();
      settled = true;
    },
    isSettled: () => settled,
    report() {
      const sums: Omit<LedgerReport, "balanced"> = {
        produced,
        stored: stored.size,
        recorded: recorded - stored.size,
        lost: { ...lost },
        analysed: analysis.counts.done,
        analysisSkipped: analysis.counts.skipped,
        analysisLost: { ...analysisLost },
        shown: display.counts.done,
        displaySkipped: display.counts.skipped,
      };
      return { ...sums, balanced: isBalanced(sums) };
    },
  };
}

/** The three sums of {@link LedgerReport}: what a reader of an old session computes again. */
export function isBalanced(sums: Omit<LedgerReport, "balanced">): boolean {
  const lost = sumOf(sums.lost);
  return (
    sums.stored + sums.recorded + lost === sums.produced &&
    sums.analysed + sums.analysisSkipped + sumOf(sums.analysisLost) + lost === sums.produced &&
    sums.shown + sums.displaySkipped + lost === sums.produced
  );
}

function sumOf(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** One column: frames in flight and how they left. Bounded by what consumers hold, not by the length of the run. */
function createColumn() {
  const waiting = new Set<number>();
  const counts = { done: 0, skipped: 0, lost: 0 };
  return {
    counts,
    enter: (frameId: number): void => void waiting.add(frameId),
    leave(frameId: number, fate: keyof typeof counts): void {
      if (waiting.delete(frameId)) counts[fate] += 1;
    },
    isInFlight: (frameId: number): boolean => waiting.has(frameId),
    inFlight: (): number => waiting.size,
    close(): void {
      counts.skipped += waiting.size;
      waiting.clear();
    },
  };
}
