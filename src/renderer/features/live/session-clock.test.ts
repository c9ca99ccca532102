import { expect, it } from "vitest";
import { createSessionClock } from "./session-clock.ts";

const at = (text: string): number => Date.parse(`2026-03-29T${text}Z`);

it("runs on where the computer's clock is put forward or back, and begins anew with each session", () => {
  let wallMs = at("00:10:05");
  let steadyMs = 7000;
  const clock = createSessionClock(() => wallMs, () => steadyMs);
  const elapsed = (startedAt: string): number => clock.elapsedMs(`2026-03-29T${startedAt}Z`) / 1000;
  expect(elapsed("00:10:00")).toBe(5);
  steadyMs += 60_000;
  wallMs = at("03:11:05");
  expect(elapsed("00:10:00")).toBe(65);
  steadyMs += 1000;
  wallMs = at("00:01:00");
  expect(elapsed("00:10:00")).toBe(66);
  expect(elapsed("00:00:50")).toBe(10);
  // Put back between its first record and the first look at it.
  expect(elapsed("00:01:30")).toBe(0);
});
