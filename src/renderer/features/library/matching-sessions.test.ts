import { expect, it } from "vitest";
import type { SessionSummary } from "../../../shared/ipc/contract.ts";
import { matchingSessions } from "./matching-sessions.ts";

const session = (specimenId: string, operator: string, state: SessionSummary["state"]): SessionSummary => ({
  name: `2026-11-22 ${specimenId}.ocular`, state, startedAt: "2026-11-22T09:41:00.000Z", details: { operator, specimenId, note: "" }, fields: 3, total: 40,
});
const sessions = [session("B-0117", "A. Novak", "sealed"), session("B-0118", "Ada", "open"), session("K-0117", "Ada", "sealed")];
const found = (typed: string): readonly (string | undefined)[] => matchingSessions(sessions, typed).map(({ details }) => details?.specimenId);

it("finds sessions by all the words that were typed, in any order and case", () => {
  expect(found("")).toEqual(["B-0117", "B-0118", "K-0117"]);
  expect(found("0117")).toEqual(["B-0117", "K-0117"]);
  expect(found(" sealed  ADA ")).toEqual(["K-0117"]);
  expect(found("2026-11-22 novak")).toEqual(["B-0117"]);
  expect(found("nobody")).toEqual([]);
});
