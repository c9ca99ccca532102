import type { SessionSummary } from "../../../shared/ipc/contract.ts";
import { formatDateTime } from "../../ui/format.ts";
import { libraryWords as words } from "./words.ts";

/** Sessions that have every word that was typed: in specimen, operator, note, state, folder or local start time. */
export function matchingSessions(sessions: readonly SessionSummary[], typed: string): readonly SessionSummary[] {
  const wanted = typed.toLowerCase().split(/\s+/u).filter((word) => word !== "");
  if (wanted.length === 0) return sessions;
  return sessions.filter(({ name, details, startedAt, state }) => {
    const text = [name, details?.specimenId, details?.operator, details?.note, startedAt === undefined ? "" : formatDateTime(startedAt), words.states[state]].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
