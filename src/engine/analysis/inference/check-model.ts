import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../../core/clock.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { InferenceHost } from "./inference-host.ts";
import { RunRefused, openTensorLink } from "./link/tensor-link.ts";
import type { RunResult } from "./link/tensor-link.ts";
import type { WireTensor } from "./link/wire-tensor.ts";
import { compareTensors, toleranceFor } from "./package/compare-tensors.ts";
import { loadModelPackage } from "./package/model-package.ts";
import type { ModelPackage, ModelTensor, PackageFile } from "./package/model-package.ts";
import { formatNpy, parseNpy } from "./package/npy.ts";
import type { Tensor } from "./package/npy.ts";
import { applySteps } from "./package/processing.ts";
import { startModelProcess } from "./process/model-process.ts";

export interface CheckModelOptions {
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly threads: number;
  /** Where both tensors go when they differ: `<model>.<output>.expected.npy` and `...actual.npy`. */
  readonly keepIn: string;
  readonly timeoutMs?: number;
}

/** What a check that passed says. */
export interface ModelCheck {
  readonly model: ModelPackage;
  readonly runtime: string;
  readonly outputs: ReadonlyArray<{ readonly id: string; readonly largestDifference: number; readonly absoluteTolerance: number }>;
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
  const model = await loadModelPackage(folder);
  const input = await readTensor(requireTest(model, model.input));
  const { runtime, result } = await runOnce(model, asWire(model, input), options);
  const outputs = [];
  for (const output of model.outputs) outputs.push(await checkOutput(model, output, result, options.keepIn));
  return { model, runtime, outputs };
}

async function runOnce(model: ModelPackage, input: WireTensor, options: CheckModelOptions): Promise<{ runtime: string; result: RunResult }> {
  const { host, clock, threads, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const link = await openTensorLink();
  try {
    const process = await startModelProcess({ model, host, clock, threads, link, startTimeoutMs: timeoutMs, niceness: 0 });
    const done = new AbortController();
    try {
      const died = new Promise<never>((_, reject) => {
        process.onDied((reason) => reject(new OcularError({ tag: "InferenceDied", modelId: model.id, reason })));
      });
      const late = clock.delay(timeoutMs, done.signal).then(
        () => Promise.reject(new OcularError({ tag: "InferenceTimeout", modelId: model.id, timeoutMs })),
        () => new Promise<never>(() => undefined), // The run was first.
      );
      return { runtime: process.runtime, result: await Promise.race([link.run([input]), died, late]) };
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

/** The test input, pre-processed as frames are. */
function asWire(model: ModelPackage, tensor: Tensor): WireTensor {
  const data = Float32Array.from(tensor.data, Number);
  applySteps({ axes: model.input.axes, shape: tensor.shape, data }, model.input.steps);
  return { name: model.input.id, dtype: "float32", shape: [...tensor.shape], data };
}

async function checkOutput(model: ModelPackage, output: ModelTensor, result: RunResult, keepIn: string): Promise<ModelCheck["outputs"][number]> {
  const expected = await readTensor(requireTest(model, output));
  const actual = result.outputs.get(output.id);
  if (actual === undefined) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: `it gives no output ${output.id}` });
  if (actual.data instanceof Float32Array) applySteps({ axes: output.axes, shape: actual.shape, data: actual.data }, output.steps);
  const tolerance = toleranceFor(output.id, model.tolerances);
  const { isReproduced, largestDifference } = compareTensors(actual.data, expected.data, tolerance);
  if (isReproduced) return { id: output.id, largestDifference, absoluteTolerance: tolerance.absolute_tolerance };
  await mkdir(keepIn, { recursive: true });
  await writeFile(join(keepIn, `${model.id}.${output.id}.expected.npy`), formatNpy(expected));
  await writeFile(join(keepIn, `${model.id}.${output.id}.actual.npy`), formatNpy(actual));
  throw new OcularError({ tag: "ModelNotReproduced", modelId: model.id, tensor: output.id, largestDifference, tolerance: tolerance.absolute_tolerance });
}

function requireTest(model: ModelPackage, tensor: ModelTensor): PackageFile {
  if (tensor.testTensor === undefined) throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: `${tensor.id} has no test tensor` });
  return tensor.testTensor;
}

async function readTensor(file: PackageFile): Promise<Tensor> {
  return parseNpy(await readFile(file.path), basename(file.path));
}
