import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Line, linesOf } from "./journal-lines.ts";

describe("linesOf", () => {
  let folder = "";
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), "ocular-lines-")); });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  // Read in pieces of a MiB: one line in two pieces, many in one, and a last piece that is shorter than what was in its memory before.
  it.each([[[700_000, 700_000, 300_000]], [[10, 1_048_565, 3, 20]], [Array.from({ length: 3000 }, (_, i) => 300 + (i % 200))], [[0, 0, 5]], [[]]])("gives whole lines with their places, whatever the pieces they are read in", async (lengths) => {
    const lines = lengths.map((length, i) => String.fromCharCode(97 + (i % 26)).repeat(length));
    const path = join(folder, "lines");
    await writeFile(path, `${lines.map((line) => `${line}\n`).join("")}half a line`);
    const file = await open(path);
    const found: Line[] = [];
    for await (const line of linesOf(file)) found.push(line);
    await file.close();
    let offset = 0;
    expect(found).toHaveLength(lines.length);
    for (const [i, line] of found.entries()) {
      expect(line.text === lines[i]).toBe(true);
      expect([line.offset, line.length]).toEqual([offset, (lines[i]?.length ?? 0) + 1]);
      offset += line.length;
    }
  });
});
