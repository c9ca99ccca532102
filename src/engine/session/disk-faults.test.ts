import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import type { SessionEvent } from "../../shared/domain/session.ts";
import type { OcularError } from "../../shared/errors.ts";
import { diskFiles } from "./session-files.ts";
import { sealInterruptedSession } from "./seal-interrupted.ts";
import { readSession, verifySession } from "./session-reader.ts";
import { createSession, type SessionWriter } from "./session-writer.ts";
import { type DiskCall, type FaultyFiles, faultyFiles } from "./testing/faulty-files.ts";
import { fillSession, header, ledgerFor, newSession, OPERATOR, pixelsFor, SYSTEM } from "./testing/session-builder.ts";

let library = "";
let files: FaultyFiles = faultyFiles();
beforeEach(async () => {
  library = await mkdtemp(join(tmpdir(), "ocular-disk-"));
  files = faultyFiles();
});
afterEach(async () => {
  await rm(library, { recursive: true, force: true });
});

const onLog = (call: DiskCall): boolean => call.path.endsWith("log.jsonl");
const onField = (call: DiskCall): boolean => call.path.includes(".ome.tif");
const note = (text: string): SessionEvent => ({ type: "note", text });
const keep = (writer: SessionWriter, fieldId: string, frameId: number): Promise<unknown> =>
  writer.keepField({ fieldId, header: header(frameId), pixels: pixelsFor(24, 16, "RGB8"), actor: OPERATOR });
const seal = (writer: SessionWriter, fields = 2): Promise<void> =>
  writer.finish({ outcome: "errored", reason: "disk full", ledger: ledgerFor(fields), fields, counts: { "red-cell": fields, "white-cell": 2 * fields } }, OPERATOR);

describe("a disk that fills up under a field", () => {
  it.each(["write", "sync", "create", "rename"] as const)("at its %s: one clear error, no trace of the field, and the session goes on to its seal", async (kind) => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer);
    files.failWhen("ENOSPC", (call) => onField(call) && call.kind === kind);
    await expect(keep(writer, "field-0009", 3)).rejects.toMatchObject({ data: { tag: "DiskFull" } });
    expect(await readdir(join(writer.folder, "fields"))).toEqual(["field-0001.ome.tif", "field-0002.ome.tif"]);
    await seal(writer);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true, files: 2 });
  });

  it("is asked for space before the first byte, the reserve included", async () => {
    const writer = await newSession({ libraryFolder: library, files, reserveBytes: 64 << 20 });
    await fillSession(writer);
    files.pretendFreeBytes((64 << 20) + 1000);
    await expect(keep(writer, "field-0009", 3)).rejects.toThrow(/The disk of .*smear\.ocular is full \(67109864 bytes free, \d+ needed\): what was saved before is kept; free some space, then go on\./u);
    expect(files.calls.some((call) => call.path.includes("field-0009"))).toBe(false);
    await writer.close();
  });

  it("takes no more frames, but corrections, incidents and the seal", async () => {
    const clock = createManualClock();
    const writer = await newSession({ libraryFolder: library, files, clock, reserveBytes: 1000 });
    await fillSession(writer);
    files.pretendFreeBytes(10);
    await clock.advance(2000);
    const isRefused = (): boolean => {
      try {
        writer.enqueue({ type: "frame", header: header(100) }, SYSTEM);
        return false;
      } catch (error) {
        return error instanceof Error && error.name === "DiskFull";
      }
    };
    // The answer comes beside the first frame, which was still taken and is a frame of its own.
    expect(isRefused()).toBe(false);
    await expect.poll(() => isRefusedWithout(writer)).toBe(true);
    await writer.append(note("disk full"), OPERATOR);
    const ledger = { ...ledgerFor(2), produced: 5, recorded: 3, analysisSkipped: 3, displaySkipped: 1 };
    await writer.finish({ outcome: "errored", reason: "disk full", ledger, fields: 2, counts: { "red-cell": 2, "white-cell": 4 } }, OPERATOR);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });
});

it("is not gone on with while the disk is nearly full, and records again as soon as it is", async () => {
  const clock = createManualClock();
  const writer = await newSession({ libraryFolder: library, files, clock, reserveBytes: 1000 });
  await fillSession(writer);
  files.pretendFreeBytes(10);
  await clock.advance(2000);
  writer.enqueue({ type: "frame", header: header(100) }, SYSTEM);
  await expect.poll(() => isRefusedWithout(writer)).toBe(true);
  await writer.append({ type: "paused" }, OPERATOR);
  await expect(writer.append({ type: "resumed" }, OPERATOR)).rejects.toMatchObject({ data: { tag: "DiskFull", neededBytes: 1000, freeBytes: 10 } });
  expect(writer.contents().paused).toBe(true);
  files.pretendFreeBytes(undefined);
  await writer.append({ type: "resumed" }, OPERATOR);
  // Within the second in which nobody looks again.
  writer.enqueue({ type: "frame", header: header(101) }, SYSTEM);
  await writer.close();
});

/** Asks with a record that breaks the format, so that nothing is written while space is still thought to be there. */
function isRefusedWithout(writer: SessionWriter): boolean {
  try {
    writer.enqueue({ type: "frame", header: header(-1) }, SYSTEM);
  } catch (error) {
    return error instanceof Error && error.name === "DiskFull";
  }
  return false;
}

describe("a log that cannot be written", () => {
  it.each([["ENOSPC", "DiskFull"], ["EIO", "DiskUnwritable"], ["EACCES", "DiskUnwritable"]])("%s: what waits is refused, what was acknowledged stays, nothing more is taken", async (code, tag) => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer);
    const acknowledged = writer.acknowledged();
    const failures: { error: OcularError; lost: readonly SessionEvent[] }[] = [];
    writer.onDidFail((error, lost) => failures.push({ error, lost }));
    files.failWhen(code, (call) => onLog(call) && call.kind === "write");
    const first = writer.append(note("one"), OPERATOR);
    writer.enqueue({ type: "frame", header: header(100) }, SYSTEM);
    await expect(first).rejects.toMatchObject({ data: { tag } });
    expect(failures.flatMap(({ lost }) => lost.map(({ type }) => type))).toEqual(["note", "frame"]);
    files.heal();
    await expect(writer.append(note("two"), OPERATOR)).rejects.toMatchObject({ data: { tag } });
    expect(() => writer.enqueue({ type: "frame", header: header(101) }, SYSTEM)).toThrow();
    expect(writer.acknowledged()).toBe(acknowledged);
    await writer.close();

    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: false, records: acknowledged + 1 });
    await sealInterruptedSession(writer.folder, { clock: createManualClock() });
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });

  it("leaves a half line when it cannot even be cut off; recovery sets it aside", async () => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer);
    files.failWhen("EIO", (call) => onLog(call) && call.kind !== "create");
    await expect(writer.append(note("never whole"), OPERATOR)).rejects.toThrow("input/output error");
    files.heal();
    await writer.close();
    const read = await readSession(writer.folder);
    expect(read.problem?.message).toBe("is cut: it lacks its end");
    expect(read.records).toHaveLength(writer.acknowledged() + 1);
    await sealInterruptedSession(writer.folder, { clock: createManualClock() });
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
    expect(await readdir(join(writer.folder, "set-aside"))).toEqual(["18-log-tail.bin"]);
  });

  it("leaves no file behind for a field whose record could not be written", async () => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer);
    files.failWhen("ENOSPC", (call) => onLog(call) && call.kind === "sync");
    await expect(keep(writer, "field-0009", 3)).rejects.toMatchObject({ data: { tag: "DiskFull" } });
    await writer.close();
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, files: 2 });
  });
});

describe("a folder that cannot be written", () => {
  it.each([["EACCES", "permission denied"], ["EROFS", "the disk is read-only"], ["EBUSY", "another program has it open"]])("%s gives one clear sentence and leaves nothing", async (code, words) => {
    files.failWhen(code, ({ kind }) => kind === "makeFolder");
    await expect(newSession({ libraryFolder: library, files })).rejects.toThrow(`cannot be written (${words}): choose another folder or change its permissions.`);
    expect(await readdir(library)).toEqual([]);
  });

  it("leaves no empty shell when the first record cannot be written", async () => {
    files.failWhen("ENOSPC", (call) => onLog(call) && call.kind === "write");
    await expect(newSession({ libraryFolder: library, files })).rejects.toMatchObject({ data: { tag: "DiskFull" } });
    expect(await readdir(library)).toEqual([]);
  });
});

describe("a seal interrupted", () => {
  it("between its record and its file is completed when the session is opened again", async () => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer);
    files.failWhen("EIO", (call) => call.path.includes("seal.json"));
    await expect(seal(writer)).rejects.toThrow("input/output error");
    files.heal();
    expect(await verifySession(writer.folder)).toMatchObject({ ok: false, firstProblem: { file: "seal.json" } });
    await expect(sealInterruptedSession(writer.folder, { clock: createManualClock() })).rejects.toMatchObject({ data: { tag: "SessionSealed" } });
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });
});

describe("a disk that goes when all is written", () => {
  it("takes nothing from a session that is sealed: it is finished, and its lock is stale", async () => {
    const noRemoving = { ...diskFiles, remove: (path: string) => (path.endsWith("lock.json") ? Promise.reject(new Error("EROFS: made by a test")) : diskFiles.remove(path)) };
    const writer = await newSession({ libraryFolder: library, files: noRemoving });
    await fillSession(writer);
    await seal(writer);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });

  it("does not keep a session from being let go of", async () => {
    const badClose = {
      ...diskFiles,
      create: async (path: string) => {
        const file = await diskFiles.create(path);
        const close = (): Promise<void> => file.close().then(() => Promise.reject(new Error("EIO: made by a test")));
        return { ...file, close: path.endsWith("log.jsonl") ? close : file.close };
      },
    };
    const writer = await newSession({ libraryFolder: library, files: badClose });
    await fillSession(writer);
    await writer.close();
    await sealInterruptedSession(writer.folder, { clock: createManualClock() });
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });
});

describe("the writer's own rules", () => {
  it("refuses a name that leads out of the library, one that exists, and a record that breaks the format", async () => {
    await expect(newSession({ libraryFolder: library, name: "../x.ocular" })).rejects.toMatchObject({ data: { tag: "InvalidInput" } });
    const writer = await newSession({ libraryFolder: library });
    await expect(newSession({ libraryFolder: library })).rejects.toMatchObject({ data: { tag: "SessionExists" } });
    await expect(writer.append({ type: "frame", header: header(-1) }, SYSTEM)).rejects.toThrow('Session record "frame" is not valid');
    await expect(keep(writer, "../../evil", 1)).rejects.toThrow("it must be a plain file name");
    await writer.close();
    await expect(writer.append(note("late"), OPERATOR)).rejects.toMatchObject({ data: { tag: "WrongState" } });
    expect(createSession).toBeTypeOf("function");
  });

  it("takes nothing after the seal", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await seal(writer);
    await expect(writer.append(note("late"), OPERATOR)).rejects.toMatchObject({ data: { tag: "SessionSealed" } });
    await expect(keep(writer, "field-0009", 9)).rejects.toMatchObject({ data: { tag: "SessionSealed" } });
  });

  it("writes what queued meanwhile with one sync", async () => {
    const writer = await newSession({ libraryFolder: library, files });
    const before = files.calls.filter((call) => onLog(call) && call.kind === "sync").length;
    const sequences = await Promise.all(Array.from({ length: 200 }, (_, index) => writer.append(note(`n${index}`), OPERATOR)));
    expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(files.calls.filter((call) => onLog(call) && call.kind === "sync").length - before).toBeLessThanOrEqual(2);
    await writer.close();
  });

  it("makes a file durable before the record that names it", async () => {
    const writer = await newSession({ libraryFolder: library, files });
    await fillSession(writer, ["RGB8"]);
    const started = files.calls.length;
    await keep(writer, "field-0009", 3);
    await writer.close();
    const order = files.calls.slice(started).map(({ kind, path }) => `${kind} ${path.endsWith("log.jsonl") ? "log" : "picture"}`);
    expect(order).toEqual(["create picture", ...order.filter((step) => step === "write picture"), "sync picture", "rename picture", "write log", "sync log"]);
  });
});
