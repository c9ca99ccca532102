import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { encode } from "fast-png";
import { afterEach, beforeEach } from "vitest";
import * as z from "zod";
import { entryPath } from "../../src/engine/runtime/entries.ts";

export const MODELS = resolve(import.meta.dirname, "../fixtures/models");
/** What an analysis that came to its end leaves. */
export const RESULTS = ["counts.csv", "counts.parquet", "detections.coco.json", "objects.csv", "objects.parquet", "run.json"];
export const SIZE = { width: 120, height: 96 };

export const Coco = z.object({
  images: z.array(z.looseObject({ id: z.number(), file_name: z.string(), width: z.number(), height: z.number() })),
  annotations: z.array(z.object({ id: z.number(), image_id: z.number(), category_id: z.number(), bbox: z.array(z.number()).length(4), score: z.number() })),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  return startOf(entryPath("cli"), args);
}

export function startOf(cli: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  return { child, ended: new Promise((done) => child.once("close", (code) => done({ code, ...text }))) };
}

export function ocular(...args: string[]): Promise<Ended> {
  return start(args).ended;
}

/** A black picture with bright squares: the fixture model finds one object at each. */
export function spots(places: ReadonlyArray<{ x: number; y: number; channel: 0 | 1 | 2 }>, size = SIZE): Uint8Array {
  const pixels = new Uint8Array(size.width * size.height * 3);
  for (const { x, y, channel } of places) {
    for (let row = y; row < y + 16; row++) for (let column = x; column < x + 16; column++) pixels[(row * size.width + column) * 3 + channel] = 250;
  }
  return pixels;
}

export function png(pixels: Uint8Array, size = SIZE): Uint8Array {
  return encode({ ...size, data: pixels, channels: 3, depth: 8 });
}

export async function readCoco(out: string): Promise<z.infer<typeof Coco>> {
  return Coco.parse(JSON.parse(await readFile(join(out, "detections.coco.json"), "utf8")));
}

/** What the tests of a file have to do with `ocular analyze`; folders are new for each test. */
export interface AnalyzeBench {
  readonly folder: string;
  /** Where the results go; it is not there yet. */
  readonly out: string;
  /** `in` below `folder` holds two pictures: "a, first.png" with a red and a green spot, and "b.png" with none. */
  analyze(inputs: readonly string[], ...more: string[]): Promise<Ended>;
}

/** Makes the folder before each test and takes it away afterwards. */
export function analyzeBench(): AnalyzeBench {
  const bench = {
    folder: "",
    out: "",
    analyze: (inputs: readonly string[], ...more: string[]) => ocular("analyze", ...inputs, "--model", "blobs", "--models", MODELS, "--out", bench.out, "--threads", "1", ...more),
  };
  beforeEach(async () => {
    bench.folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
    bench.out = join(bench.folder, "out");
    await mkdir(join(bench.folder, "in"));
    await writeFile(join(bench.folder, "in", "a, first.png"), png(spots([{ x: 32, y: 32, channel: 0 }, { x: 80, y: 64, channel: 1 }])));
    await writeFile(join(bench.folder, "in", "b.png"), png(spots([])));
  });
  afterEach(() => rm(bench.folder, { recursive: true, force: true }));
  return bench;
}
