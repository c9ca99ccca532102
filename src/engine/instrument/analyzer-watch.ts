import type { Analyzer } from "../analysis/analyzer.ts";
import type { ActivityLog } from "./activity-log.ts";
import type { Tell } from "./instrument-events.ts";

/** Why an analyzer cannot be used now, in words; undefined while it can. */
export interface AnalyzerWatch {
  reason(): string | undefined;
}

/** Tells what becomes of an analyzer. `title`: what it is called when it is ready. */
export function watchAnalyzer(analyzer: Analyzer, title: () => string, { log, tell }: { readonly log: ActivityLog; readonly tell: Tell }): AnalyzerWatch {
  let current: string | undefined;
  analyzer.onDidChangeState((state, reason) => {
    current = state === "ready" ? undefined : reason;
    if (state === "ready") log.say("plain", `${title()} is ready`);
    else if (state !== "disposed" && reason !== undefined) tell(state === "failed" ? "error" : "warning", reason);
  });
  return { reason: () => current };
}
