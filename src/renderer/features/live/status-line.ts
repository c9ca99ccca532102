import type { LedgerReport } from "../../../shared/domain/ledger.ts";
import type { Snapshot } from "../../../shared/domain/snapshot.ts";
import { formatCount, formatPlural } from "../../ui/format.ts";
import { formatNumber } from "../../ui/number-edit.ts";

/** Frames lost on the way to us or by us, all reasons. */
export function lostFrames(ledger: LedgerReport): number {
  return Object.values(ledger.lost).reduce((sum, n) => sum + n, 0);
}

/** Analyses that were begun and never answered, all reasons. */
export function lostAnalyses(ledger: LedgerReport): number {
  return Object.values(ledger.analysisLost).reduce((sum, n) => sum + n, 0);
}

/** How long an analysis takes and how far it lies behind; a time measured before it stopped is none of now. */
export function analysisText(analyzer: Pick<Snapshot["analyzer"], "enabled" | "state"> | undefined, analysisMs: number | undefined, framesLate: number | undefined): string {
  if (analyzer?.enabled === false) return "analysis off";
  if (analyzer !== undefined && analyzer.state !== "ready") return `analysis ${analyzer.state}`;
  return `${analysisMs === undefined ? "–" : formatNumber(analysisMs, 0)} ms analysis${framesLate === undefined ? "" : `, age ${formatPlural(framesLate, "frame", "frames")}`}`;
}

const REASONS: Readonly<Record<string, string>> = {
  "camera-gap": "never left the camera", "no-buffer": "no free buffer", incomplete: "arrived incomplete", "record-failed": "could not be recorded",
  died: "analysis process died", hung: "analysis did not answer", failed: "analysis failed",
};

/** The reasons behind a number, for its tooltip: "3 no free buffer, 1 arrived incomplete". */
export function reasonsText(counts: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(counts).filter(([, n]) => n !== undefined && n > 0).map(([reason, n]) => `${formatCount(n ?? 0)} ${REASONS[reason] ?? reason}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}
