import type { CountReport, StopProgress, StopRule } from "../../shared/domain/counting.ts";
import { wilsonInterval } from "./intervals.ts";

/**
 * How far a stop rule is, and what is still needed. For the width of a share's interval that is an estimate: the number
 * of cells at which the interval would be narrow enough if the share stayed what it is now.
 */
export function stopProgress(rule: StopRule, report: CountReport): StopProgress {
  switch (rule.kind) {
    case "fields":
      return towards(rule, report.fields, rule.target, "fields");
    case "class-count":
      return towards(rule, report.classes.find((count) => count.classId === rule.classId)?.n ?? 0, rule.target, "cells");
    case "share-interval":
      return shareProgress(rule, report);
  }
}

function towards(rule: StopRule, n: number, target: number, unit: StopProgress["unit"]): StopProgress {
  return { rule, reached: n >= target, done: Math.min(1, n / target), stillNeeded: Math.max(0, target - n), unit };
}

function shareProgress(rule: Extract<StopRule, { kind: "share-interval" }>, report: CountReport): StopProgress {
  const share = report.classes.find((count) => count.classId === rule.classId)?.share;
  if (share === undefined) return { rule, reached: false, done: 0, unit: "cells" };
  const limit = rule.widthPoints / 100;
  if (share.high - share.low <= limit) return { rule, reached: true, done: 1, stillNeeded: 0, unit: "cells" };
  const needed = Math.max(report.total + 1, cellsForWidth(share.value, limit));
  return { rule, reached: false, done: report.total / needed, stillNeeded: needed - report.total, unit: "cells" };
}

/** The smallest number of cells at which Wilson's interval of that share is at most so wide (0 to 1). Bisection: the width falls with n. */
export function cellsForWidth(share: number, width: number): number {
  const widthAt = (n: number): number => {
    const { low, high } = wilsonInterval(Math.min(n, Math.round(share * n)), n);
    return high - low;
  };
  let low = 0;
  let high = 1;
  while (widthAt(high) > width) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (widthAt(middle) > width) low = middle;
    else high = middle;
  }
  return high;
}
