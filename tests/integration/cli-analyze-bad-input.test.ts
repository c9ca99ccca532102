import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { describe, expect, it, vi } from "vitest";
import { csvLine } from "../../src/engine/batch/csv.ts";
import { analyzeBench, MODELS, ocular, png, readCoco, spots } from "../support/analyze-bench.ts";

/** The smallest uncompressed TIFF head that says so; its pixels are missing. */
function tiffHeader({ width, height, samples }: { width: number; height: number; samples: number }): Uint8Array {
  const entries = [[256, width], [257, height], [258, 8], [259, 1], [262, 1], [273, 8], [277, samples], [278, height], [279, 1]];
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  for (const [index, [tag = 0, value = 0]] of entries.entries()) {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  return bytes;
}

describe("ocular analyze, of what cannot be analysed", { timeout: 90_000 }, () => {
  const bench = analyzeBench();

  it("names each input that fails, does the rest, and says so in its exit code", async () => {
    await writeFile(join(bench.folder, "in", "c-empty.png"), "");
    await writeFile(join(bench.folder, "in", "d-cut.png"), png(spots([])).subarray(0, 60));
    await writeFile(join(bench.folder, "in", "e-text.tif"), "no picture");
    const ended = await bench.analyze([join(bench.folder, "in"), join(bench.folder, "nowhere.png")]);
    expect(ended.code).toBe(1);
    for (const name of ["c-empty.png", "d-cut.png", "e-text.tif", "nowhere.png"]) expect(ended.stderr).toContain(name);
    expect((await readCoco(bench.out)).images).toHaveLength(2);
    expect(JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"))).toMatchObject({ pictures: { analysed: 2, failed: 4 } });
  });

  it("names pictures of forty channels and of 30000 x 30000 px in one sentence each, and takes one of a single pixel", async () => {
    await writeFile(join(bench.folder, "in", "c40.tif"), tiffHeader({ width: 16, height: 16, samples: 40 }));
    await writeFile(join(bench.folder, "in", "huge.tif"), tiffHeader({ width: 30_000, height: 30_000, samples: 1 }));
    await writeFile(join(bench.folder, "in", "one.png"), encode({ width: 1, height: 1, data: new Uint8Array(3), channels: 3, depth: 8 }));
    const ended = await bench.analyze([join(bench.folder, "in")]);
    expect(ended.code).toBe(1);
    const lines = ended.stderr.trim().split("\n");
    expect(lines.filter((line) => line.includes("c40.tif"))).toEqual([expect.stringContaining("it has 40 channels")]);
    expect(lines.filter((line) => line.includes("huge.tif"))).toEqual([expect.stringContaining("is 30000 x 30000 px")]);
    expect((await readCoco(bench.out)).images).toHaveLength(3);
  });

  it("names bad pictures in one sentence each with rules too, and does the others", async () => {
    await writeFile(join(bench.folder, "in", "c40.tif"), tiffHeader({ width: 16, height: 16, samples: 40 }));
    await writeFile(join(bench.folder, "in", "huge.tif"), tiffHeader({ width: 30_000, height: 30_000, samples: 1 }));
    await writeFile(join(bench.folder, "in", "one.png"), encode({ width: 1, height: 1, data: new Uint8Array(3), channels: 3, depth: 8 }));
    const ended = await ocular("analyze", join(bench.folder, "in"), "--rules", "nuclei", "--out", bench.out);
    expect(ended.code).toBe(1);
    const lines = ended.stderr.trim().split("\n");
    expect(lines.filter((line) => line.includes("c40.tif"))).toEqual([expect.stringContaining("it has 40 channels")]);
    expect(lines.filter((line) => line.includes("huge.tif"))).toEqual([expect.stringContaining("is 30000 x 30000 px")]);
    expect((await readCoco(bench.out)).images).toHaveLength(3);
  });

  it.each([
    ["of no test tensors", "wrong-axes", /^Model wrong-axes cannot be used \(.*\): mend its package or choose another model\.$/m],
    ["of NaN", "not-a-number", /^Model not-a-number does not reproduce its test tensor heatmap on this machine \(largest difference Infinity/m],
  ])("says what is wrong with a model %s, and exits with 1", async (_, model, words) => {
    const ended = await ocular("analyze", join(bench.folder, "in"), "--model", model, "--models", MODELS, "--out", bench.out, "--threads", "1");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/onnxruntime_src|^ {4}at /m);
  });

  it("names an opset that the runtime does not know", async () => {
    const ended = await ocular("models", "describe", join(MODELS, "wrong-opset", "model.onnx"));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/opset/i);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });

  it.each([
    ["no model", ["analyze", "x.png", "--out", "o"]],
    ["an unknown model", ["analyze", "x.png", "--out", "o", "--model", "blub", "--models", MODELS]],
    ["a model and a recipe", ["analyze", "x.png", "--out", "o", "--model", "blobs", "--models", MODELS, "--rules", "nuclei"]],
    ["an unknown recipe", ["analyze", "x.png", "--out", "o", "--rules", "blub"]],
    ["an unknown option", ["analyze", "x.png", "--out", "o", "--model", "blobs", "--fast"]],
    ["a threshold that is none", ["analyze", "x.png", "--out", "o", "--model", "blobs", "--threshold", "red-spot"]],
    ["a pixel size of nothing", ["analyze", "x.png", "--out", "o", "--model", "blobs", "--pixel-size", "0"]],
    ["an unknown command", ["analyse"]],
  ])("says what is wrong and exits with 2 for %s", async (_, args) => {
    const ended = await ocular(...args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toBe("");
  });

  it("refuses a folder that cannot be written", async () => {
    await writeFile(join(bench.folder, "out"), "a file in the way");
    const ended = await bench.analyze([join(bench.folder, "in")]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain("cannot be written");
  });

  it("says in one sentence that the folder for the results takes no lock", async () => {
    await mkdir(join(bench.out, "lock.json"), { recursive: true });
    const ended = await bench.analyze([join(bench.folder, "in")]);
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim()).toBe(`${bench.out} cannot be written (a folder is in the way of the file): choose another folder or change its permissions.`);
  });

  it("works where it cannot be remembered that the model was checked", async () => {
    await writeFile(join(bench.folder, "cache"), "a file in the way");
    vi.stubEnv("OCULAR_CACHE", join(bench.folder, "cache"));
    expect(await bench.analyze([join(bench.folder, "in")])).toMatchObject({ code: 0 });
    const refused = await ocular("analyze", join(bench.folder, "in"), "--model", "not-a-number", "--models", MODELS, "--out", bench.out, "--threads", "1");
    vi.unstubAllEnvs();
    expect(refused.stderr.trim()).toMatch(/^Model not-a-number does not reproduce its test tensor heatmap on this machine \(.*\): do not use it here\.$/);
  });

  it("lets a spreadsheet take no file's name for a formula, and keeps every name whole", async () => {
    const names = ["=1+1.png", "+2.png", "-3.png", "@SUM(1).png", 'say "a", b.png', "two\nlines.png", "cafe\u0301.png", "\u202eright to left.png", `${"long".repeat(60)}.png`];
    await mkdir(join(bench.folder, "odd"));
    for (const name of names) await writeFile(join(bench.folder, "odd", name), png(spots([{ x: 32, y: 32, channel: 0 }])));
    expect(await bench.analyze([join(bench.folder, "odd")])).toMatchObject({ code: 0 });
    const csv = await readFile(join(bench.out, "objects.csv"), "utf8");
    for (const name of names) expect(csv).toContain(`${csvLine([/^[=+@-]/u.test(name) ? `./${name}` : name]).trimEnd()},0,1,red-spot,`);
    expect(csv).not.toMatch(/(^|,)"?[=+@]/mu);
    expect((await readCoco(bench.out)).images.map(({ file_name: name }) => name).toSorted()).toEqual(names.toSorted());
  });
});
