import type { CountReport } from "../../shared/domain/counting.ts";
import { inWholeObjects } from "./intervals.ts";

/** Counts as lines of text: class, n, 95 % interval, and beside it the true count where one is known. */
export function countTable(counts: CountReport, trueCounts?: Readonly<Record<string, number>>): string[] {
  const area = counts.areaUm2 === undefined ? "" : `, ${(counts.areaUm2 / 1e6).toFixed(3)} mm2`;
  const lines = [`Counts over ${counts.fields} fields${area} (95 % interval of a Poisson count${trueCounts === undefined ? "" : "; the specimen's true count beside it"})`];
  for (const { classId, n, ...interval } of counts.classes) {
    const { low, high } = inWholeObjects(interval);
    const truth = trueCounts?.[classId] ?? 0;
    const difference = truth === 0 ? "" : `  ${n >= truth ? "+" : ""}${(((n - truth) / truth) * 100).toFixed(1)} %`;
    const beside = trueCounts === undefined ? "" : `   true ${String(truth).padStart(6)}${difference}`;
    lines.push(`  ${classId.padEnd(12)} ${String(n).padStart(6)}  (${low} to ${high})${beside}`);
  }
  return lines;
}
