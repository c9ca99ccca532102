import type { LedgerReport } from "../../shared/domain/ledger.ts";
import { isBalanced } from "../acquisition/frame-ledger.ts";
import type { SessionContents } from "./session-reducer.ts";

/** Frames as the log itself tells of them. */
export interface LoggedFrames {
  /** Frames whose pixels were kept. */
  readonly stored: number;
  /** Frames with a header only. */
  readonly recorded: number;
}

/** In what the sums of a ledger disagree, undefined when they agree. */
export function ledgerFault(ledger: LedgerReport): string | undefined {
  if (isBalanced(ledger)) return ledger.balanced ? undefined : "the ledger says of itself that its sums do not agree, but they do";
  const lost = total(ledger.lost);
  const columns = [
    ["record", ledger.stored + ledger.recorded + lost],
    ["analysis", ledger.analysed + ledger.analysisSkipped + total(ledger.analysisLost) + lost],
    ["display", ledger.shown + ledger.displaySkipped + lost],
  ] as const;
  const wrong = columns.filter(([, sum]) => sum !== ledger.produced).map(([name, sum]) => `${name} ${sum}`);
  return `the ledger does not sum: ${ledger.produced} frames produced, but ${wrong.join(", ")}`;
}

/**
 * The ledger of a session that crashed and is sealed as it was found: what its records prove. What went to the screen
 * and to the live analysis was only known to the program that died, so those frames count as skipped.
 */
export function ledgerFromLog(contents: SessionContents, frames: LoggedFrames): LedgerReport {
  const produced = frames.stored + frames.recorded;
  const analysed = Math.min(produced, contents.fields.filter(({ detections }) => detections !== undefined).length);
  return {
    produced, stored: frames.stored, recorded: frames.recorded, lost: {},
    analysed, analysisSkipped: produced - analysed, analysisLost: {}, shown: 0, displaySkipped: produced, balanced: true,
  };
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
