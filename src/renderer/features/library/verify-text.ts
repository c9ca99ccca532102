import type { VerifyReport } from "../../../shared/ipc/contract.ts";
import type { Tone } from "../../ui/notice.tsx";
import { libraryWords as words } from "./words.ts";

/** The outcome of a check in one sentence: what agrees, or which record does not. */
export function verifyText(report: VerifyReport): { readonly tone: Tone; readonly text: string } {
  const problem = report.firstProblem;
  if (!report.ok || problem !== undefined) {
    if (problem?.line !== undefined) return { tone: "error", text: words.brokenLine(problem.line, problem.message) };
    if (problem?.file !== undefined) return { tone: "error", text: words.brokenFile(problem.file, problem.message) };
    return { tone: "error", text: words.broken(problem?.message ?? "no reason given") };
  }
  return report.sealed ? { tone: "ok", text: words.verified(report.records, report.files) } : { tone: "notice", text: words.verifiedUnsealed(report.records, report.files) };
}
