import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { ProcessTable } from "./process-identity.ts";
import { systemProcesses } from "./process-identity.ts";
import { diskFiles } from "./session-files.ts";
import { faultyFiles } from "./testing/faulty-files.ts";
import { LOCK_FILE, lockSession, TAKEOVER_FILE } from "./session-lock.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocular-lock-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const clock = createManualClock(0, "2026-03-04T05:06:07.000Z");
/** This process is 100, started at "t1"; others as given. */
function processes(others: Readonly<Record<number, string>>): ProcessTable {
  return { self: () => ({ pid: 100, started: "t1", host: "bench-2" }), startOf: (pid) => ({ ...others, 100: "t1" })[pid] };
}
const lockText = (over: Readonly<Record<string, unknown>>): string => JSON.stringify({ pid: 7, process_start: "t0", host: "bench-2", since: "2026-03-01T00:00:00.000Z", ...over });

describe("lockSession", () => {
  it("names its process, and is gone when released", async () => {
    const lock = await lockSession(folder, clock, diskFiles, processes({}));
    expect(JSON.parse(await readFile(join(folder, LOCK_FILE), "utf8"))).toEqual({ pid: 100, process_start: "t1", host: "bench-2", since: "2026-03-04T05:06:07.000Z" });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("lets nobody in beside it, this process neither", async () => {
    await lockSession(folder, clock, diskFiles, processes({}));
    await expect(lockSession(folder, clock, diskFiles, processes({}))).rejects.toThrow("is open in another Ocular (process 100, since 2026-03-04T05:06:07.000Z): close it there first.");
  });

  it.each([
    ["a live process", { 7: "t0" }, {}],
    ["a live process whose start nobody knows", { 7: "" }, {}],
    ["a process of another host", {}, { host: "bench-1" }],
  ])("believes the lock of %s", async (_, others, over) => {
    await writeFile(join(folder, LOCK_FILE), lockText(over));
    await expect(lockSession(folder, clock, diskFiles, processes(others))).rejects.toMatchObject({ data: { tag: "SessionInUse", pid: 7 } });
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  it.each([
    ["this system tells no start", { 7: "" }, {}],
    ["the lock names no start", { 7: "t0" }, { process_start: "" }],
  ])("says what to do when the number may have gone to another program: %s", async (_, others, over) => {
    await writeFile(join(folder, LOCK_FILE), lockText(over));
    await expect(lockSession(folder, clock, diskFiles, processes(others))).rejects.toThrow("(process 7, since 2026-03-01T00:00:00.000Z; if that process is no Ocular, remove lock.json): close it there first.");
  });

  it.each([
    ["a dead process", {}],
    ["a number that a later process got", { 7: "t9" }],
  ])("takes over the lock of %s", async (_, others) => {
    await writeFile(join(folder, LOCK_FILE), lockText({}));
    await lockSession(folder, clock, diskFiles, processes(others));
    expect(await readFile(join(folder, LOCK_FILE), "utf8")).toContain('"pid":100');
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  it("takes over a lock that was never filled, after it had time to be", async () => {
    await writeFile(join(folder, LOCK_FILE), "");
    const locking = lockSession(folder, clock, diskFiles, processes({}));
    await expect.poll(() => clock.pendingCount()).toBe(1);
    await clock.advance(50);
    await locking;
    expect(await readFile(join(folder, LOCK_FILE), "utf8")).toContain('"pid":100');
  });

  it("finishes a takeover in which another process died", async () => {
    await writeFile(join(folder, LOCK_FILE), lockText({}));
    await writeFile(join(folder, TAKEOVER_FILE), lockText({ pid: 8 }));
    await lockSession(folder, clock, diskFiles, processes({}));
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  it("one of many that come at once gets a stale lock", async () => {
    await writeFile(join(folder, LOCK_FILE), lockText({}));
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockSession(folder, clock, diskFiles, processes({}))));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("a disk that fails", () => {
  it.each(["write", "sync"] as const)("at the %s of the lock: one clear sentence, and no lock is left", async (kind) => {
    const files = faultyFiles();
    files.failWhen("ENOSPC", (call) => call.kind === kind);
    await expect(lockSession(folder, clock, files, processes({}))).rejects.toThrow(/^The disk of .* is full \(\d+ bytes free\): what was saved before is kept; free some space, then go on\.$/u);
    expect(await readdir(folder)).toEqual([]);
  });

  it("when the lock is removed keeps nobody from letting go, nor this process from coming again", async () => {
    const lock = await lockSession(folder, clock, { ...diskFiles, remove: () => Promise.reject(new Error("EROFS: made by a test")) }, processes({}));
    await lock.release();
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    const again = await lockSession(folder, clock, diskFiles, processes({}));
    await again.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("systemProcesses", () => {
  it("knows itself, a running child, and that a dead one is dead", async () => {
    expect(systemProcesses.self()).toMatchObject({ pid: process.pid, host: hostname() });
    expect(systemProcesses.startOf(process.pid)).toBe(systemProcesses.self().started);
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    const pid = child.pid ?? 0;
    expect(systemProcesses.startOf(pid)).toBeDefined();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(systemProcesses.startOf(pid)).toBeUndefined();
  });
});
