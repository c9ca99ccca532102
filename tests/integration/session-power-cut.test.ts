import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeRecord } from "../../src/core/session/codec.ts";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { sealInterruptedSession } from "../../src/engine/session/seal-interrupted.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { fillSession, newSession } from "../../src/engine/session/testing/session-builder.ts";
import { volatileFiles } from "../../src/engine/session/testing/volatile-files.ts";

const LIBRARY = "/library";

/** Hashes of the lines acknowledged before the power went, by sequence number. */
async function recordUntilPowerCut(operations: number): Promise<{ files: ReturnType<typeof volatileFiles>; acknowledged: string[] }> {
  const files = volatileFiles();
  files.stopAfter(operations);
  const acknowledged: string[] = [];
  const recording = (async () => {
    const writer = await newSession({ libraryFolder: LIBRARY, files });
    writer.onDidAppend((record) => acknowledged.push(createHash("sha256").update(encodeRecord(record)).digest("hex")));
    await fillSession(writer);
    await writer.close();
  })();
  await Promise.race([recording, files.stopped]);
  return { files, acknowledged };
}

it("a power cut at any moment loses nothing that was acknowledged", { timeout: 120_000 }, async () => {
  const complete = (await recordUntilPowerCut(Number.POSITIVE_INFINITY)).files.operations;
  expect(complete).toBeGreaterThan(40);
  let recovered = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: complete }), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), async (operations, chances) => {
      const { files, acknowledged } = await recordUntilPowerCut(operations);
      const random = (): number => Number(chances.next().value);
      const target = await mkdtemp(join(tmpdir(), "ocular-power-"));
      try {
        await files.restoreAfterPowerCut(LIBRARY, target, random);
        const folder = join(target, "smear.ocular");
        if (acknowledged.length === 0) return;
        // The machine came up again: the process that held the lock is gone.
        await rm(join(folder, "lock.json"), { force: true });
        await sealInterruptedSession(folder, { clock: createManualClock() });
        expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
        const lines = (await readFile(join(folder, "log.jsonl"), "utf8")).split("\n");
        expect(lines.slice(0, acknowledged.length).map((line) => createHash("sha256").update(line).digest("hex"))).toEqual(acknowledged);
        recovered += 1;
      } finally {
        await rm(target, { recursive: true, force: true });
      }
    }),
    { numRuns: 120 },
  );
  expect(recovered).toBeGreaterThan(60);
});
