import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SessionRecord } from "../../shared/domain/session.ts";

import { listSessions } from "./session-list.ts";
import { openSessionView, readSession, verifySession, fieldPicture } from "./session-reader.ts";
import { recoverSession } from "./session-writer.ts";
import { fillSession, header, ledgerFor, newSession, OPERATOR, pixelsFor, sealedSession, SYSTEM } from "./testing/session-builder.ts";
import { createManualClock } from "../../core/testing/manual-clock.ts";

let library = "";
beforeEach(async () => {
  library = await mkdtemp(join(tmpdir(), "ocular-session-"));
});
afterEach(async () => {
  await rm(library, { recursive: true, force: true });
});

describe("createSession", () => {
  it("writes a session that verify accepts once it is sealed", async () => {
    const folder = await sealedSession({ libraryFolder: library });
    const report = await verifySession(folder);
    expect(report).toEqual({ ok: true, records: 19, files: 2, sealed: true });
    expect((await readdir(folder)).sort()).toEqual(["fields", "log.jsonl", "seal.json"]);
  });

  it("tells each acknowledged record once, in order, the first one also to a late listener", async () => {
    const writer = await newSession({ libraryFolder: library });
    const heard: SessionRecord[] = [];
    writer.onDidAppend((record) => heard.push(record));
    await fillSession(writer);
    expect(heard.map(({ sequence }) => sequence)).toEqual(heard.map((_, index) => index));
    expect(writer.acknowledged()).toBe(heard.length - 1);
    await writer.close();
    const { records } = await readSession(writer.folder);
    expect(records).toEqual(heard);
  });

  it("shows a session again as it was live", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    const live = writer.contents();
    await writer.close();
    const read = await readSession(writer.folder);
    expect(read.contents).toEqual(live);
    expect(read.state).toBe("open");
    expect(read.problem).toBeUndefined();
  });
});

describe("a session in words and pictures", () => {
  it("lists, opens and shows a sealed session", async () => {
    const folder = await sealedSession({ libraryFolder: library });
    expect(await listSessions(library)).toEqual([expect.objectContaining({ name: "smear.ocular", state: "sealed", fields: 2, total: 6, startedAt: "2026-03-04T05:06:07.000Z" })]);
    const view = await openSessionView(folder, []);
    expect(view.verify.ok).toBe(true);
    expect(view.log.map(({ text }) => text)).toContain("Field 1: 2 red cells, 1 white cell");
    expect(view.log.map(({ text }) => text)).toContain("Field 1 kept at x 1241.5, y 88.0 µm");
    const picture = await fieldPicture(folder, "field-0001");
    expect(picture.rgb).toEqual(pixelsFor(24, 16, "RGB8", 1));
  });
});

describe("recoverSession", () => {
  it("goes on where the last whole record ended", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await writer.close();
    const again = await recoverSession(writer.folder, { clock: createManualClock() });
    expect(again.state()).toBe("recovered");
    expect(again.contents().fields).toHaveLength(2);
    await again.finish({ outcome: "errored", reason: "crash", ledger: ledgerFor(2), fields: 2, counts: { "red-cell": 2, "white-cell": 4 } }, SYSTEM);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true });
  });

  it("takes more frames and fields, with a ledger of its own from there on", async () => {
    const writer = await newSession({ libraryFolder: library });
    await fillSession(writer);
    await writer.close();
    const again = await recoverSession(writer.folder, { clock: createManualClock(), reserveBytes: 0 });
    const next = (again.contents().lastFrameId ?? -1) + 1;
    again.enqueue({ type: "frame", header: header(next) }, SYSTEM);
    again.enqueue({ type: "frame", header: header(next + 1) }, SYSTEM);
    await again.keepField({ fieldId: "field-0003", header: header(next + 1), pixels: pixelsFor(24, 16, "RGB8"), actor: OPERATOR });
    await again.finish({ outcome: "completed", ledger: ledgerFor(1), fields: 3, counts: { "red-cell": 2, "white-cell": 4 } }, OPERATOR);
    expect(await verifySession(writer.folder)).toMatchObject({ ok: true, sealed: true, files: 3 });
  });
});

it("lists the newest session first, also over the hour that comes twice", async () => {
  for (const [name, wallTime] of [["a", "2026-10-25T02:40:00.000+02:00"], ["b", "2026-10-25T02:10:00.000+01:00"], ["c", "2026-10-25T01:20:00.000Z"]]) {
    const writer = await newSession({ libraryFolder: library, name: `${name}.ocular`, clock: { ...createManualClock(), wallTime: () => wallTime ?? "" } });
    await writer.close();
  }
  expect((await listSessions(library)).map(({ name }) => name)).toEqual(["c.ocular", "b.ocular", "a.ocular"]);
});
