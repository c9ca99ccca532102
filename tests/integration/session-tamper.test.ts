import { appendFile, cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { sealedSession } from "../../src/engine/session/testing/session-builder.ts";
import type { VerifyReport } from "../../src/shared/ipc/contract.ts";

let library = "";
/** Never touched. */
let sealed = "";
/** A copy for {@link verdictOf}. */
let scratch = "";
let lines: readonly string[] = [];
beforeAll(async () => {
  library = await mkdtemp(join(tmpdir(), "ocular-tamper-"));
  sealed = await sealedSession({ libraryFolder: library, name: "sound.ocular" });
  scratch = join(library, "scratch");
  await cp(sealed, scratch, { recursive: true });
  lines = (await readFile(join(sealed, "log.jsonl"), "utf8")).split("\n").slice(0, -1);
});
afterAll(async () => {
  await rm(library, { recursive: true, force: true });
});

/** What verify says of a copy that was tampered with. */
async function verdict(tamper: (folder: string) => Promise<void>): Promise<VerifyReport> {
  const folder = await mkdtemp(join(library, "copy-"));
  try {
    await cp(sealed, folder, { recursive: true });
    await tamper(folder);
    return await verifySession(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
/** The same for one file with other bytes; fast, for thousands of them. */
async function verdictOf(name: string, bytes: Uint8Array | string): Promise<VerifyReport> {
  const original = await readFile(join(sealed, name));
  await writeFile(join(scratch, name), bytes);
  try {
    return await verifySession(scratch);
  } finally {
    await writeFile(join(scratch, name), original);
  }
}
const textOf = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");
const withLines = (change: (lines: string[]) => string[]) => (folder: string): Promise<void> =>
  writeFile(join(folder, "log.jsonl"), textOf(change([...lines])));
const flipAt = (bytes: Buffer, at: number, mask: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
};
const allLines = Array.from({ length: 19 }, (_, index) => index + 1);

describe("verify", () => {
  it("accepts the session as it was sealed", async () => {
    expect(lines).toHaveLength(allLines.length);
    expect(await verdict(() => Promise.resolve())).toEqual({ ok: true, records: 19, files: 2, sealed: true });
  });

  it.each(allLines)("names line %i when any value in it is changed", async (line) => {
    const text = lines[line - 1] ?? "";
    const values = [...text.matchAll(/(?<=":"?)[A-Za-z0-9]/gu)].map(({ index }) => index);
    expect(values.length).toBeGreaterThan(8);
    for (const at of values) {
      const other = text[at] === "7" ? "8" : "7";
      const report = await verdictOf("log.jsonl", textOf(lines.with(line - 1, text.slice(0, at) + other + text.slice(at + 1))));
      expect(report.firstProblem, `character ${at}: ${text.slice(at - 12, at + 12)}`).toMatchObject({ line });
    }
  });

  it.each(allLines.slice(0, -1))("names line %i when it is deleted", async (line) => {
    const report = await verdict(withLines((all) => all.toSpliced(line - 1, 1)));
    expect(report.firstProblem).toMatchObject({ line });
  });

  it.each(allLines.slice(0, -1))("names line %i when it changes places with the next", async (line) => {
    const report = await verdict(withLines((all) => all.toSpliced(line - 1, 2, all[line] ?? "", all[line - 1] ?? "")));
    expect(report.firstProblem).toMatchObject({ line });
  });

  it("names a line that was repeated, inserted or emptied", async () => {
    for (const [change, line] of [
      [(all: string[]) => all.toSpliced(5, 0, all[4] ?? ""), 6],
      [(all: string[]) => all.toSpliced(5, 0, ""), 6],
      [(all: string[]) => all.with(5, ""), 6],
      [(all: string[]) => all.with(5, "not json"), 6],
    ] as const) expect((await verdict(withLines(change))).firstProblem).toMatchObject({ line });
  });

  it("names what was appended behind the seal, copied from the log or invented", async () => {
    for (const extra of [lines.at(-1) ?? "", lines[7] ?? "", "{}", "x"]) {
      expect((await verdict((folder) => appendFile(join(folder, "log.jsonl"), `${extra}\n`))).firstProblem).toMatchObject({ line: 20 });
    }
  });

  it("notices a log that was cut, anywhere", async () => {
    const { length } = await readFile(join(sealed, "log.jsonl"));
    for (const bytes of [0, 1, 500, length - 400, length - 2, length - 1]) {
      const report = await verdict((folder) => truncate(join(folder, "log.jsonl"), bytes));
      expect(report.ok).toBe(false);
      const wholeLines = Buffer.from(textOf(lines)).subarray(0, bytes).toString().split("\n").length - 1;
      expect(report.firstProblem?.line).toBe(wholeLines + 1);
    }
    const withoutLast = await verdict(withLines((all) => all.slice(0, -1)));
    expect(withoutLast.firstProblem).toMatchObject({ line: 19 });
  });

  it("names a file that is missing, added or under another name, with the record that knows it", async () => {
    const picture = "fields/field-0002.ome.tif";
    const line = lines.findIndex((text) => text.includes(picture)) + 1;
    expect((await verdict((folder) => rm(join(folder, picture)))).firstProblem).toEqual({ line, file: picture, message: "is missing" });
    expect((await verdict((folder) => rename(join(folder, picture), join(folder, "fields/other.ome.tif")))).firstProblem).toMatchObject({ line, file: picture });
    for (const stranger of ["fields/field-0003.ome.tif", "notes.txt", "fields/.hidden"]) {
      expect((await verdict((folder) => writeFile(join(folder, stranger), "x"))).firstProblem).toMatchObject({ file: stranger });
    }
    expect((await verdict((folder) => rm(join(folder, "seal.json")))).firstProblem).toMatchObject({ file: "seal.json" });
  });

  it("names the picture in which one pixel was changed, or that was cut or grew", async () => {
    const picture = "fields/field-0001.ome.tif";
    const line = lines.findIndex((text) => text.includes(picture)) + 1;
    const bytes = await readFile(join(sealed, picture));
    for (const changed of [flipAt(bytes, bytes.length - 5, 1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      expect((await verdict((folder) => writeFile(join(folder, picture), changed))).firstProblem).toMatchObject({ line, file: picture });
    }
  });

  it("finds any single flipped bit, anywhere", async () => {
    const files = await Promise.all(["log.jsonl", "seal.json", ...(await readdir(join(sealed, "fields"))).map((name) => `fields/${name}`)].map(async (name) => ({ name, bytes: await readFile(join(sealed, name)) })));
    const places = fc.constantFrom(...files).chain((file) => fc.record({ file: fc.constant(file), at: fc.nat({ max: file.bytes.length - 1 }), bit: fc.nat({ max: 7 }) }));
    await fc.assert(fc.asyncProperty(places, async ({ file: { name, bytes }, at, bit }) => {
      const { ok, firstProblem } = await verdictOf(name, flipAt(bytes, at, 1 << bit));
      expect(ok).toBe(false);
      if (name.startsWith("fields/")) expect(firstProblem?.file).toBe(name);
      // A flipped newline joins two lines or cuts one; else it is the line the bit is in.
      else if (name === "log.jsonl" && bytes[at] !== 10) expect(firstProblem?.line).toBe(bytes.subarray(0, at).toString("latin1").split("\n").length);
    }), { numRuns: 150 });
  });
});
