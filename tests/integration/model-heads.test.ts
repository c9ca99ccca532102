import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { areaOfContour, contourHolds } from "../../src/core/contours/polygon.ts";
import type { AnalyzerInput } from "../../src/engine/analysis/analyzer.ts";
import { checkModel } from "../../src/engine/analysis/inference/check-model.ts";
import { describeOnnxFile, listProviders } from "../../src/engine/analysis/inference/describe-onnx.ts";
import { packageFromOnnx } from "../../src/engine/analysis/inference/form/package-from-onnx.ts";
import { nodeInferenceHost } from "../../src/engine/analysis/inference/inference-host.ts";
import { createOnnxAnalyzer } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import type { OnnxAnalyzer, OnnxAnalyzerOptions } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import { loadModelPackage } from "../../src/engine/analysis/inference/package/model-package.ts";
import { formatNpy, parseNpy } from "../../src/engine/analysis/inference/package/npy.ts";
import { ensureReproduced } from "../../src/engine/analysis/inference/reproduced-models.ts";
import { openModelAnalyzer } from "../../src/engine/analysis/open-model-analyzer.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";

const MODELS = resolve(import.meta.dirname, "../fixtures/models");
const host = nodeInferenceHost();
const run = { host, clock: systemClock, threads: 1 };

/** Cones of light: 240 in the middle, falling by 20 a pixel. */
function cones(width: number, height: number, tops: ReadonlyArray<readonly [number, number]>): AnalyzerInput {
  const pixels = new Uint8Array(new SharedArrayBuffer(width * height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = Math.max(0, ...tops.map(([cx, cy]) => 240 - 20 * Math.hypot(x - cx, y - cy)));
  }
  return { header: { frameId: 7, width, height, pixelFormat: "Mono8", pixelSizeUm: 0.5 }, pixels };
}

function squares(width: number, height: number, boxes: ReadonlyArray<readonly [number, number, number]>, value: number): AnalyzerInput {
  const pixels = new Uint8Array(new SharedArrayBuffer(width * height));
  for (const [left, top, side] of boxes) for (let y = top; y < top + side; y++) pixels.fill(value, y * width + left, y * width + left + side);
  return { header: { frameId: 1, width, height, pixelFormat: "Mono8" }, pixels };
}

describe("heads and packages of others", { timeout: 120_000 }, () => {
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
    const analyzer = createOnnxAnalyzer({ package: await loadModelPackage(join(MODELS, model)), ...run, ...options });
    open.push(analyzer);
    await analyzer.ready();
    return analyzer;
  }

  it("a distance map gives outlines; touching objects come apart; the embedding comes only when it is asked for", async () => {
    const analyzer = await start("cones");
    const picture = cones(96, 80, [[30, 30], [44, 30], [70, 60]]);
    const plain = await analyzer.analyze(picture);
    expect(plain.detections).toHaveLength(3);
    for (const { contour = [], box } of plain.detections) {
      expect(areaOfContour(contour)).toBeGreaterThan(150);
      expect(box.width).toBeGreaterThan(10);
    }
    expect(plain.detections.filter(({ contour = [] }) => contourHolds(contour, 30.5, 30.5))).toHaveLength(1);
    expect(plain.detections[0]).not.toHaveProperty("embedding");
    const described = await analyzer.analyze(picture, { withEmbedding: true });
    expect(described.detections.map(({ embedding: _, ...rest }) => rest)).toEqual(plain.detections);
    // The mean light over the object, and its complement.
    for (const { embedding = [] } of described.detections) {
      expect(embedding[0]).toBeGreaterThan(0.3);
      expect((embedding[0] ?? 0) + (embedding[1] ?? 0)).toBeCloseTo(1, 4);
      expect(embedding.map((value) => Number(value.toPrecision(5)))).toEqual(embedding);
    }
  });

  it("outlines on the seams of tiles are found once", async () => {
    const tops = Array.from({ length: 88 }, (_, i) => [16 + 24 * (i % 11), 16 + 24 * Math.floor(i / 11)] as const);
    const analyzer = await start("cones");
    const { detections } = await analyzer.analyze(cones(280, 210, tops));
    expect(detections).toHaveLength(tops.length);
    for (const [x, y] of tops) expect(detections.filter(({ contour = [] }) => contourHolds(contour, x + 0.5, y + 0.5))).toHaveLength(1);
  });

  it("a package as the zoo has them opens: its own names, axes, lost edges, and no word for us", async () => {
    const analyzer = await start("zoo-map");
    expect(analyzer.classes().map(({ id }) => id)).toEqual(["object"]);
    const { detections } = await analyzer.analyze(squares(100, 90, [[20, 20, 16], [60, 50, 20]], 200));
    expect(detections.map(({ box }) => [Math.round(box.x), Math.round(box.y)]).sort()).toEqual([[20, 20], [60, 50]]);
    await expect(checkModel(join(MODELS, "zoo-map"), { ...run, keepIn: folder })).resolves.toMatchObject({ outputs: [{ id: "mask" }] });
  });

  it("a model of one size sees larger pictures in tiles", async () => {
    const analyzer = await start("fixed-boxes");
    const { detections } = await analyzer.analyze(squares(150, 64, [[20, 20, 8], [120, 40, 8]], 200));
    const corners = detections.map(({ box }) => `${box.x},${box.y}`);
    expect(corners).toContain("20,20");
    expect(corners).toContain("120,40");
  });

  it.each([
    ["wrong-opset", /opset/i],
    ["wrong-axes", /dimension|shape|Expected/i],
  ])("%s: one clear sentence, no crash", async (model, words) => {
    const analyzer = createOnnxAnalyzer({ package: await loadModelPackage(join(MODELS, model)), ...run });
    open.push(analyzer);
    await expect(analyzer.ready()).rejects.toMatchObject({ data: { tag: "ModelInvalid", reason: expect.stringMatching(words) as string } });
    const reason = await analyzer.ready().catch((error: unknown) => String(error));
    expect(reason).not.toMatch(/onnxruntime_src|\n/);
  });

  it("a picture of one pixel is analysed", async () => {
    const analyzer = await start("cones");
    await expect(analyzer.analyze(cones(1, 1, [[0, 0]]))).resolves.toMatchObject({ detections: [] });
  });

  it("a model that does not reproduce is refused when it is opened, and both tensors are kept", async () => {
    const copy = join(folder, "cones");
    await cp(join(MODELS, "cones"), copy, { recursive: true });
    const file = join(copy, "test_maps.npy");
    const tensor = parseNpy(await readFile(file), "maps");
    if (tensor.data instanceof Float32Array) tensor.data[5] = 3;
    if (tensor.data instanceof Float32Array) tensor.data.fill(0.5, 2000, 2100);
    await writeFile(file, formatNpy(tensor));
    const rdf = await readFile(join(copy, "rdf.yaml"), "utf8");
    await writeFile(join(copy, "rdf.yaml"), rdf.replace(/(test_maps\.npy\n)\s+sha256: [0-9a-f]{64}\n/, "$1"));
    const checksFolder = join(folder, "checks");
    const { analyzer } = openModelAnalyzer({ modelId: "cones", modelsFolder: folder, ...run, checksFolder });
    const error: unknown = await analyzer.ready().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ data: { tag: "ModelNotReproduced", tensor: "maps", keptIn: join(checksFolder, "differ", "cones") } });
    expect(String(error)).toContain(join(checksFolder, "differ", "cones"));
    expect((await readdir(join(checksFolder, "differ", "cones"))).sort()).toEqual(["cones.maps.actual.npy", "cones.maps.expected.npy"]);
    await analyzer.dispose();
  });

  it("the test is run once for a package, runtime and provider", async () => {
    const model = await loadModelPackage(join(MODELS, "cones"));
    let started = 0;
    const counting = { fork: (...call: Parameters<typeof host.fork>) => { started++; return host.fork(...call); } };
    await ensureReproduced(model, { ...run, host: counting, checksFolder: folder });
    await ensureReproduced(model, { ...run, host: counting, checksFolder: folder });
    expect(started).toBe(1);
  });

  it("a provider that is missing here is replaced by the processor, which is said and recorded", async () => {
    const analyzer = await start("blobs", { provider: "no-such-card" });
    expect(analyzer.notice()).toMatch(/^no-such-card cannot run this model here .*: the processor does\.$/);
    expect(analyzer.identity().runtime).toContain(" cpu, 1 thread");
    const { providers, runtime } = await listProviders({ host, clock: systemClock });
    expect(providers.map(({ name }) => name)).toContain("cpu");
    expect(runtime).toMatch(/^onnxruntime-node \d/);
  });

  it("a bare file becomes a package by a short form, and finds things", async () => {
    const file = join(MODELS, "cones", "model.onnx");
    const { inputs, outputs } = await describeOnnxFile(file, { host, clock: systemClock });
    expect(inputs.map(({ name, shape }) => [name, shape.length])).toEqual([["image", 4]]);
    expect(outputs.map(({ name }) => name)).toEqual(["maps", "features"]);
    const request = { file, modelsFolder: folder, ...run };
    const answers = { id: "my-cones", head: "distance-map" as const, classes: ["cone"] as [string], pixelSizeUm: 0.5, settings: { seedThreshold: 0.8, keepUnseeded: false } };
    await expect(packageFromOnnx({ ...request, answers: { ...answers, head: "centre-heat-map" } })).rejects.toMatchObject({ data: { tag: "InvalidInput", reason: expect.stringContaining("which output is the heatmap") as string } });
    const model = await packageFromOnnx({ ...request, answers });
    expect(model.id).toBe("my-cones");
    const analyzer = createOnnxAnalyzer({ package: model, ...run });
    open.push(analyzer);
    await analyzer.ready();
    const { detections } = await analyzer.analyze(cones(96, 80, [[30, 30], [70, 60]]));
    expect(detections).toHaveLength(2);
    await expect(packageFromOnnx({ ...request, answers })).rejects.toMatchObject({ data: { reason: expect.stringContaining("already") as string } });
  });
});
