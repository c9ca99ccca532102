import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { decodeRecord, encodeRecord } from "../../src/core/session/codec.ts";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { readOmeTiff } from "../../src/engine/session/ome-tiff.ts";
import { sealInterruptedSession } from "../../src/engine/session/seal-interrupted.ts";
import { listSessions } from "../../src/engine/session/session-list.ts";
import { fieldPicture, openSessionView, readSession, verifySession } from "../../src/engine/session/session-reader.ts";
import { VerifyReport } from "../../src/shared/ipc/contract.ts";

const library = join(import.meta.dirname, "../fixtures/sessions");
const Expected = z.record(z.string(), z.object({ state: z.string(), verify: VerifyReport, fields: z.number(), total: z.number(), counts: z.record(z.string(), z.number()) }));
const Peers = z.record(z.string(), z.object({ pixelFormat: z.string(), sha256: z.string() }));
const expected = Expected.parse(JSON.parse(await readFile(join(library, "expected.json"), "utf8")));
const peers = Peers.parse(JSON.parse(await readFile(join(library, "peers.json"), "utf8")));

describe.each(Object.entries(expected))("%s", (name, { state, verify, fields, total, counts }) => {
  it("is read, checked and counted as on the day it was made", async () => {
    expect(await verifySession(join(library, name))).toEqual(verify);
    const view = await openSessionView(join(library, name), []);
    expect(view.summary).toMatchObject({ name, state, fields, total, details: { operator: "Ada", specimenId: "S-1", note: "first smear" }, startedAt: "2026-03-04T05:06:07.000Z" });
    expect(Object.fromEntries(view.counts.classes.map(({ classId, n }) => [classId, n]))).toEqual(counts);
  });

  it("has records that today's codec writes byte for byte", async () => {
    const lines = (await readFile(join(library, name, "log.jsonl"), "utf8")).split("\n").slice(0, verify.records);
    for (const line of lines) expect(encodeRecord(decodeRecord(line))).toBe(line);
  });
});

describe("v1-sealed.ocular", () => {
  const folder = join(library, "v1-sealed.ocular");

  it.each(Object.entries(peers))("%s has the pixels that tifffile reads", async (fieldId, peer) => {
    const picture = await readOmeTiff(join(folder, "fields", `${fieldId}.ome.tif`));
    expect(picture.pixelFormat).toBe(peer.pixelFormat);
    expect(createHash("sha256").update(picture.pixels).digest("hex")).toBe(peer.sha256);
    expect((await fieldPicture(folder, fieldId)).rgb).toHaveLength(24 * 16 * 3);
  });

  it("knows every kind of record that a session without faults has", async () => {
    const { records } = await readSession(folder);
    expect(new Set(records.map(({ event }) => event.type))).toEqual(new Set(["session-started", "settings", "analyzer", "frame", "field-kept", "detections", "annotation", "note", "session-finished"]));
  });
});

describe("v1-crashed.ocular", () => {
  it("is recovered with nothing lost, and says so", async () => {
    const copy = await mkdtemp(join(tmpdir(), "ocular-fixture-"));
    try {
      const folder = join(copy, "v1-crashed.ocular");
      await cp(join(library, "v1-crashed.ocular"), folder, { recursive: true });
      await sealInterruptedSession(folder, { clock: createManualClock() });
      expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
      expect(await readFile(join(folder, "set-aside/18-log-tail.bin"), "utf8")).toMatch(/^\{"actor".*"virtual:cam$/u);
      const { log } = await openSessionView(folder, []);
      expect(log.map(({ text }) => text)).toContain("Session opened again with 18 records: the session was not finished; the last 86 bytes of the log were no whole record, 1 file had no record");
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});

it("lists the sessions of a library", async () => {
  expect((await listSessions(library)).map(({ name, state }) => `${name} ${state}`).sort()).toEqual(Object.entries(expected).map(([name, { state }]) => `${name} ${state}`).sort());
});
