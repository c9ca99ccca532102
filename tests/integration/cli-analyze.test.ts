import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { encode } from "fast-png";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { entryPath } from "../../src/engine/runtime/entries.ts";
import { analyzeBench, ocular, png, readCoco, RESULTS, SIZE, spots, startOf } from "../support/analyze-bench.ts";

const ROOT = resolve(import.meta.dirname, "../..");

describe("ocular analyze", { timeout: 90_000 }, () => {
  const bench = analyzeBench();

  it("writes all files, which agree", async () => {
    const ended = await bench.analyze([join(bench.folder, "in")], "--pixel-size", "0.25");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const coco = await readCoco(bench.out);
    expect(coco.images.map((image) => [image.id, image.file_name, image.width])).toEqual([[1, "a, first.png", 120], [2, "b.png", 120]]);
    const names = coco.annotations.map(({ image_id, category_id }) => [image_id, coco.categories.find(({ id }) => id === category_id)?.name]);
    expect(names.sort()).toEqual([[1, "green-spot"], [1, "red-spot"]]);
    const objects = (await readFile(join(bench.out, "objects.csv"), "utf8")).trim().split("\r\n");
    expect(objects).toHaveLength(3);
    expect(objects[1]).toMatch(/^"a, first\.png",0,1,(red|green)-spot,0\.92\d*,/);
    const counts = (await readFile(join(bench.out, "counts.csv"), "utf8")).trim().split("\r\n");
    expect(counts).toHaveLength(1 + 2 * 3);
    expect(counts[1]).toBe(`"a, first.png",0,red-spot,1,0.0253,5.5716,0.5,0.0945,0.9055,720,option,,,"${join(bench.folder, "in", "a, first.png")}"`);
    expect(counts[4]).toBe(`b.png,0,red-spot,0,0,3.6889,,,,720,option,,,${join(bench.folder, "in", "b.png")}`);
    expect(JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"))).toMatchObject({ completed: true, model: { id: "blobs" }, pictures: { analysed: 2, failed: 0 }, settings: { pixel_size_um: 0.25 } });
    expect((await readdir(bench.out)).sort()).toEqual(RESULTS);
    // Parquet holds the same cells as CSV, with types: numbers are numbers, what is missing is null.
    for (const table of ["objects", "counts"]) {
      const lines = (await readFile(join(bench.out, `${table}.csv`), "utf8")).trim().split("\r\n").map((line) => line.replaceAll(/"([^"]*)a, first\.png"/g, "$1a; first.png"));
      const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, `${table}.parquet`)) });
      expect(Object.keys(rows[0] ?? {}).join(",")).toBe(lines[0]);
      expect(rows.map((row) => Object.values(row).map((cell) => (cell === null ? "" : String(cell).replace(",", ";"))).join(","))).toEqual(lines.slice(1));
    }
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, "objects.parquet")) })).toMatchObject([{ width_um: expect.any(Number), mean_intensity: expect.any(Number), area_um2: null }, {}]);
  });

  it("tells pictures of one name in two folders apart in every table", async () => {
    const other = join(bench.folder, "other", "b.png");
    await mkdir(dirname(other));
    await writeFile(other, png(spots([{ x: 40, y: 40, channel: 0 }])));
    expect((await bench.analyze([join(bench.folder, "in", "b.png"), join(bench.folder, "other")])).code).toBe(0);
    const rowsOf = async (table: string) => parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, `${table}.parquet`)) });
    expect((await rowsOf("counts")).filter((row) => row["class"] === "red-spot")).toMatchObject([{ picture: "b.png", path: join(bench.folder, "in", "b.png"), n: 0 }, { picture: "b.png", path: other, n: 1 }]);
    expect(await rowsOf("objects")).toMatchObject([{ picture: "b.png", path: other }]);
  });

  it("says that 16-bit pictures may be of fewer bits, and finds what is in them once that is written beside them", async () => {
    const twelveBits = Uint16Array.from(spots([{ x: 32, y: 32, channel: 0 }]), (value) => (value * 4095) / 255);
    await mkdir(join(bench.folder, "deep"));
    for (const name of ["a.png", "b.png"]) await writeFile(join(bench.folder, "deep", name), encode({ ...SIZE, data: twelveBits, channels: 3, depth: 16 }));
    const untold = await bench.analyze([join(bench.folder, "deep")], "--pixel-size", "0.25");
    expect(untold.stderr.match(/no value above a quarter of full white/g)).toHaveLength(1);
    expect((await readCoco(bench.out)).annotations).toEqual([]);
    await writeFile(join(bench.folder, "deep", "ocular.json"), JSON.stringify({ format: "ocular-pictures", version: 1, significant_bits: 12 }));
    expect(await bench.analyze([join(bench.folder, "deep")], "--pixel-size", "0.25")).toMatchObject({ code: 0, stderr: "" });
    expect((await readCoco(bench.out)).annotations.map(({ image_id }) => image_id)).toEqual([1, 2]);
    // Intensities are those of the same picture in eight bits.
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(bench.out, "objects.parquet")) })).toMatchObject([{ max_intensity: expect.closeTo(0.299 * 250, 1) }, {}]);
  });

  it("says that folders in a folder are not looked into, but for results of its own", async () => {
    const pictures = join(bench.folder, "in");
    await mkdir(join(pictures, "A1"));
    await cp(join(pictures, "b.png"), join(pictures, "A1", "c.png"));
    for (let time = 0; time < 2; time++) {
      const ended = await bench.analyze([pictures], "--out", join(pictures, "results"));
      expect(ended.code).toBe(0);
      expect(ended.stderr.split("\n").filter((line) => line.includes("looked into"))).toEqual([`${pictures} holds the folder A1, which was not looked into: name it too where that is meant.`]);
    }
    expect((await bench.analyze([join(pictures, "b.png")])).stderr).not.toContain("looked into");
  });

  it("refuses a picture whose pixels are not square, and takes it with a size that is told", async () => {
    const squares = await readFile(resolve(ROOT, "src/engine/images/fixtures/ome.ome.tif"), "latin1");
    const path = join(bench.folder, "in", "c.tif");
    await writeFile(path, squares.replace('PhysicalSizeY="250.0"', 'PhysicalSizeY="500.0"'), "latin1");
    const ended = await bench.analyze([join(bench.folder, "in")]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${path} has pixels of 0.25 x 0.5 um, and only square ones can be measured`);
    expect((await readCoco(bench.out)).images.map(({ file_name: name }) => name)).toEqual(["a, first.png", "b.png"]);
    const told = await bench.analyze([path], "--pixel-size", "0.25");
    expect(told.code).toBe(0);
    expect((await readCoco(bench.out)).images.map((image) => image["pixel_size_um"])).toEqual([0.25, 0.25]);
  });

  it("says that planes of one place are counted each by itself", async () => {
    const two = await readFile(resolve(import.meta.dirname, "../../src/engine/images/fixtures/ome.ome.tif"));
    await writeFile(join(bench.folder, "fields.ome.tif"), two);
    expect((await bench.analyze([join(bench.folder, "fields.ome.tif")])).stderr).not.toContain("several planes of one place");
    // The same file, were its two times of one place.
    const text = two.toString("latin1");
    const places = text.match(/PositionX="[^"]*"/g) ?? [];
    await writeFile(join(bench.folder, "stack.ome.tif"), Buffer.from(text.replaceAll(/PositionX="[^"]*"/g, (place) => (places[0] ?? "").padEnd(place.length)).replaceAll(/PositionY="[^"]*"/g, (place) => " ".repeat(place.length)), "latin1"));
    expect((await bench.analyze([join(bench.folder, "stack.ome.tif")])).stderr.match(/several planes of one place/g)).toHaveLength(1);
  });

  it("obeys thresholds", async () => {
    expect((await bench.analyze([join(bench.folder, "in")], "--threshold", "red-spot=0.99", "--threshold", "blue-spot=0.1")).code).toBe(0);
    expect((await readCoco(bench.out)).annotations).toHaveLength(1);
  });

  it("says what computes in place of what was asked for, and refuses what the runtime does not offer", async () => {
    const unknown = await bench.analyze([join(bench.folder, "in")], "--provider", "abacus");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('What computes "abacus" is not supported: choose one of cpu');
    // With a graphics card it computes there, without one the processor does and that is said.
    const ended = await bench.analyze([join(bench.folder, "in")], "--provider", "webgpu", "--pixel-size", "0.25");
    expect(ended.code).toBe(0);
    const run = await readFile(join(bench.out, "run.json"), "utf8");
    expect(ended.stderr.includes("webgpu cannot run this model here")).toBe(!/"runtime": ".*webgpu/u.test(run));
  });

  it("counts by the two-edge rule where that is wanted", async () => {
    const edges = [{ x: 0, y: 40 }, { x: 100, y: 40 }, { x: 50, y: 0 }, { x: 50, y: 80 }, { x: 50, y: 40 }];
    await writeFile(join(bench.folder, "edges.png"), png(spots(edges.map((at) => ({ ...at, channel: 0 })))));
    const counted = async (...more: string[]): Promise<unknown> => {
      expect(await bench.analyze([join(bench.folder, "edges.png")], ...more)).toMatchObject({ code: 0 });
      return JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"));
    };
    expect(await counted()).toMatchObject({ settings: { border: "every" }, counts: [{ n: 5, found: 5 }, {}, {}], sessions: [] });
    expect(await counted("--border", "two-edges")).toMatchObject({ settings: { border: "two-edges" }, counts: [{ n: 3, found: 5 }, {}, {}] });
    expect((await bench.analyze([join(bench.folder, "edges.png")], "--border", "left")).code).toBe(2);
  });

  it("says that it is slower where the native kernels are not built, and finds the same to the byte", async () => {
    // An Ocular of its own, with everything but the compiled addon.
    const other = join(bench.folder, "without-addon");
    await cp(dirname(entryPath("cli")), join(other, "out", "node"), { recursive: true });
    for (const name of ["package.json", "node_modules", "recipes"]) await symlink(join(ROOT, name), join(other, name));
    const inputs = join(bench.folder, "pictures");
    await mkdir(inputs);
    await writeFile(join(inputs, "a.png"), png(spots([{ x: 20, y: 20, channel: 0 }, { x: 70, y: 50, channel: 1 }])));
    const args = ["analyze", inputs, "--rules", "nuclei", "--pixel-size", "0.5", "--out"];
    const native = await ocular(...args, join(bench.folder, "native"));
    const plain = await startOf(join(other, "out", "node", "cli.mjs"), [...args, join(bench.folder, "plain")]).ended;
    expect([native.code, plain.code]).toEqual([0, 0]);
    expect(plain.stderr).toContain("Pictures are computed more slowly, without the native kernels: they are not built on this computer.\n");
    expect(native.stderr).not.toContain("native kernels");
    const [expected, got] = await Promise.all(["native", "plain"].map((name) => readFile(join(bench.folder, name, "objects.csv"), "utf8")));
    expect(got).toBe(expected);
    expect(expected?.trim().split("\r\n")).toHaveLength(3);
  });

  it("takes a rule recipe in place of a model, by name or by file, and writes its outlines", async () => {
    const recipe = join(bench.folder, "spots.yaml");
    await writeFile(recipe, `
format: ocular-recipe
formatVersion: 1
id: spots
version: 3
name: Spots
assumedPixelSizeUm: 0.25
steps:
  - {kind: channel, source: value}
  - {kind: threshold, method: otsu}
classes:
  - {id: spot, name: Spot, plural: Spots, letter: S, colorIndex: 0, gates: [{feature: areaUm2, min: 10, max: 20}]}
`);
    const ended = await ocular("analyze", join(bench.folder, "in"), "--rules", recipe, "--out", bench.out);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain("0.25 um per pixel was assumed");
    const coco: unknown = JSON.parse(await readFile(join(bench.out, "detections.coco.json"), "utf8"));
    expect(coco).toMatchObject({
      categories: [{ name: "spot" }],
      annotations: [
        { image_id: 1, bbox: [32, 32, 16, 16], area: 256, score: 0.8, segmentation: [[32, 32, 48, 32, 48, 48, 32, 48]] },
        { image_id: 1, bbox: [80, 64, 16, 16] },
      ],
    });
    const run: unknown = JSON.parse(await readFile(join(bench.out, "run.json"), "utf8"));
    expect(run).toMatchObject({ recipe: { id: "spots", version: "3", sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) }, settings: { recipe: { id: "spots" } } });
    await writeFile(recipe, (await readFile(recipe, "utf8")).replace("otsu", "magic"));
    const refused = await ocular("analyze", join(bench.folder, "in"), "--rules", recipe, "--out", bench.out);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    expect(refused.stderr).toContain("Recipe spots cannot be used (step 2 (threshold)");
    expect((await ocular("analyze", join(bench.folder, "in"), "--rules", "nuclei", "--out", bench.out)).code).toBe(0);
  });
});
