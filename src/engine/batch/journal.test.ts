import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import { Journal, JOURNAL_FILE } from "./journal.ts";
import type { FileRecord, JournalHead } from "./journal-records.ts";

const HEAD: JournalHead = {
  format: "ocular-batch", version: 1, software: "1", score_thresholds: {}, pixel_size_um: null, scale: "as-is", features: true, border: "every", inputs: ["/in"],
  analyzer: { id: "m", version: "1", sha256: "s", runtime: "r", settingsHash: "h" },
};
const record = (name: string): FileRecord => ({ path: `/in/${name}`, bytes: 5, mtime_ms: 7.5, failures: [], pages: [{ page: 0, width: 2, height: 3, pixel_size_from: "model", objects: [{ class: "c", score: 0.5, box: [0, 0, 1, 1], contour: [0, 0, 1, 0, 1, 1] }] }] });
const SAME = { bytes: 5, mtimeMs: 7.5 };

describe("Journal", () => {
  let folder = "";
  const clock = createManualClock();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-journal-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives back what was appended, also after it was cut off anywhere in its last line", async () => {
    const first = await Journal.open(folder, HEAD, clock);
    await Promise.all(["a", "\u00fc-b"].map((name) => first.append(record(name))));
    await first.close();
    const whole = await readFile(join(folder, JOURNAL_FILE));
    const firstLines = whole.subarray(0, whole.lastIndexOf("\n", whole.length - 2) + 1);
    for (const end of [firstLines.length, firstLines.length + 1, firstLines.length + 40, whole.length - 1, whole.length]) {
      await writeFile(join(folder, JOURNAL_FILE), whole.subarray(0, end));
      const again = await Journal.open(folder, HEAD, clock);
      expect(again.has("/in/a", SAME)).toBe(true);
      expect(again.has("/in/\u00fc-b", SAME)).toBe(end === whole.length);
      if (end < whole.length) await again.append(record("\u00fc-b"));
      expect(await again.read("/in/\u00fc-b")).toEqual(record("\u00fc-b"));
      await again.close();
      expect(await readFile(join(folder, JOURNAL_FILE))).toEqual(whole);
    }
  });

  it("takes a file of another size or time for another file, and the last line of a path for the one that counts", async () => {
    const journal = await Journal.open(folder, HEAD, clock);
    await journal.append(record("a"));
    expect(journal.has("/in/a", { ...SAME, bytes: 6 })).toBe(false);
    expect(journal.has("/in/a", { ...SAME, mtimeMs: 8 })).toBe(false);
    expect(journal.has("/in/a", { ...SAME, beside: "3 9" })).toBe(false);
    await journal.append({ ...record("a"), bytes: 6 });
    expect(await journal.read("/in/a")).toMatchObject({ bytes: 6 });
    await journal.close();
  });

  it("cuts off what is no whole line before it goes on: a longer rest would stand behind the next line", async () => {
    const journal = await Journal.open(folder, HEAD, clock);
    await journal.append(record("a"));
    await journal.close();
    const whole = await readFile(join(folder, JOURNAL_FILE));
    await appendFile(join(folder, JOURNAL_FILE), `{"path":"/in/${"b".repeat(5000)}`);
    await (await Journal.open(folder, HEAD, clock)).close();
    expect(await readFile(join(folder, JOURNAL_FILE))).toEqual(whole);
  });

  it("does again what follows a line that is damaged", async () => {
    const journal = await Journal.open(folder, HEAD, clock);
    await journal.append(record("a"));
    await journal.close();
    await appendFile(join(folder, JOURNAL_FILE), `\0\0\0\n${JSON.stringify(record("b"))}\n`);
    const again = await Journal.open(folder, HEAD, clock);
    expect([again.has("/in/a", SAME), again.has("/in/b", SAME)]).toEqual([true, false]);
    await again.close();
  });

  it.each<[string, JournalHead]>([
    ["2 in place", { ...HEAD, analyzer: { ...HEAD.analyzer, version: "2" } }],
    ["other thresholds", { ...HEAD, score_thresholds: { c: 0.5 } }],
    ["features were measured", { ...HEAD, features: false }],
    ["1 um per pixel was told", { ...HEAD, pixel_size_um: 1 }],
    ["right and lower border did not count", { ...HEAD, border: "two-edges" }],
    ["scales were estimated", { ...HEAD, scale: "estimated" }],
    ["other inputs", { ...HEAD, inputs: [] }],
    ["version 0 of Ocular", { ...HEAD, software: "0" }],
  ])("refuses another batch: %s", async (words, head) => {
    await (await Journal.open(folder, head, clock)).close();
    await expect(Journal.open(folder, HEAD, clock)).rejects.toThrow(words);
  });

  it("leaves a file alone that is none of its own", async () => {
    await writeFile(join(folder, JOURNAL_FILE), "{}\n");
    await expect(Journal.open(folder, HEAD, clock)).rejects.toThrow("no journal of a batch");
    expect(await readFile(join(folder, JOURNAL_FILE), "utf8")).toBe("{}\n");
  });
});
