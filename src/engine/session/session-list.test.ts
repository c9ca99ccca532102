import { mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fillSession, newSession, sealedSession } from "./testing/session-builder.ts";
import { listSessions, type SummaryMemory } from "./session-list.ts";

let library: string;
let memory: SummaryMemory;
beforeEach(async () => {
  library = await mkdtemp(join(tmpdir(), "ocular-list-"));
  memory = new Map();
});
afterEach(() => rm(library, { recursive: true, force: true }));

it("reads a session that nobody touched once", async () => {
  await sealedSession({ libraryFolder: library, name: "one.ocular" });
  await sealedSession({ libraryFolder: library, name: "two.ocular" });
  const first = await listSessions(library, memory);
  const second = await listSessions(library, memory);
  expect(second).toEqual(first);
  for (const [at, summary] of second.entries()) expect(summary).toBe(first[at]);
});

it("reads a session again that grew, and forgets one that has gone", async () => {
  const writer = await newSession({ libraryFolder: library, name: "grows.ocular" });
  await sealedSession({ libraryFolder: library, name: "goes.ocular" });
  expect((await listSessions(library, memory)).map(({ name, fields }) => [name, fields])).toContainEqual(["grows.ocular", 0]);
  await fillSession(writer);
  await writer.close();
  await rm(join(library, "goes.ocular"), { recursive: true });
  expect((await listSessions(library, memory)).map(({ name, fields }) => [name, fields])).toEqual([["grows.ocular", 2]]);
  expect([...memory.keys()]).toEqual(["grows.ocular"]);
});

it("notices a log that was changed in its place and dated back", async () => {
  const folder = await sealedSession({ libraryFolder: library });
  expect((await listSessions(library, memory))[0]?.state).toBe("sealed");
  const log = join(folder, "log.jsonl");
  const { atime, mtime } = await stat(log);
  const text = await readFile(log, "utf8");
  await writeFile(log, text.replace(/"fields":2(?=[^\n]*\n$)/u, '"fields":9'));
  await utimes(log, atime, mtime);
  expect((await listSessions(library, memory))[0]?.state).toBe("damaged");
});
