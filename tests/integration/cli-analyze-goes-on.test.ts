import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { appendFile, cp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { analyzeBench, MODELS, png, readCoco, RESULTS, spots, start } from "../support/analyze-bench.ts";

describe("ocular analyze, interrupted", { timeout: 90_000 }, () => {
  const bench = analyzeBench();

  const batch = (): string[] => ["analyze", join(bench.folder, "in"), "--model", "blobs", "--models", MODELS, "--out", bench.out, "--workers", "2"];
  const copies = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_, i) => cp(join(bench.folder, "in", "b.png"), join(bench.folder, "in", `n${i}.png`))));
  };
  /**
   * One picture more, the last in order, that never comes: a pipe nobody writes to. However fast the others are done, or late it is
   * seen that they are, the batch stands unfinished until it is killed, or until `comes` writes it after all. Without pipes (Windows)
   * it is a matter of time.
   */
  const withPictureThatNeverComes = async (work: (comes: () => Promise<void>) => Promise<void>): Promise<void> => {
    const pipe = join(bench.folder, "in", "z.png");
    const hasPipes = process.platform !== "win32";
    if (hasPipes) await promisify(execFile)("mkfifo", [pipe]);
    await work(async () => {
      if (!hasPipes) return;
      // Waits for nobody who reads: the batch may have ended before it came to this picture.
      const file = await open(pipe, constants.O_RDWR | constants.O_NONBLOCK);
      await file.write(png(spots([])));
      await file.close();
    });
    await rm(pipe, { force: true });
  };
  const killedAt = async (files: number): Promise<void> => {
    const { child, ended } = start(batch());
    await journalHas(files);
    child.kill("SIGKILL");
    expect((await ended).code).toBe(null);
  };
  /** Resolves when that many files are done, beside the head. */
  const journalHas = async (files: number): Promise<void> => {
    const lines = async (): Promise<number> => {
      const journal = join(bench.out, "journal.jsonl");
      return existsSync(journal) ? (await readFile(journal, "utf8")).split("\n").length - 2 : 0;
    };
    await expect.poll(lines, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(files);
  };

  it("ends in good order at Ctrl+C, and the same command goes on from there", async () => {
    await copies(30);
    let done = 0;
    await withPictureThatNeverComes(async (comes) => {
      const { child, ended } = start(batch());
      await journalHas(3);
      child.kill("SIGINT");
      await comes();
      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain("the same command goes on from there");
      expect((await readdir(bench.out)).sort()).toEqual([...RESULTS, "journal.jsonl"].sort());
      const { images } = await readCoco(bench.out);
      expect(images.map(({ file_name }) => file_name)).not.toContain("z.png");
      done = images.length;
    });
    expect(done).toBeGreaterThanOrEqual(3);
    expect(JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"))).toMatchObject({ completed: false, pictures: { analysed: done } });
    const again = await start(batch()).ended;
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain(`${done} of 32 files are done`);
    expect((await readdir(bench.out)).sort()).toEqual(RESULTS);
    const { images, annotations } = await readCoco(bench.out);
    expect(new Set(images.map(({ file_name }) => file_name)).size).toBe(32);
    expect(annotations).toHaveLength(2);
  });

  it("killed at any moment it goes on: the same bytes as without, a half-written line left out", async () => {
    await copies(60);
    const whole = join(bench.folder, "whole");
    expect(await start([...batch(), "--out", whole]).ended).toMatchObject({ code: 0 });
    await withPictureThatNeverComes(async () => {
      for (const lines of [1, 9, 33]) {
        await killedAt(lines);
        await appendFile(join(bench.out, "journal.jsonl"), '{"path":"/half a');
      }
    });
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    for (const name of RESULTS.filter((each) => each !== "run.json")) expect(await readFile(join(bench.out, name))).toEqual(await readFile(join(whole, name)));
    const timeless = async (run: string): Promise<string> => (await readFile(run, "utf8")).replaceAll(/"(started|finished)": "[^"]*"/g, "");
    expect(await timeless(join(bench.out, "run.json"))).toBe(await timeless(join(whole, "run.json")));
  });

  it("refuses to mix an unfinished analysis with one of other settings, until told to begin anew", async () => {
    await copies(40);
    await withPictureThatNeverComes(() => killedAt(2));
    const other = [...batch(), "--threshold", "red-spot=0.5"];
    const refused = await start(other).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr.trim()).toBe(`${bench.out} holds an unfinished analysis that differs (other thresholds): go on with that one, choose another folder, or begin anew with --restart.`);
    expect(await start([...other, "--restart"]).ended).toMatchObject({ code: 0 });
  });

  it("does again what changed since, and a file named twice once", async () => {
    await copies(40);
    await withPictureThatNeverComes(() => killedAt(20));
    await writeFile(join(bench.folder, "in", "a, first.png"), png(spots([{ x: 8, y: 8, channel: 0 }, { x: 60, y: 8, channel: 0 }, { x: 60, y: 60, channel: 0 }])));
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    expect((await readCoco(bench.out)).annotations).toHaveLength(3);
    // A scale written beside the pictures after they were looked at is one more change.
    await withPictureThatNeverComes(() => killedAt(20));
    await writeFile(join(bench.folder, "in", "ocular.json"), JSON.stringify({ format: "ocular-pictures", version: 1, pixel_size_um: 0.5 }));
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    expect(new Set((await readCoco(bench.out)).images.map((image) => image["pixel_size_um"]))).toEqual(new Set([0.5]));
    await rm(join(bench.folder, "in", "ocular.json"));
    expect(await bench.analyze([join(bench.folder, "in", "b.png"), join(bench.folder, "in", "b.png")])).toMatchObject({ code: 0 });
    expect((await readCoco(bench.out)).images).toHaveLength(1);
  });
});
