import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../../core/clock.ts";
import { OcularError } from "../../../shared/errors.ts";
import { saveFile } from "../../runtime/save-file.ts";
import type { InferenceHost } from "./inference-host.ts";
import { RunRefused, openTensorLink } from "./link/tensor-link.ts";
import type { RunResult, TensorLink } from "./link/tensor-link.ts";
import type { WireTensor } from "./link/wire-tensor.ts";
import { applySteps } from "./package/apply-steps.ts";
import type { NamedTensor } from "./package/apply-steps.ts";
import { compareTensors, toleranceFor } from "./package/compare-tensors.ts";
import { convertNumbers } from "./package/convert-numbers.ts";
import { loadModelPackage } from "./package/model-package.ts";
import type { ModelPackage, ModelTensor, PackageFile } from "./package/model-package.ts";
import { formatNpy, parseNpy } from "./package/npy.ts";
import type { Tensor } from "./package/npy.ts";
import { instanceStepOf } from "./package/processing.ts";
import { startModelProcess } from "./process/model-process.ts";

export interface CheckModelOptions {
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly threads: number;
  /** What computes; "cpu" unless told. */
  readonly provider?: string;
  /** Where both tensors go when they differ: `<model>.<output>.expected.npy` and `...actual.npy`. */
  readonly keepIn: string;
  readonly timeoutMs?: number;
  /** Runs that are timed after the first; none unless told. */
  readonly timedRuns?: number;
}

/** What a check that passed says. */
export interface ModelCheck {
  readonly model: ModelPackage;
  readonly runtime: string;
  /** Why another provider served than was asked for. */
  readonly notice: string | undefined;
  /** Median time of the model for its test input, ms; undefined when nothing was timed. */
  readonly msPerRun: number | undefined;
  readonly outputs: ReadonlyArray<CheckedOutput>;
}

export interface CheckedOutput {
  readonly id: string;
  readonly largestDifference: number;
  readonly absoluteTolerance: number;
  /** Its test tensor holds objects and not the maps the model gives: only shape and numbers were looked at. */
  readonly holdsObjects: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * Whether a model package does on this machine what its makers saw: hashes, then its test tensors through the same
 * process that analyses frames, compared within the stated tolerance.
 *
 * @throws OcularError of {@link loadModelPackage}; ModelInvalid (no test tensors, no result); ModelNotReproduced, after
 * keeping both tensors; InferenceDied, InferenceTimeout.
 */
export async function checkModel(folder: string, options: CheckModelOptions): Promise<ModelCheck> {
  return checkPackage(await loadModelPackage(folder), options);
}

/** The same for a package that was read already. */
export async function checkPackage(model: ModelPackage, options: CheckModelOptions): Promise<ModelCheck> {
  const raw = namedTensor(model.input, await readTensor(requireTest(model, model.input)));
  const input = asWire(model, raw);
  const { result, ...served } = await runModel(model, input, options);
  const outputs = [];
  for (const output of model.outputs) outputs.push(await checkOutput(model, output, result, raw, options.keepIn));
  return { model, outputs, ...served };
}

interface ServedRun {
  readonly runtime: string;
  readonly notice: string | undefined;
  readonly msPerRun: number | undefined;
  readonly result: RunResult;
}

/** One run of a package's model in a process of its own, and then those that are timed. */
export async function runModel(model: ModelPackage, input: WireTensor, options: Omit<CheckModelOptions, "keepIn">): Promise<ServedRun> {
  const { host, clock, threads, provider, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const link = await openTensorLink();
  try {
    const process = await startModelProcess({ model, host, clock, threads, provider, link, startTimeoutMs: timeoutMs, niceness: 0 });
    const done = new AbortController();
    try {
      const died = new Promise<never>((_, reject) => {
        process.onDied((reason) => reject(new OcularError({ tag: "InferenceDied", modelId: model.id, reason })));
      });
      const late = clock.delay(timeoutMs, done.signal).then(
        () => Promise.reject(new OcularError({ tag: "InferenceTimeout", modelId: model.id, timeoutMs })),
        () => new Promise<never>(() => undefined), // The run was first.
      );
      const result = await Promise.race([link.run([input]), died, late]);
      const msPerRun = await Promise.race([timeRuns(link, input, options.timedRuns ?? 0), died, late]);
      return { runtime: process.runtime, notice: process.notice, msPerRun, result };
    } finally {
      done.abort();
      process.kill();
    }
  } catch (error) {
    if (error instanceof RunRefused) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: error.message }, { cause: error });
    throw error;
  } finally {
    await link.close();
  }
}

async function timeRuns(link: TensorLink, input: WireTensor, runs: number): Promise<number | undefined> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push((await link.run([input])).runMs);
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

/** The test input, pre-processed as frames are. */
function asWire(model: ModelPackage, { axes, shape, data }: NamedTensor): WireTensor {
  const prepared = { axes, shape, data: data.slice() };
  applySteps(prepared, model.input.steps, new Map([[model.input.id, { axes, shape, data }]]));
  return { name: model.input.id, dtype: "float32", shape: [...shape], data: prepared.data };
}

async function checkOutput(model: ModelPackage, output: ModelTensor, result: RunResult, raw: NamedTensor, keepIn: string): Promise<CheckedOutput> {
  const actual = result.outputs.get(output.id);
  if (actual === undefined) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: `it gives no output ${output.id}` });
  const numbers = actual.data instanceof Float32Array ? actual.data : convertNumbers(actual.data, Float32Array);
  const tolerance = toleranceFor(output.id, model.tolerances);
  if (instanceStepOf(output.steps) !== undefined) {
    if (!numbers.every(Number.isFinite)) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: `its output ${output.id} holds values that are no numbers` });
    return { id: output.id, largestDifference: 0, absoluteTolerance: tolerance.absolute_tolerance, holdsObjects: true };
  }
  const expected = await readTensor(requireTest(model, output));
  const shown = namedTensor(output, { shape: actual.shape, data: numbers });
  if (shown.axes.length === actual.shape.length) applySteps(shown, output.steps, new Map([[model.input.id, raw]]));
  const { isReproduced, largestDifference } = compareTensors(numbers, expected.data, tolerance);
  if (isReproduced) return { id: output.id, largestDifference, absoluteTolerance: tolerance.absolute_tolerance, holdsObjects: false };
  const kept = await Promise.allSettled([
    saveFile(join(keepIn, `${model.id}.${output.id}.expected.npy`), formatNpy(expected)),
    saveFile(join(keepIn, `${model.id}.${output.id}.actual.npy`), formatNpy({ shape: actual.shape, data: numbers })),
  ]);
  // That they differ is what matters, also where no disk takes them.
  const areKept = kept.every(({ status }) => status === "fulfilled");
  throw new OcularError({ tag: "ModelNotReproduced", modelId: model.id, tensor: output.id, largestDifference, tolerance: tolerance.absolute_tolerance, ...(areKept ? { keptIn: keepIn } : {}) });
}

function namedTensor(tensor: ModelTensor, { shape, data }: Tensor): NamedTensor {
  return { axes: tensor.axes.map((axis) => axis.id), shape, data: data instanceof Float32Array ? data : convertNumbers(data, Float32Array) };
}

function requireTest(model: ModelPackage, tensor: ModelTensor): PackageFile {
  if (tensor.testTensor === undefined) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: `${tensor.id} has no test tensor` });
  return tensor.testTensor;
}

async function readTensor(file: PackageFile): Promise<Tensor> {
  return parseNpy(await readFile(file.path), basename(file.path));
}
