import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { encode } from "fast-png";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { exportSmear } from "../../src/engine/devices/virtual/export/export-smear.ts";
import { entryPath } from "../../src/engine/runtime/entries.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { createSession } from "../../src/engine/session/session-writer.ts";
import { header, OPERATOR, SETTINGS, SYSTEM } from "../../src/engine/session/testing/session-builder.ts";
import { countingIds } from "../../src/shared/ids.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MODELS = resolve(import.meta.dirname, "../fixtures/models");
const DATA = process.env["OCULAR_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
const RESULTS = ["counts.csv", "counts.parquet", "detections.coco.json", "objects.csv", "objects.parquet", "run.json"];
const SIZE = { width: 120, height: 96 };

const Coco = z.object({
  images: z.array(z.looseObject({ id: z.number(), file_name: z.string(), width: z.number(), height: z.number() })),
  annotations: z.array(z.object({ id: z.number(), image_id: z.number(), category_id: z.number(), bbox: z.array(z.number()).length(4), score: z.number() })),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  return startOf(entryPath("cli"), args);
}

function startOf(cli: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  return { child, ended: new Promise((done) => child.once("close", (code) => done({ code, ...text }))) };
}

function ocular(...args: string[]): Promise<Ended> {
  return start(args).ended;
}

/** A black picture with bright squares: the fixture model finds one object at each. */
function spots(places: ReadonlyArray<{ x: number; y: number; channel: 0 | 1 | 2 }>, size = SIZE): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 3);
  for (const { x, y, channel } of places) {
    for (let row = y; row < y + 16; row++) for (let column = x; column < x + 16; column++) pixels[(row * size.width + column) * 3 + channel] = 250;
  }
  return pixels;
}

function png(pixels: Uint8Array, size = SIZE): Uint8Array {
  return encode({ ...size, data: pixels, channels: 3, depth: 8 });
}

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

async function readCoco(out: string): Promise<z.infer<typeof Coco>> {
  return Coco.parse(JSON.parse(await readFile(join(out, "detections.coco.json"), "utf8")));
}

describe("ocular analyze", { timeout: 90_000 }, () => {
  let folder = "";
  let out = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
    out = join(folder, "out");
    await mkdir(join(folder, "in"));
    await writeFile(join(folder, "in", "a, first.png"), png(spots([{ x: 32, y: 32, channel: 0 }, { x: 80, y: 64, channel: 1 }])));
    await writeFile(join(folder, "in", "b.png"), png(spots([])));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const analyze = (inputs: readonly string[], ...more: string[]): Promise<Ended> => ocular("analyze", ...inputs, "--model", "blobs", "--models", MODELS, "--out", out, "--threads", "1", ...more);

  const batch = (): string[] => ["analyze", join(folder, "in"), "--model", "blobs", "--models", MODELS, "--out", out, "--workers", "2"];
  const copies = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_, i) => cp(join(folder, "in", "b.png"), join(folder, "in", `n${i}.png`))));
  };
  /**
   * One picture more, the last in order, that never comes: a pipe nobody writes to. However fast the others are done, or late it is
   * seen that they are, the batch stands unfinished until it is killed. Without pipes (Windows) it is a matter of time.
   */
  const withPictureThatNeverComes = async (work: () => Promise<void>): Promise<void> => {
    const pipe = join(folder, "in", "z.png");
    if (process.platform !== "win32") await promisify(execFile)("mkfifo", [pipe]);
    await work();
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
      const journal = join(out, "journal.jsonl");
      return existsSync(journal) ? (await readFile(journal, "utf8")).split("\n").length - 2 : 0;
    };
    await expect.poll(lines, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(files);
  };

  it("writes all files, which agree", async () => {
    const ended = await analyze([join(folder, "in")], "--pixel-size", "0.25");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const coco = await readCoco(out);
    expect(coco.images.map((image) => [image.id, image.file_name, image.width])).toEqual([[1, "a, first.png", 120], [2, "b.png", 120]]);
    const names = coco.annotations.map(({ image_id, category_id }) => [image_id, coco.categories.find(({ id }) => id === category_id)?.name]);
    expect(names.sort()).toEqual([[1, "green-spot"], [1, "red-spot"]]);
    const objects = (await readFile(join(out, "objects.csv"), "utf8")).trim().split("\r\n");
    expect(objects).toHaveLength(3);
    expect(objects[1]).toMatch(/^"a, first\.png",0,1,(red|green)-spot,0\.92\d*,/);
    const counts = (await readFile(join(out, "counts.csv"), "utf8")).trim().split("\r\n");
    expect(counts).toHaveLength(1 + 2 * 3);
    expect(counts[1]).toBe(`"a, first.png",0,red-spot,1,0.0253,5.5716,0.5,0.0945,0.9055,720,option,,,"${join(folder, "in", "a, first.png")}"`);
    expect(counts[4]).toBe(`b.png,0,red-spot,0,0,3.6889,,,,720,option,,,${join(folder, "in", "b.png")}`);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({ completed: true, model: { id: "blobs" }, pictures: { analysed: 2, failed: 0 }, settings: { pixel_size_um: 0.25 } });
    expect((await readdir(out)).sort()).toEqual(RESULTS);
    // Parquet holds the same cells as CSV, with types: numbers are numbers, what is missing is null.
    for (const table of ["objects", "counts"]) {
      const lines = (await readFile(join(out, `${table}.csv`), "utf8")).trim().split("\r\n").map((line) => line.replaceAll(/"([^"]*)a, first\.png"/g, "$1a; first.png"));
      const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, `${table}.parquet`)) });
      expect(Object.keys(rows[0] ?? {}).join(",")).toBe(lines[0]);
      expect(rows.map((row) => Object.values(row).map((cell) => (cell === null ? "" : String(cell).replace(",", ";"))).join(","))).toEqual(lines.slice(1));
    }
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(out, "objects.parquet")) })).toMatchObject([{ width_um: expect.any(Number), mean_intensity: expect.any(Number), area_um2: null }, {}]);
  });

  it("tells pictures of one name in two folders apart in every table", async () => {
    const other = join(folder, "other", "b.png");
    await mkdir(dirname(other));
    await writeFile(other, png(spots([{ x: 40, y: 40, channel: 0 }])));
    expect((await analyze([join(folder, "in", "b.png"), join(folder, "other")])).code).toBe(0);
    const rowsOf = async (table: string) => parquetReadObjects({ file: await asyncBufferFromFile(join(out, `${table}.parquet`)) });
    expect((await rowsOf("counts")).filter((row) => row["class"] === "red-spot")).toMatchObject([{ picture: "b.png", path: join(folder, "in", "b.png"), n: 0 }, { picture: "b.png", path: other, n: 1 }]);
    expect(await rowsOf("objects")).toMatchObject([{ picture: "b.png", path: other }]);
  });

  it("says that 16-bit pictures may be of fewer bits, and finds what is in them once that is written beside them", async () => {
    const twelveBits = Uint16Array.from(spots([{ x: 32, y: 32, channel: 0 }]), (value) => (value * 4095) / 255);
    await mkdir(join(folder, "deep"));
    for (const name of ["a.png", "b.png"]) await writeFile(join(folder, "deep", name), encode({ ...SIZE, data: twelveBits, channels: 3, depth: 16 }));
    const untold = await analyze([join(folder, "deep")], "--pixel-size", "0.25");
    expect(untold.stderr.match(/no value above a quarter of full white/g)).toHaveLength(1);
    expect((await readCoco(out)).annotations).toEqual([]);
    await writeFile(join(folder, "deep", "ocular.json"), JSON.stringify({ format: "ocular-pictures", version: 1, significant_bits: 12 }));
    expect(await analyze([join(folder, "deep")], "--pixel-size", "0.25")).toMatchObject({ code: 0, stderr: "" });
    expect((await readCoco(out)).annotations.map(({ image_id }) => image_id)).toEqual([1, 2]);
    // Intensities are those of the same picture in eight bits.
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(join(out, "objects.parquet")) })).toMatchObject([{ max_intensity: expect.closeTo(0.299 * 250, 1) }, {}]);
  });

  it("refuses a picture whose pixels are not square, and takes it with a size that is told", async () => {
    const squares = await readFile(resolve(ROOT, "src/engine/images/fixtures/ome.ome.tif"), "latin1");
    const path = join(folder, "in", "c.tif");
    await writeFile(path, squares.replace('PhysicalSizeY="250.0"', 'PhysicalSizeY="500.0"'), "latin1");
    const ended = await analyze([join(folder, "in")]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${path} has pixels of 0.25 x 0.5 um, and only square ones can be measured`);
    expect((await readCoco(out)).images.map(({ file_name: name }) => name)).toEqual(["a, first.png", "b.png"]);
    const told = await analyze([path], "--pixel-size", "0.25");
    expect(told.code).toBe(0);
    expect((await readCoco(out)).images.map((image) => image["pixel_size_um"])).toEqual([0.25, 0.25]);
  });

  it("says that planes of one place are counted each by itself", async () => {
    const two = await readFile(resolve(import.meta.dirname, "../../src/engine/images/fixtures/ome.ome.tif"));
    await writeFile(join(folder, "fields.ome.tif"), two);
    expect((await analyze([join(folder, "fields.ome.tif")])).stderr).not.toContain("several planes of one place");
    // The same file, were its two times of one place.
    const text = two.toString("latin1");
    const places = text.match(/PositionX="[^"]*"/g) ?? [];
    await writeFile(join(folder, "stack.ome.tif"), Buffer.from(text.replaceAll(/PositionX="[^"]*"/g, (place) => (places[0] ?? "").padEnd(place.length)).replaceAll(/PositionY="[^"]*"/g, (place) => " ".repeat(place.length)), "latin1"));
    expect((await analyze([join(folder, "stack.ome.tif")])).stderr.match(/several planes of one place/g)).toHaveLength(1);
  });

  it("names each input that fails, does the rest, and says so in its exit code", async () => {
    await writeFile(join(folder, "in", "c-empty.png"), "");
    await writeFile(join(folder, "in", "d-cut.png"), png(spots([])).subarray(0, 60));
    await writeFile(join(folder, "in", "e-text.tif"), "no picture");
    const ended = await analyze([join(folder, "in"), join(folder, "nowhere.png")]);
    expect(ended.code).toBe(1);
    for (const name of ["c-empty.png", "d-cut.png", "e-text.tif", "nowhere.png"]) expect(ended.stderr).toContain(name);
    expect((await readCoco(out)).images).toHaveLength(2);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({ pictures: { analysed: 2, failed: 4 } });
  });

  it("obeys thresholds", async () => {
    expect((await analyze([join(folder, "in")], "--threshold", "red-spot=0.99", "--threshold", "blue-spot=0.1")).code).toBe(0);
    expect((await readCoco(out)).annotations).toHaveLength(1);
  });

  /** The fixture model, whose boxes are 12 um wide whatever it sees, told that such a thing is 6 um wide. */
  const doubled = async (): Promise<string> => {
    await cp(join(MODELS, "blobs"), join(folder, "models", "blobs"), { recursive: true });
    const rdf = join(folder, "models", "blobs", "rdf.yaml");
    await writeFile(rdf, (await readFile(rdf, "utf8")).replace("    nominalPixelSizeUm: 0.5\n", "    nominalPixelSizeUm: 0.5\n    scaleReference: {classes: [red-spot, green-spot], sizeUm: 6, median: count, leastObjects: 2, untouched: [0.8, 1.25]}\n"));
    const size = { width: 480, height: 320 };
    await writeFile(join(folder, "in", "a, first.png"), png(spots([{ x: 160, y: 160, channel: 0 }, { x: 320, y: 160, channel: 1 }], size), size));
    return join(folder, "models");
  };

  it("estimates the scale of pictures that state none, where the model knows the size of its objects, and says so wherever it is told", async () => {
    const models = await doubled();
    const ended = await analyze([join(folder, "in")], "--models", models);
    expect(ended.code).toBe(0);
    // Twice as large as stated, twice: but no more than two and a half times from the assumed 0.25 um.
    expect(ended.stderr.trim().split("\n")).toEqual([
      "1 picture states no pixel size: 0.25 um per pixel was assumed (--pixel-size sets it).",
      "1 picture states no pixel size: 0.100 um per pixel was estimated from the size of their red-spot and green-spot objects (--pixel-size sets it, --scale as-is takes what the model assumes).",
    ]);
    const { images, annotations } = await readCoco(out);
    expect(images).toMatchObject([{ file_name: "a, first.png", pixel_size_from: "objects", scale_estimate: { um_per_px: 0.1, objects: 2, classes: ["red-spot", "green-spot"] } }, { file_name: "b.png", pixel_size_from: "model" }]);
    expect(images.map((image) => Object.keys(image).filter((key) => key === "pixel_size_um" || key === "scale_estimate"))).toEqual([["scale_estimate"], []]);
    expect(annotations.map(({ bbox }) => bbox[2])).toEqual([120, 120]);
    // Lengths and areas are not made of an estimate.
    const objects = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, "objects.parquet")) });
    expect(objects).toMatchObject([{ width_px: 120, width_um: null, area_um2: null }, { width_um: null, area_um2: null }]);
    const counts = await parquetReadObjects({ file: await asyncBufferFromFile(join(out, "counts.parquet")) });
    expect([counts[0], counts[3]]).toMatchObject([
      { area_um2: null, pixel_size_from: "objects", estimated_um_per_px: 0.1, estimated_from_objects: 2 },
      { area_um2: null, pixel_size_from: "model", estimated_um_per_px: null, estimated_from_objects: null },
    ]);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({ settings: { scale: "estimated", assumed_pixel_size_um: 0.25, scale_reference: { sizeUm: 6 } } });
  });

  it("leaves the scale alone where it is told to, or a pixel size is known, and hashes which", async () => {
    const models = await doubled();
    const run = z.object({ model: z.object({ settingsHash: z.string() }), settings: z.looseObject({ scale: z.string() }) });
    const runOf = async (...more: string[]): Promise<{ stderr: string; hash: string; scale: string; froms: unknown[]; widths: unknown[] }> => {
      const { stderr } = await analyze([join(folder, "in")], "--models", models, ...more);
      const { model, settings } = run.parse(JSON.parse(await readFile(join(out, "run.json"), "utf8")));
      const { images, annotations } = await readCoco(out);
      return { stderr, hash: model.settingsHash, scale: settings.scale, froms: images.map((image) => image["pixel_size_from"]), widths: annotations.map(({ bbox }) => bbox[2]) };
    };
    const asIs = await runOf("--scale", "as-is");
    expect(asIs).toMatchObject({ scale: "as-is", froms: ["model", "model"], widths: [48, 48] });
    expect(asIs.stderr).toContain("2 pictures state no pixel size: 0.25 um per pixel was assumed");
    const told = await runOf("--pixel-size", "0.25");
    expect(told).toMatchObject({ stderr: "", scale: "estimated", froms: ["option", "option"], widths: [48, 48] });
    expect(told.hash).not.toBe(asIs.hash);
    const wrong = await analyze([join(folder, "in")], "--models", models, "--scale", "guess");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("as-is");
  });

  it("finds a scale by the model's own thresholds, whatever thresholds it is asked with", async () => {
    const models = await doubled();
    expect((await analyze([join(folder, "in")], "--models", models, "--threshold", "red-spot=0.99")).code).toBe(0);
    const { images, annotations } = await readCoco(out);
    expect(images[0]).toMatchObject({ pixel_size_from: "objects", scale_estimate: { objects: 2 } });
    expect(annotations.map(({ bbox }) => bbox[2])).toEqual([120]);
  });

  it("reads the kept fields of a session, with their scale", async () => {
    const writer = await createSession({
      libraryFolder: folder, name: "s.ocular", clock: systemClock, ids: countingIds(), devices: [], countingFrame: { insetUm: 8 },
      details: { operator: "test", specimenId: "test", note: "" }, software: { name: "test", version: "1" },
    });
    await writer.append(SETTINGS, SYSTEM);
    const pixels = spots([{ x: 32, y: 32, channel: 2 }]);
    await writer.keepField({ fieldId: "field-1", header: header(1, { ...SIZE, pixelFormat: "RGB8", pixelSizeUm: 0.25 }), pixels, actor: OPERATOR });
    await writer.close();
    const ended = await analyze([join(folder, "s.ocular")]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect((await readCoco(out)).images).toMatchObject([{ file_name: "field-1.ome.tif", field_id: "field-1", pixel_size_um: 0.25, pixel_size_from: "file" }]);
  });

  it("counts the fields of a session by its own rule, each cell once, beside what stands in it", async () => {
    const writer = await createSession({
      libraryFolder: folder, name: "s.ocular", clock: systemClock, ids: countingIds(), devices: [], countingFrame: { insetUm: 0, rule: "two-edges", overlaps: "once" },
      details: { operator: "test", specimenId: "test", note: "" }, software: { name: "test", version: "1" },
    });
    await writer.append(SETTINGS, SYSTEM);
    // The second field lies 10 um (40 px) to the right; its left cell is the first one's middle cell.
    const fields = [{ x: 0, cells: [8, 60, 100] }, { x: 10, cells: [20, 60] }];
    for (const [index, { x, cells }] of fields.entries()) {
      const placed = header(index + 1, { ...SIZE, pixelFormat: "RGB8", pixelSizeUm: 0.25, stagePositionUm: { x, y: 0 } });
      await writer.keepField({ fieldId: `field-${index + 1}`, header: placed, pixels: spots(cells.map((at) => ({ x: at, y: 32, channel: 0 }))), actor: OPERATOR });
    }
    await writer.close();
    const ended = await analyze([join(folder, "s.ocular")]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    // Five outlines: one touches the right border of the first field, and one cell is in both.
    expect(ended.stdout).toMatch(/red-spot +3 +95 % 0 to 9 +of 5 found/);
    expect(ended.stdout).toContain("s.ocular: 2 of 2 fields, red-spot 3 (in the session none)");
    expect(ended.stdout).toContain("1 outside the counting frame, 1 seen again not counted twice");
    const run: unknown = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(run).toMatchObject({ counts: [{ class: "red-spot", n: 3, found: 5 }, { n: 0 }, { n: 0 }] });
    // 30 x 24 um twice, 20 x 24 of it shared.
    expect(run).toMatchObject({ sessions: [{ fields_kept: 2, counting_frame: { rule: "two-edges", overlaps: "once" }, counted: { fields: 2, seen_again: 1, outside_frame: 1, area_um2: 960 }, stands_in_session: { fields: 0, counts: [] } }] });
    // Each field for itself: two in the first, two in the second.
    const rows = (await readFile(join(out, "counts.csv"), "utf8")).trim().split("\r\n").filter((row) => row.includes("red-spot"));
    expect(rows.map((row) => row.split(",")[3])).toEqual(["2", "2"]);
  });

  it("says what computes in place of what was asked for, and refuses what the runtime does not offer", async () => {
    const unknown = await analyze([join(folder, "in")], "--provider", "abacus");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('What computes "abacus" is not supported: choose one of cpu');
    // With a graphics card it computes there, without one the processor does and that is said.
    const ended = await analyze([join(folder, "in")], "--provider", "webgpu", "--pixel-size", "0.25");
    expect(ended.code).toBe(0);
    const run = await readFile(join(out, "run.json"), "utf8");
    expect(ended.stderr.includes("webgpu cannot run this model here")).toBe(!/"runtime": ".*webgpu/u.test(run));
  });

  it("counts by the two-edge rule where that is wanted", async () => {
    const edges = [{ x: 0, y: 40 }, { x: 100, y: 40 }, { x: 50, y: 0 }, { x: 50, y: 80 }, { x: 50, y: 40 }];
    await writeFile(join(folder, "edges.png"), png(spots(edges.map((at) => ({ ...at, channel: 0 })))));
    const counted = async (...more: string[]): Promise<unknown> => {
      expect(await analyze([join(folder, "edges.png")], ...more)).toMatchObject({ code: 0 });
      return JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    };
    expect(await counted()).toMatchObject({ settings: { border: "every" }, counts: [{ n: 5, found: 5 }, {}, {}], sessions: [] });
    expect(await counted("--border", "two-edges")).toMatchObject({ settings: { border: "two-edges" }, counts: [{ n: 3, found: 5 }, {}, {}] });
    expect((await analyze([join(folder, "edges.png")], "--border", "left")).code).toBe(2);
  });

  it("says that it is slower where the native kernels are not built, and finds the same to the byte", async () => {
    // An Ocular of its own, with everything but the compiled addon.
    const other = join(folder, "without-addon");
    await cp(dirname(entryPath("cli")), join(other, "out", "node"), { recursive: true });
    for (const name of ["package.json", "node_modules", "recipes"]) await symlink(join(ROOT, name), join(other, name));
    const inputs = join(folder, "pictures");
    await mkdir(inputs);
    await writeFile(join(inputs, "a.png"), png(spots([{ x: 20, y: 20, channel: 0 }, { x: 70, y: 50, channel: 1 }])));
    const args = ["analyze", inputs, "--rules", "nuclei", "--pixel-size", "0.5", "--out"];
    const native = await ocular(...args, join(folder, "native"));
    const plain = await startOf(join(other, "out", "node", "cli.mjs"), [...args, join(folder, "plain")]).ended;
    expect([native.code, plain.code]).toEqual([0, 0]);
    expect(plain.stderr).toContain("Pictures are computed more slowly, without the native kernels: they are not built on this computer.\n");
    expect(native.stderr).not.toContain("native kernels");
    const [expected, got] = await Promise.all(["native", "plain"].map((name) => readFile(join(folder, name, "objects.csv"), "utf8")));
    expect(got).toBe(expected);
    expect(expected?.trim().split("\r\n")).toHaveLength(3);
  });

  it("takes a rule recipe in place of a model, by name or by file, and writes its outlines", async () => {
    const recipe = join(folder, "spots.yaml");
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
    const ended = await ocular("analyze", join(folder, "in"), "--rules", recipe, "--out", out);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain("0.25 um per pixel was assumed");
    const coco: unknown = JSON.parse(await readFile(join(out, "detections.coco.json"), "utf8"));
    expect(coco).toMatchObject({
      categories: [{ name: "spot" }],
      annotations: [
        { image_id: 1, bbox: [32, 32, 16, 16], area: 256, score: 0.8, segmentation: [[32, 32, 48, 32, 48, 48, 32, 48]] },
        { image_id: 1, bbox: [80, 64, 16, 16] },
      ],
    });
    const run: unknown = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(run).toMatchObject({ recipe: { id: "spots", version: "3", sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) }, settings: { recipe: { id: "spots" } } });
    await writeFile(recipe, (await readFile(recipe, "utf8")).replace("otsu", "magic"));
    const refused = await ocular("analyze", join(folder, "in"), "--rules", recipe, "--out", out);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    expect(refused.stderr).toContain("Recipe spots cannot be used (step 2 (threshold)");
    expect((await ocular("analyze", join(folder, "in"), "--rules", "nuclei", "--out", out)).code).toBe(0);
  });

  it("ends in good order at Ctrl+C, and the same command goes on from there", async () => {
    await copies(150);
    const { child, ended } = start(batch());
    await journalHas(3);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("the same command goes on from there");
    expect((await readdir(out)).sort()).toEqual([...RESULTS, "journal.jsonl"].sort());
    const done = (await readCoco(out)).images.length;
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(152);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({ completed: false, pictures: { analysed: done } });
    const again = await start(batch()).ended;
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain(`${done} of 152 files are done`);
    expect((await readdir(out)).sort()).toEqual(RESULTS);
    const { images, annotations } = await readCoco(out);
    expect(new Set(images.map(({ file_name }) => file_name)).size).toBe(152);
    expect(annotations).toHaveLength(2);
  });

  it("killed at any moment it goes on: the same bytes as without, a half-written line left out", async () => {
    await copies(60);
    const whole = join(folder, "whole");
    expect(await start([...batch(), "--out", whole]).ended).toMatchObject({ code: 0 });
    await withPictureThatNeverComes(async () => {
      for (const lines of [1, 9, 33]) {
        await killedAt(lines);
        await appendFile(join(out, "journal.jsonl"), '{"path":"/half a');
      }
    });
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    for (const name of RESULTS.filter((each) => each !== "run.json")) expect(await readFile(join(out, name))).toEqual(await readFile(join(whole, name)));
    const timeless = async (run: string): Promise<string> => (await readFile(run, "utf8")).replaceAll(/"(started|finished)": "[^"]*"/g, "");
    expect(await timeless(join(out, "run.json"))).toBe(await timeless(join(whole, "run.json")));
  });

  it("refuses to mix an unfinished analysis with one of other settings, until told to begin anew", async () => {
    await copies(40);
    await withPictureThatNeverComes(() => killedAt(2));
    const other = [...batch(), "--threshold", "red-spot=0.5"];
    const refused = await start(other).ended;
    expect(refused.code).toBe(1);
    expect(refused.stderr.trim()).toBe(`${out} holds an unfinished analysis that differs (other thresholds): go on with that one, choose another folder, or begin anew with --restart.`);
    expect(await start([...other, "--restart"]).ended).toMatchObject({ code: 0 });
  });

  it("does again what changed since, and a file named twice once", async () => {
    await copies(40);
    await withPictureThatNeverComes(() => killedAt(20));
    await writeFile(join(folder, "in", "a, first.png"), png(spots([{ x: 8, y: 8, channel: 0 }, { x: 60, y: 8, channel: 0 }, { x: 60, y: 60, channel: 0 }])));
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    expect((await readCoco(out)).annotations).toHaveLength(3);
    // A scale written beside the pictures after they were looked at is one more change.
    await withPictureThatNeverComes(() => killedAt(20));
    await writeFile(join(folder, "in", "ocular.json"), JSON.stringify({ format: "ocular-pictures", version: 1, pixel_size_um: 0.5 }));
    expect(await start(batch()).ended).toMatchObject({ code: 0 });
    expect(new Set((await readCoco(out)).images.map((image) => image["pixel_size_um"]))).toEqual(new Set([0.5]));
    await rm(join(folder, "in", "ocular.json"));
    expect(await analyze([join(folder, "in", "b.png"), join(folder, "in", "b.png")])).toMatchObject({ code: 0 });
    expect((await readCoco(out)).images).toHaveLength(1);
  });

  it("names pictures of forty channels and of 30000 x 30000 px in one sentence each, and takes one of a single pixel", async () => {
    await writeFile(join(folder, "in", "c40.tif"), tiffHeader({ width: 16, height: 16, samples: 40 }));
    await writeFile(join(folder, "in", "huge.tif"), tiffHeader({ width: 30_000, height: 30_000, samples: 1 }));
    await writeFile(join(folder, "in", "one.png"), encode({ width: 1, height: 1, data: new Uint8Array(3), channels: 3, depth: 8 }));
    const ended = await analyze([join(folder, "in")]);
    expect(ended.code).toBe(1);
    const lines = ended.stderr.trim().split("\n");
    expect(lines.filter((line) => line.includes("c40.tif"))).toEqual([expect.stringContaining("it has 40 channels")]);
    expect(lines.filter((line) => line.includes("huge.tif"))).toEqual([expect.stringContaining("is 30000 x 30000 px")]);
    expect((await readCoco(out)).images).toHaveLength(3);
  });

  it("names bad pictures in one sentence each with rules too, and does the others", async () => {
    await writeFile(join(folder, "in", "c40.tif"), tiffHeader({ width: 16, height: 16, samples: 40 }));
    await writeFile(join(folder, "in", "huge.tif"), tiffHeader({ width: 30_000, height: 30_000, samples: 1 }));
    await writeFile(join(folder, "in", "one.png"), encode({ width: 1, height: 1, data: new Uint8Array(3), channels: 3, depth: 8 }));
    const ended = await ocular("analyze", join(folder, "in"), "--rules", "nuclei", "--out", out);
    expect(ended.code).toBe(1);
    const lines = ended.stderr.trim().split("\n");
    expect(lines.filter((line) => line.includes("c40.tif"))).toEqual([expect.stringContaining("it has 40 channels")]);
    expect(lines.filter((line) => line.includes("huge.tif"))).toEqual([expect.stringContaining("is 30000 x 30000 px")]);
    expect((await readCoco(out)).images).toHaveLength(3);
  });

  it.each([
    ["of no test tensors", "wrong-axes", /^Model wrong-axes cannot be used \(.*\): mend its package or choose another model\.$/m],
    ["of NaN", "not-a-number", /^Model not-a-number does not reproduce its test tensor heatmap on this machine \(largest difference Infinity/m],
  ])("says what is wrong with a model %s, and exits with 1", async (_, model, words) => {
    const ended = await ocular("analyze", join(folder, "in"), "--model", model, "--models", MODELS, "--out", out, "--threads", "1");
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
    await writeFile(join(folder, "out"), "a file in the way");
    const ended = await analyze([join(folder, "in")]);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr).toContain("cannot be written");
  });

  it("comes near the true scale of smears that state none, with the shipped model, and finds what it finds when it is told", async () => {
    // Two sensor pixels become one of the picture.
    const truthUm = [0.1, 0.1725];
    await exportSmear({ outDir: folder, fields: 4, seed: 3, pixelSizesUm: truthUm.map((um) => um / 2), sensorWidth: 1280, sensorHeight: 960 });
    const foundIn = async (...more: string[]): Promise<{ images: z.infer<typeof Coco>["images"]; counts: number[] }> => {
      expect((await ocular("analyze", join(folder, "images"), "--model", "blood-cells", "--out", out, "--threads", "1", ...more)).code).toBe(0);
      const { images, annotations } = await readCoco(out);
      return { images, counts: images.map(({ id }) => annotations.filter((one) => one.image_id === id).length) };
    };
    const estimated = await foundIn();
    const estimate = z.object({ um_per_px: z.number(), objects: z.number().min(5), classes: z.tuple([z.literal("red-cell")]) });
    // Cells of the virtual slide are 7.2 um wide, the model takes a red cell for 7.7: an estimate, no measure.
    for (const [i, image] of estimated.images.entries()) expect(Math.abs(estimate.parse(image["scale_estimate"]).um_per_px / (truthUm[i % 2] ?? 0) - 1)).toBeLessThan(0.2);
    // Left as they are, the four hold 9 % less than when each is told its own scale.
    const [finer, coarser] = [await foundIn("--pixel-size", "0.1"), await foundIn("--pixel-size", "0.1725")];
    const told = finer.counts.map((count, i) => (i % 2 === 0 ? count : coarser.counts[i] ?? 0)).reduce((sum, count) => sum + count, 0);
    expect(Math.abs(estimated.counts.reduce((sum, count) => sum + count, 0) / told - 1)).toBeLessThan(0.05);
  });

  it.skipIf(!existsSync(join(DATA, "bccd")))("finds white cells in real smears with the shipped model (skipped without ../shared/data)", async () => {
    const files = ["BloodImage_00000.jpg", "BloodImage_00004.jpg", "BloodImage_00012.jpg"].map((name) => join(DATA, "bccd/images", name));
    const ended = await ocular("analyze", ...files, "--model", "blood-cells", "--out", out);
    expect(ended.code).toBe(0);
    const coco = await readCoco(out);
    const white = coco.categories.find(({ name }) => name === "white-cell")?.id;
    expect(new Set(coco.annotations.filter((one) => one.category_id === white).map((one) => one.image_id)).size).toBe(3);
  });
});

describe("ocular models", { timeout: 90_000 }, () => {
  it("checks the shipped packages", async () => {
    const ended = await ocular("models", "check");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/^blood-cells \S+ reproduced with onnxruntime-node/m);
  });

  it("names the one it refuses and does the others", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
    try {
      for (const id of ["blobs", "changed"]) await cp(join(MODELS, "blobs"), join(folder, id), { recursive: true });
      await writeFile(join(folder, "changed", "model.onnx"), "changed");
      const ended = await ocular("models", "check", "--models", folder);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toMatch(/^blobs 1\.0\.0 reproduced/m);
      expect(ended.stderr).toMatch(/^Model changed: model\.onnx is not the file/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
