import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { sealInterruptedSession } from "../../src/engine/session/seal-interrupted.ts";
import { listSessions } from "../../src/engine/session/session-list.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { recoverSession, type SessionWriter } from "../../src/engine/session/session-writer.ts";
import { fillSession, header, ledgerFor, newSession, OPERATOR, pixelsFor, sealedSession } from "../../src/engine/session/testing/session-builder.ts";
import { isOcularError } from "../../src/shared/errors.ts";

let library = "";
beforeEach(async () => {
  library = await mkdtemp(join(tmpdir(), "ocular-places-"));
});
afterEach(async () => {
  await rm(library, { recursive: true, force: true });
});

describe("a second writer", () => {
  it("is told who has the session, and changes nothing", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await expect(recoverSession(writer.folder, { clock: createManualClock() })).rejects.toThrow(new RegExp(`is open in another Ocular \\(process ${process.pid}, since .+\\): close it there first`, "u"));
    await writer.finish({ outcome: "completed", ledger: ledgerFor(2), fields: 2, counts: { "red-cell": 2, "white-cell": 4 } }, OPERATOR);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });

  it("gets the session when the first is dead, though its lock is there", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await writer.close();
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    await writeFile(join(writer.folder, "lock.json"), JSON.stringify({ pid: dead.pid, process_start: "", host: hostname(), since: "2026-03-04T05:06:07.000Z" }));
    await sealInterruptedSession(writer.folder, { clock: createManualClock() });
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
    expect(await readdir(writer.folder)).not.toContain("lock.json");
  });
});

describe("a folder that is no session", () => {
  it("gets one clear sentence", async () => {
    await mkdir(join(library, "empty.ocular"));
    await writeFile(join(library, "file.ocular"), "x");
    for (const name of ["empty.ocular", "file.ocular", "none.ocular"]) {
      await expect(verifySession(join(library, name))).rejects.toMatchObject({ data: { tag: "NotASession" } });
      await expect(recoverSession(join(library, name), { clock: createManualClock() })).rejects.toSatisfy((error) => isOcularError(error));
    }
    const [only, ...more] = await listSessions(library);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ name: "empty.ocular", state: "damaged" });
    expect(only?.problem).toContain("is not an Ocular session");
    expect(await listSessions(join(library, "nowhere"))).toEqual([]);
  });

  it("is not made where a file is in the way", async () => {
    await writeFile(join(library, "file"), "x");
    await expect(newSession({ libraryFolder: join(library, "file", "deeper") })).rejects.toThrow("cannot be written (a file is in the way of the folder): choose another folder");
  });
});

describe("a session that was changed", () => {
  it("is refused for writing, by the line that was changed", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await writer.close();
    const log = join(writer.folder, "log.jsonl");
    await writeFile(log, (await readFile(log, "utf8")).replace('"score":0.9', '"score":0.8'));
    await expect(recoverSession(writer.folder, { clock: createManualClock() })).rejects.toThrow(/is damaged at log line 7 \(was changed after it was written/u);
    expect(await readdir(writer.folder)).not.toContain("lock.json");
    const [listed] = await listSessions(library);
    expect(listed?.state).toBe("damaged");
    expect(listed?.problem).toContain("log line 7");
  });

  it("is not opened for writing once it is sealed", async () => {
    const folder = await sealedSession({ libraryFolder: library });
    await expect(recoverSession(folder, { clock: createManualClock() })).rejects.toMatchObject({ data: { tag: "SessionSealed" } });
    expect(await verifySession(folder)).toMatchObject({ ok: true });
  });
});

describe("a disk of 1 MB", () => {
  const run = promisify(execFile);
  /** Undefined when it is mounted, else why not. */
  const mountTiny = async (folder: string): Promise<string | undefined> => {
    try {
      await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message.trim() : String(error);
    }
  };
  /** Keeps fields until the disk is full; the number kept. */
  const keepUntilFull = async (writer: SessionWriter): Promise<{ kept: number; error: unknown }> => {
    for (let n = 0; ; n++) {
      try {
        await writer.keepField({ fieldId: `more-${n}`, header: header(100 + n, { width: 200, height: 150 }), pixels: pixelsFor(200, 150, "RGB8"), actor: OPERATOR });
      } catch (error) {
        return { kept: n, error };
      }
    }
  };

  it.each([["with a reserve", 128 * 1024], ["without a reserve", 0]])("%s: fills up with a clear sentence and leaves a session that can be sealed", async (_, reserveBytes) => {
    const whyNot = await mountTiny(library);
    if (whyNot !== undefined) {
      console.log(`Not tried: a disk that is really full, which needs the right to mount a tmpfs (${whyNot}).`);
      expect(await readdir(library)).toEqual([]);
      return;
    }
    try {
      const writer = await newSession({ libraryFolder: library, reserveBytes });
      await fillSession(writer);
      const { kept, error } = await keepUntilFull(writer);
      expect(kept).toBeGreaterThan(3);
      expect(error).toMatchObject({ data: { tag: "DiskFull" } });
      const fields = 2 + kept;
      const ledger = { ...ledgerFor(2), produced: 4 + kept, stored: fields, analysisSkipped: 2 + kept, displaySkipped: kept };
      if (reserveBytes > 0) {
        await writer.finish({ outcome: "errored", reason: "the disk was full", ledger, fields, counts: { "red-cell": 2, "white-cell": 4 } }, OPERATOR);
        expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true, files: fields });
      } else {
        await writer.close();
        expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: false, files: fields });
      }
    } finally {
      await run("umount", [library]);
    }
  });
});
