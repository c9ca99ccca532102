import type { StopProgress, StopRule } from "../../shared/domain/counting.ts";

/** A stop rule as it follows "until": "200 x white-cell", "the interval of dead is 3 points wide", "20 fields". */
export function stopWords(rule: StopRule, className: (classId: string) => string = (classId) => classId): string {
  switch (rule.kind) {
    case "class-count":
      return `${rule.target} ${className(rule.classId)}`;
    case "share-interval":
      return `the 95 % interval of the share of ${className(rule.classId)} is at most ${rule.widthPoints} points wide`;
    case "fields":
      return `${rule.target} fields`;
  }
}

/** What is still needed, in words: "about 150 more cells", "3 more fields", "reached". */
export function stillNeededWords(progress: StopProgress): string {
  if (progress.reached) return "reached";
  if (progress.stillNeeded === undefined) return "count some cells first";
  const unit = progress.stillNeeded === 1 ? progress.unit.slice(0, -1) : progress.unit;
  const about = progress.rule.kind === "share-interval" ? "about " : "";
  return `${about}${progress.stillNeeded} more ${unit}`;
}
