import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { InferenceSession, Tensor } from "onnxruntime-node";
import * as z from "zod";
import { referenceKernels } from "../../src/core/kernels/reference-kernels.ts";
import { modelScale } from "../../src/core/detection/scale.ts";
import type { AnalyzerInput } from "../../src/engine/analysis/analyzer.ts";
import { defaultThreads } from "../../src/engine/analysis/inference/default-threads.ts";
import { nodeInferenceHost } from "../../src/engine/analysis/inference/inference-host.ts";
import { createOnnxAnalyzer } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import type { OnnxAnalyzer } from "../../src/engine/analysis/inference/onnx-analyzer.ts";
import { loadModelPackage } from "../../src/engine/analysis/inference/package/model-package.ts";
import type { ModelPackage } from "../../src/engine/analysis/inference/package/model-package.ts";
import { PictureSampler } from "../../src/engine/analysis/preprocess/picture-sampler.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { frameBytes } from "../../src/shared/domain/pixel-layout.ts";
import type { PixelFormat } from "../../src/shared/domain/frame.ts";
import type { Figure, RunBench } from "./support/bench.ts";
import { findPython, startPeer } from "./support/python-peer.ts";
import type { PythonPeer } from "./support/python-peer.ts";

/**
 * The whole analyse path, from pixels of a frame to boxes in frame pixels, against bare `session.run` on the tensor it
 * makes of that frame, and against Python (onnxruntime with OpenCV before and after, tests/bench/peers/analyse.py), with
 * the same threads. On all cores ours are lanes of one thread each, as batches have them: a model on all cores leaves none
 * for the rest of the path. They take turns, so that a machine that slows down slows all. The peer runs where $OCULAR_PYTHON or
 * python3 has cv2, numpy and onnxruntime.
 */
export const run: RunBench = async (context) => {
  const model = await loadModelPackage(join(context.root, "models/blood-cells"));
  const most = availableParallelism();
  const python = findPython(["cv2", "numpy", "onnxruntime"]);
  if (python === undefined) context.log("Not compared with Python: neither $OCULAR_PYTHON nor python3 has cv2, numpy and onnxruntime.");
  const figures: Figure[] = [];
  for (const threads of new Set([defaultThreads(), most])) {
    for (const frame of FRAMES) {
      context.log(`${frame.label}, ${threads} of ${most} threads`);
      const peer = python === undefined ? undefined : startPeer(python, join(context.root, "tests/bench/peers/analyse.py"), []);
      try {
        figures.push(...(await measure(model, frame, { threads, isTarget: threads < most, peer, workFolder: context.workFolder })));
      } finally {
        peer?.stop();
      }
    }
  }
  return figures;
};

interface BenchFrame {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixelSizeUm: number;
}

const FRAMES: readonly BenchFrame[] = [
  { label: "640x480 RGB8", width: 640, height: 480, pixelFormat: "RGB8", pixelSizeUm: 0.075 },
  { label: "1280x960 BayerRG8", width: 1280, height: 960, pixelFormat: "BayerRG8", pixelSizeUm: 0.08625 },
];
/** A machine that others use as well may be slow: the ratios are what counts. */
const RUN_TIMEOUT_MS = 120_000;
const TURNS = 6;
/** Runs per turn: enough that filling and emptying the pipeline does not count. */
const TURN_MS = 1500;

interface MeasureOptions {
  readonly threads: number;
  readonly isTarget: boolean;
  readonly peer: PythonPeer | undefined;
  readonly workFolder: string;
}

const Turn = z.object({ msPerPicture: z.number(), runMs: z.number(), objects: z.number() });

async function measure(model: ModelPackage, frame: BenchFrame, { threads, isTarget, peer, workFolder }: MeasureOptions): Promise<Figure[]> {
  const pixels = drawCells(frame);
  const session = await InferenceSession.create(model.weights.path, { intraOpNumThreads: threads, interOpNumThreads: 1, executionProviders: ["cpu"] });
  const tensor = tensorOf(model, frame, pixels);
  // The same priority for both sides: this compares work, not favour.
  const lanes = isTarget ? 1 : threads;
  const analyzers = Array.from({ length: lanes }, () => createOnnxAnalyzer({ package: model, host: nodeInferenceHost(), clock: systemClock, threads: threads / lanes, niceness: 0, timeoutMs: RUN_TIMEOUT_MS, startTimeoutMs: RUN_TIMEOUT_MS }));
  try {
    await Promise.all(analyzers.map((analyzer) => analyzer.ready()));
    const input: AnalyzerInput = { header: { frameId: 0, ...frame }, pixels };
    const bareMs = await msPerRun(session, model, tensor, 5);
    const runs = Math.max(Math.round(TURN_MS / bareMs), 10);
    await msPerPicture(analyzers, input, 10);
    await openPeer(peer, model, frame, pixels, threads, workFolder);
    const bare: number[] = [];
    const path: number[] = [];
    const theirs: Array<z.infer<typeof Turn>> = [];
    for (let turn = 0; turn < TURNS; turn++) {
      bare.push(await msPerRun(session, model, tensor, runs));
      path.push(await msPerPicture(analyzers, input, runs));
      if (peer !== undefined) theirs.push(Turn.parse(await peer.ask({ op: "turn", runs })));
    }
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const aloneMs = await msAlone(analyzers[0], input, runs);
    delay.disable();
    const name = `${frame.label}, threads ${threads}${lanes > 1 ? `, ${lanes} lanes` : ""}`;
    const ratio = median(bare.map((ms, turn) => ms / (path[turn] ?? Infinity)));
    return [
      { label: `${name}: bare session.run`, value: 1000 / median(bare), unit: "frames/s" },
      { label: `${name}: analyse path`, value: 1000 / median(path), unit: "frames/s" },
      { label: `${name}: one frame alone, median`, value: aloneMs, unit: "ms" },
      // The timer itself wakes a millisecond apart.
      { label: `${name}: main loop delay meanwhile, p99`, value: Math.max(delay.percentile(99) / 1e6 - 1, 0), unit: "ms" },
      { label: `${name}: ratio`, value: ratio, unit: "", ...(isTarget || threads === 1 ? { target: { atLeast: 0.93 } } : {}) },
      ...peerFigures(name, path, theirs),
    ];
  } finally {
    await Promise.all(analyzers.map((analyzer) => analyzer.dispose()));
    await session.release();
  }
}

/** The same model, numbers and frame for the peer. */
async function openPeer(peer: PythonPeer | undefined, model: ModelPackage, frame: BenchFrame, pixels: Uint8Array, threads: number, workFolder: string): Promise<void> {
  if (peer === undefined || model.config.head !== "centre-heat-map") return;
  const { config, input, classes, weights } = model;
  const scale = modelScale(frame, frame.pixelSizeUm, config.nominalPixelSizeUm ?? frame.pixelSizeUm);
  const file = join(workFolder, "frame.raw");
  await writeFile(file, pixels);
  const { heatmap, size, offset } = config.outputs;
  await peer.ask({
    op: "open", model: weights.path, threads, frame: file, width: frame.width, height: frame.height, pixelFormat: frame.pixelFormat,
    modelWidth: scale.width, modelHeight: scale.height, step: input.x.step, stride: config.stride, nmsIou: config.nmsIou,
    thresholds: classes.map(({ id }) => config.scoreThresholds[id] ?? 1), input: input.id, outputs: [heatmap, size, offset],
  });
  await peer.ask({ op: "turn", runs: 10 });
}

function peerFigures(name: string, path: readonly number[], theirs: ReadonlyArray<z.infer<typeof Turn>>): Figure[] {
  if (theirs.length === 0) return [];
  return [
    { label: `${name}: Python, onnxruntime + OpenCV`, value: 1000 / median(theirs.map(({ msPerPicture }) => msPerPicture)), unit: "frames/s" },
    // Who prepares and reads in no time at all, but runs the model as fast as Python does, is this many times as fast.
    { label: `${name}: Python's whole time over its session.run`, value: median(theirs.map(({ msPerPicture, runMs }) => msPerPicture / runMs)), unit: "" },
    { label: `${name}: times Python`, value: median(theirs.map(({ msPerPicture }, turn) => msPerPicture / (path[turn] ?? Infinity))), unit: "", target: { atLeast: 1.2 } },
  ];
}

async function msPerRun(session: InferenceSession, model: ModelPackage, tensor: Tensor, runs: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < runs; i++) await session.run({ [model.input.id]: tensor });
  return (performance.now() - started) / runs;
}

/** Each analyzer has its pictures; all of them work at once. */
async function msPerPicture(analyzers: readonly OnnxAnalyzer[], input: AnalyzerInput, runs: number): Promise<number> {
  const started = performance.now();
  await Promise.all(analyzers.map(async (analyzer) => {
    for await (const outcome of analyzer.analyzeMany(Array.from({ length: runs }, () => input))) if ("error" in outcome) throw outcome.error;
  }));
  return (performance.now() - started) / runs / analyzers.length;
}

/** As the live loop asks: the next frame only when this one is done. */
async function msAlone(analyzer: OnnxAnalyzer | undefined, input: AnalyzerInput, runs: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await analyzer?.analyze(input);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** The tensor that the analyse path makes of the frame. */
function tensorOf(model: ModelPackage, frame: BenchFrame, pixels: Uint8Array): Tensor {
  const scale = modelScale(frame, frame.pixelSizeUm, model.config.nominalPixelSizeUm ?? frame.pixelSizeUm);
  const { step } = model.input.x;
  const [width, height] = [Math.ceil(scale.width / step) * step, Math.ceil(scale.height / step) * step];
  const values = new Float32Array(width * height * 3);
  new PictureSampler(frame, scale, referenceKernels).sample(pixels, { x: 0, y: 0, width, height }, values);
  return new Tensor("float32", values.map((value) => value / 255), [1, 3, height, width]);
}

/** Pale discs on a light ground: something to find, the same every time. */
function drawCells({ width, height, pixelFormat }: BenchFrame): Uint8Array {
  const pixels = new Uint8Array(new SharedArrayBuffer(frameBytes(pixelFormat, width, height)));
  const channels = pixels.length / (width * height);
  for (let i = 0; i < pixels.length; i++) {
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    const isCell = Math.hypot((x % 110) - 55, (y % 110) - 55) < 46;
    pixels[i] = (isCell ? 150 : 212) + ((x * 7 + y * 13) % 11);
  }
  return pixels;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
