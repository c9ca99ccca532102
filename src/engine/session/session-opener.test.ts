import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { OpeningProgress } from "../../shared/ipc/contract.ts";
import { createSessionOpener } from "./session-opener.ts";
import { sealedSession } from "./testing/session-builder.ts";

let library: string;
beforeEach(async () => { library = await mkdtemp(join(tmpdir(), "ocular-opener-")); });
afterEach(() => rm(library, { recursive: true, force: true }));

it("tells how far the check is, up to the last byte, and how long the rest takes", async () => {
  const folder = await sealedSession({ libraryFolder: library });
  let nowMs = 0;
  const told: OpeningProgress[] = [];
  const opener = createSessionOpener({ ...createManualClock(), nowMs: () => nowMs }, (progress) => {
    told.push(progress);
    nowMs += 1000;
  });
  expect((await opener.open(folder, [], [])).verify.ok).toBe(true);
  expect(told.length).toBeGreaterThan(2);
  expect(told.map(({ doneBytes }) => doneBytes)).toEqual(told.map(({ doneBytes }) => doneBytes).sort((a, b) => a - b));
  expect(told[0]).not.toHaveProperty("secondsLeft");
  const [, second] = told;
  expect(second?.secondsLeft).toBeCloseTo(((second?.totalBytes ?? 0) - (second?.doneBytes ?? 0)) / (second?.doneBytes ?? 1), 6);
  const last = told.at(-1);
  // The seal's own file is no file that a record names.
  expect((last?.doneBytes ?? 0) / (last?.totalBytes ?? 1)).toBeGreaterThan(0.9);
});

it("ends where it is when the person says so, or opens another one", async () => {
  const folder = await sealedSession({ libraryFolder: library });
  const told: number[] = [];
  const opener = createSessionOpener(createManualClock(), ({ doneBytes }) => {
    told.push(doneBytes);
    opener.cancel();
  });
  await expect(opener.open(folder, [], [])).rejects.toMatchObject({ data: { tag: "Canceled", what: "Opening the session" } });
  expect(told).toHaveLength(1);

  const quiet = createSessionOpener(createManualClock(), () => undefined);
  const first = quiet.open(folder, [], []);
  const second = quiet.open(folder, [], []);
  await expect(first).rejects.toMatchObject({ data: { tag: "Canceled" } });
  expect((await second).verify.ok).toBe(true);
});

it("says of a folder that is no session what is wrong with it", async () => {
  await expect(createSessionOpener(createManualClock(), () => undefined).open(join(library, "none.ocular"), [], [])).rejects.toMatchObject({ data: { tag: "NotASession" } });
});
