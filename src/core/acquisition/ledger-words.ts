import type { LedgerReport } from "../../shared/domain/ledger.ts";

/** The account of a run in one sentence, its three sums spelled out. */
export function describeLedger(ledger: LedgerReport): string {
  const sum = (counts: Readonly<Record<string, number | undefined>>): number => Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);
  return `Frames: ${ledger.produced} produced = ${ledger.stored} stored + ${ledger.recorded} recorded + ${sum(ledger.lost)} lost; ` +
    `${ledger.analysed} analysed, ${ledger.analysisSkipped} not analysed by policy, ${sum(ledger.analysisLost)} lost in analysis; ` +
    `${ledger.shown} shown, ${ledger.displaySkipped} not shown by policy; the sums ${ledger.balanced ? "agree" : "DO NOT AGREE"}.`;
}
