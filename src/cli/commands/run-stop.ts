import { InvalidArgumentError } from "commander";
import { stillNeededWords, stopWords } from "../../core/counting/stop-words.ts";
import type { StopProgress } from "../../shared/domain/counting.ts";
import { StopRule } from "../../shared/domain/counting.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { OcularError } from "../../shared/errors.ts";

/** Fields that are kept at most where only a stop rule was given: a class that never comes must not go on for ever. */
export const MOST_FIELDS = 200;

/** `white-cell=200` as a rule of that kind, for the parser of options. */
export function stopOption(kind: "class-count" | "share-interval"): (text: string) => StopRule {
  return (text) => {
    const at = text.lastIndexOf("=");
    const [classId, value] = [text.slice(0, at), Number(text.slice(at + 1))];
    const parsed = StopRule.safeParse(kind === "class-count" ? { kind, classId, target: value } : { kind, classId, widthPoints: value });
    if (at < 1 || !parsed.success) throw new InvalidArgumentError(kind === "class-count" ? "CLASS=N is needed, N a whole number from 1 to 1000000." : "CLASS=POINTS is needed, points from 0.1 to 50.");
    return parsed.data;
  };
}

/** @throws OcularError InvalidInput when the model does not know the rule's class: it would never be reached. */
export function requireClass(rule: StopRule, classes: readonly ClassInfo[]): void {
  if (rule.kind === "fields" || classes.some(({ id }) => id === rule.classId)) return;
  throw new OcularError({ tag: "InvalidInput", what: "The stop rule", reason: `the model knows no ${rule.classId}, only ${classes.map(({ id }) => id).join(", ")}` });
}

/** How a run ended, by its rule. */
export function stopLine(progress: StopProgress): string {
  return `Until ${stopWords(progress.rule)}: ${progress.reached ? "reached" : `not reached, ${stillNeededWords(progress)}`}`;
}
