import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Analyzer, AnalyzerInput } from "../../src/engine/analysis/analyzer.ts";
import { checkModel } from "../../src/engine/analysis/inference/check-model.ts";
import { nodeInferenceHost } from "../../src/engine/analysis/inference/inference-host.ts";
import { createOnnxAnalyzer } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import type { OnnxAnalyzer, OnnxAnalyzerOptions } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import { loadModelPackage } from "../../src/engine/analysis/inference/package/model-package.ts";
import { formatNpy, parseNpy } from "../../src/engine/analysis/inference/package/npy.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";

const MODELS = resolve(import.meta.dirname, "../fixtures/models");
const SPOTS_PX = { width: 160, height: 128 };

/** The fixture model sees two pixels of the frame as one; a spot of 16 frame px is two cells of its heat map. */
function spotPicture(spots: ReadonlyArray<{ x: number; y: number; channel: 0 | 1 | 2; value: number }>, size = SPOTS_PX, frameId = 1): AnalyzerInput {
  const pixels = new Uint8Array(new SharedArrayBuffer(size.width * size.height * 3));
  for (const { x, y, channel, value } of spots) {
    for (let row = y; row < y + 8; row++) for (let column = x; column < x + 8; column++) pixels[(row * size.width + column) * 3 + channel] = value;
  }
  return { header: { frameId, ...size, pixelFormat: "RGB8" }, pixels };
}

function stateReached(analyzer: Analyzer, wanted: string): Promise<string | undefined> {
  return new Promise((done) => {
    const stop = analyzer.onDidChangeState((state, reason) => {
      if (state !== wanted) return;
      stop();
      done(reason);
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    expect(error).toMatchObject({ code: "ESRCH" });
    return false;
  }
}

describe("an ONNX model in its own process", { timeout: 60_000 }, () => {
  const open: OnnxAnalyzer[] = [];
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((analyzer) => analyzer.dispose()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(model: string, options: Partial<OnnxAnalyzerOptions> = {}): Promise<OnnxAnalyzer> {
    const analyzer = createOnnxAnalyzer({ package: await loadModelPackage(model), host: nodeInferenceHost(), clock: systemClock, threads: 1, ...options });
    open.push(analyzer);
    return analyzer;
  }

  async function copyOf(model: string): Promise<string> {
    const copy = join(folder, model);
    await cp(join(MODELS, model), copy, { recursive: true });
    return copy;
  }

  it("finds what is there, in frame pixels, best first, and says who looked", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const set = await analyzer.analyze(spotPicture([{ x: 40, y: 32, channel: 0, value: 230 }, { x: 96, y: 88, channel: 1, value: 250 }]));
    expect(set.detections.map(({ id, classId }) => ({ id, classId }))).toEqual([{ id: "1-0", classId: "green-spot" }, { id: "1-1", classId: "red-spot" }]);
    expect(set.detections[1]?.box.x).toBeCloseTo(44 - 24, 5);
    expect(set.detections[1]?.box.width).toBeCloseTo(48, 5);
    expect(set.analyzer).toEqual(analyzer.identity());
    expect(set.analyzer.runtime).toMatch(/^onnxruntime-node \d+\.\d+\.\d+ cpu, 1 thread$/);
  });

  it("gives the same bytes for the same picture, also in another process", async () => {
    const picture = spotPicture([{ x: 40, y: 32, channel: 0, value: 230 }, { x: 13, y: 71, channel: 2, value: 199 }]);
    const [one, other] = await Promise.all([start(join(MODELS, "blobs")), start(join(MODELS, "blobs"))]);
    await Promise.all([one.ready(), other.ready()]);
    const sets = [await one.analyze(picture), await one.analyze(picture), await other.analyze(picture)];
    const [first = "", ...rest] = sets.map((set) => JSON.stringify({ ...set, analysisMs: 0 }));
    expect(rest).toEqual([first, first]);
  });

  it("gives the same in the same process after a large picture and many small ones, when its memory was given back", async () => {
    const spots = [{ x: 40, y: 32, channel: 0, value: 230 }, { x: 96, y: 88, channel: 1, value: 250 }] as const;
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const pid = analyzer.pid();
    const large = { width: 480, height: 384 };
    const first = await analyzer.analyze(spotPicture(spots, large));
    const small = await analyzer.analyze(spotPicture(spots));
    // Twice the eight that it takes.
    for (let i = 0; i < 16; i++) expect((await analyzer.analyze(spotPicture(spots))).detections).toEqual(small.detections);
    expect((await analyzer.analyze(spotPicture(spots, large))).detections).toEqual(first.detections);
    expect(first.detections).toHaveLength(2);
    expect(analyzer.pid()).toBe(pid);
  });

  it("knows its runtime before the process has said so, and another threshold makes another settings hash", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    const before = analyzer.identity();
    await analyzer.ready();
    expect(analyzer.identity()).toEqual(before);
    const set = await analyzer.analyze(spotPicture([{ x: 40, y: 32, channel: 0, value: 60 }]), { scoreThresholds: { "red-spot": 0.2 } });
    expect(set.detections).toHaveLength(1);
    expect(set.scoreThresholds).toMatchObject({ "red-spot": 0.2 });
    expect(set.analyzer.settingsHash).not.toBe(before.settingsHash);
    await expect(analyzer.analyze(spotPicture([]), { scoreThresholds: { "red-sport": 0.2 } })).rejects.toMatchObject({ data: { tag: "UnsupportedValue" } });
  });

  it("estimates the scale only where it is opened for that and no pixel size is known; two of them do not disturb each other", async () => {
    // Its boxes are 12 um wide whatever it sees; here they are said to be 6 um.
    const copy = await copyOf("blobs");
    const rdf = join(copy, "rdf.yaml");
    await writeFile(rdf, (await readFile(rdf, "utf8")).replace("    nmsIou: 0.5\n", "    nmsIou: 0.5\n    scaleReference: {classes: [red-spot, green-spot], sizeUm: 6, median: area, leastObjects: 2, untouched: [0.8, 1.25]}\n"));
    const [plain, estimating] = await Promise.all([start(copy), start(copy, { estimatesScale: true })]);
    await Promise.all([plain.ready(), estimating.ready()]);
    // Spots of 16 px: still bright enough at the smallest scale.
    const square = (x: number, channel: 0 | 1): Array<{ x: number; y: number; channel: 0 | 1; value: number }> => [0, 8].flatMap((dx) => [0, 8].map((dy) => ({ x: x + dx, y: 160 + dy, channel, value: 250 })));
    const picture = spotPicture([...square(160, 0), ...square(320, 1)], { width: 480, height: 320 });
    const [asIs, estimated] = await Promise.all([plain.analyze(picture), estimating.analyze(picture)]);
    expect(asIs.scaleEstimate).toBeUndefined();
    expect(estimated.scaleEstimate).toEqual({ pixelSizeUm: 0.1, objects: 2, classIds: ["red-spot", "green-spot"] });
    expect(estimated.analyzer.settingsHash).not.toBe(asIs.analyzer.settingsHash);
    expect(estimated.analyzer).toEqual(estimating.identity());
    const known = { ...picture, header: { ...picture.header, pixelSizeUm: 0.25 } };
    const [one, other] = await Promise.all([plain.analyze(known), estimating.analyze(known)]);
    expect(other.scaleEstimate).toBeUndefined();
    expect(other.detections).toEqual(one.detections);
    const many: unknown[] = [];
    for await (const outcome of estimating.analyzeMany([picture, known, picture])) many.push("error" in outcome ? outcome.error : outcome.detections.scaleEstimate?.pixelSizeUm);
    expect(many).toEqual([0.1, undefined, 0.1]);
  });

  it("does one thing at a time", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const first = analyzer.analyze(spotPicture([]));
    expect(analyzer.isBusy()).toBe(true);
    await expect(analyzer.analyze(spotPicture([]))).rejects.toMatchObject({ data: { tag: "WrongState" } });
    await expect(first).resolves.toMatchObject({ detections: [] });
    expect(analyzer.isBusy()).toBe(false);
  });

  it("refuses a picture that is shorter than it says", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const { header } = spotPicture([]);
    await expect(analyzer.analyze({ header, pixels: new Uint8Array(10) })).rejects.toMatchObject({ data: { tag: "InvalidInput" } });
    await expect(analyzer.analyze(spotPicture([]))).resolves.toMatchObject({ detections: [] });
  });

  it("survives kill -9 while it analyses: one typed error, then it is back with another process", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const pid = analyzer.pid();
    expect(pid).toBeTypeOf("number");
    const restarting = stateReached(analyzer, "restarting");
    const large = { width: 4000, height: 3000 };
    const analysis = analyzer.analyze(spotPicture([], large));
    process.kill(pid ?? 0, "SIGKILL");
    await expect(analysis).rejects.toMatchObject({ data: { tag: "InferenceDied", reason: "killed by SIGKILL" } });
    expect(await restarting).toBe("killed by SIGKILL");
    expect(analyzer.isBusy()).toBe(true);
    await analyzer.ready();
    expect(analyzer.pid()).not.toBe(pid);
    await expect(analyzer.analyze(spotPicture([{ x: 40, y: 32, channel: 0, value: 230 }]))).resolves.toMatchObject({ detections: [{ classId: "red-spot" }] });
  });

  it("survives the death of the thread that feeds the model, says what it died of, and is back", async () => {
    const entries = resolve("out/node");
    for (const name of await readdir(entries)) if (name !== "inference-feed.mjs") await symlink(join(entries, name), join(folder, name));
    const flag = join(folder, "has-died");
    await writeFile(join(folder, "inference-feed.mjs"), `
      import { existsSync, writeFileSync } from "node:fs";
      import { parentPort } from "node:worker_threads";
      if (!existsSync(${JSON.stringify(flag)})) parentPort.once("message", () => {
        writeFileSync(${JSON.stringify(flag)}, "");
        throw new Error("the feed broke");
      });
      await import(${JSON.stringify(pathToFileURL(join(entries, "inference-feed.mjs")).href)});
    `);
    vi.stubEnv("OCULAR_ENTRIES", folder);
    try {
      const analyzer = await start(join(MODELS, "blobs"));
      await analyzer.ready();
      const pid = analyzer.pid();
      const restarting = stateReached(analyzer, "restarting");
      // Whether its answer got out before it died is a matter of luck: all that is promised is an end, and a typed one.
      const [analysis] = await Promise.allSettled([analyzer.analyze(spotPicture([]))]);
      if (analysis.status === "rejected") expect(analysis.reason).toMatchObject({ data: { tag: "InferenceDied" } });
      expect(await restarting).toMatch(/exit code \d+: Error: the feed broke/u);
      await analyzer.ready();
      expect(analyzer.pid()).not.toBe(pid);
      await expect(analyzer.analyze(spotPicture([{ x: 40, y: 32, channel: 0, value: 230 }]))).resolves.toMatchObject({ detections: [{ classId: "red-spot" }] });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.skipIf(process.platform === "win32")("gives up a process that hangs, at its deadline, and starts another", async () => {
    const analyzer = await start(join(MODELS, "blobs"), { timeoutMs: 400 });
    await analyzer.ready();
    const pid = analyzer.pid() ?? 0;
    process.kill(pid, "SIGSTOP");
    await expect(analyzer.analyze(spotPicture([]))).rejects.toMatchObject({ data: { tag: "InferenceTimeout", timeoutMs: 400 } });
    await analyzer.ready();
    expect(isAlive(pid)).toBe(false);
    await expect(analyzer.analyze(spotPicture([]))).resolves.toMatchObject({ detections: [] });
  });

  it("says at once when it is canceled, and is ready again once the model is done", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const cancel = new AbortController();
    const analysis = analyzer.analyze(spotPicture([], { width: 2000, height: 2000 }), undefined, { signal: cancel.signal });
    cancel.abort();
    await expect(analysis).rejects.toMatchObject({ data: { tag: "Canceled" } });
    await expect.poll(() => analyzer.isBusy(), { timeout: 30_000 }).toBe(false);
    await expect(analyzer.analyze(spotPicture([]))).resolves.toMatchObject({ detections: [] });
  });

  it("finds the same in tiles as in one piece", async () => {
    const size = { width: 900, height: 700 };
    const spots = Array.from({ length: 60 }, (_, i) => ({ x: 16 + 8 * ((i * 17) % 101), y: 16 + 8 * ((i * 29) % 83), channel: (i % 3) as 0 | 1 | 2, value: 170 + i }));
    const tiled = await start(join(MODELS, "blobs"));
    const whole = await copyOf("blobs");
    const rdf = await readFile(join(whole, "rdf.yaml"), "utf8");
    await writeFile(join(whole, "rdf.yaml"), rdf.replace("tileSide: 128", "tileSide: 4096"));
    const untiled = await start(whole);
    await Promise.all([tiled.ready(), untiled.ready()]);
    const inTiles = await tiled.analyze(spotPicture(spots, size));
    const inOnePiece = await untiled.analyze(spotPicture(spots, size));
    expect(inOnePiece.detections.length).toBeGreaterThan(50);
    expect(inTiles.detections).toEqual(inOnePiece.detections);
  });

  it("analyses many in order, and a death costs no picture", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const pictures = Array.from({ length: 12 }, (_, i) => spotPicture([{ x: 40, y: 32, channel: (i % 3) as 0 | 1 | 2, value: 230 }], { width: 700, height: 500 }, i));
    const seen: Array<[number, string | undefined]> = [];
    for await (const outcome of analyzer.analyzeMany(pictures)) {
      if (seen.length === 4) process.kill(analyzer.pid() ?? 0, "SIGKILL");
      expect(outcome).not.toHaveProperty("error");
      if ("detections" in outcome) seen.push([outcome.input.header.frameId, outcome.detections.detections[0]?.classId]);
    }
    expect(seen).toEqual(pictures.map((_, i) => [i, ["red-spot", "green-spot", "blue-spot"][i % 3]]));
    expect(analyzer.isBusy()).toBe(false);
  });

  it("ends with its owner and leaves no process", async () => {
    const analyzer = await start(join(MODELS, "blobs"));
    await analyzer.ready();
    const pid = analyzer.pid() ?? 0;
    await analyzer.dispose();
    expect(analyzer.state()).toBe("disposed");
    await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
    await expect(analyzer.analyze(spotPicture([]))).rejects.toMatchObject({ data: { tag: "WrongState" } });
  });

  it("names a model that gives no numbers, and stays in service", async () => {
    const analyzer = await start(join(MODELS, "not-a-number"));
    await analyzer.ready();
    await expect(analyzer.analyze(spotPicture([]))).rejects.toMatchObject({ data: { tag: "ModelInvalid", reason: expect.stringContaining("no numbers") as string } });
    expect(analyzer.state()).toBe("ready");
  });

  it("fails for good, with the reason, when the file is no model", async () => {
    const copy = await copyOf("blobs");
    await writeFile(join(copy, "model.onnx"), "this is no model");
    const rdf = await readFile(join(copy, "rdf.yaml"), "utf8");
    await expect(loadModelPackage(copy)).rejects.toMatchObject({ data: { tag: "ModelHashMismatch", file: "model.onnx" } });
    const hash = createHash("sha256").update("this is no model").digest("hex");
    await writeFile(join(copy, "rdf.yaml"), rdf.replace(/(model\.onnx\n\s+sha256: )[0-9a-f]{64}/, `$1${hash}`));
    const analyzer = await start(copy);
    await expect(analyzer.ready()).rejects.toMatchObject({ data: { tag: "ModelInvalid", modelId: "blobs" } });
    expect(analyzer.state()).toBe("failed");
  });

  describe("checkModel", () => {
    const options = { host: nodeInferenceHost(), clock: systemClock, threads: 1 };

    it("passes a package that does here what it did where it was made", async () => {
      const check = await checkModel(join(MODELS, "blobs"), { ...options, keepIn: folder });
      expect(check.outputs.map(({ id, largestDifference }) => [id, largestDifference < 1e-5])).toEqual([["heatmap", true], ["size", true], ["offset", true]]);
    });

    it("refuses one whose test tensor is not reproduced, and keeps both tensors", async () => {
      const copy = await copyOf("blobs");
      const file = join(copy, "test_output_size.npy");
      const tensor = parseNpy(await readFile(file), "size");
      if (tensor.data instanceof Float32Array) tensor.data.fill(25, 0, 100);
      await writeFile(file, formatNpy(tensor));
      await expect(checkModel(copy, { ...options, keepIn: folder })).rejects.toMatchObject({ data: { tag: "ModelHashMismatch", file: "test_output_size.npy" } });
      const rdf = await readFile(join(copy, "rdf.yaml"), "utf8");
      await writeFile(join(copy, "rdf.yaml"), rdf.replace(/(test_output_size\.npy\n)\s+sha256: [0-9a-f]{64}\n/, "$1"));
      await expect(checkModel(copy, { ...options, keepIn: join(folder, "kept") })).rejects.toMatchObject({ data: { tag: "ModelNotReproduced", tensor: "size", largestDifference: 1 } });
      const kept = parseNpy(await readFile(join(folder, "kept", "blobs.size.actual.npy")), "kept");
      expect(kept.shape).toEqual(tensor.shape);
      expect(kept.data[0]).toBe(24);
    });
  });
});
