import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import { errorDataOf, OcularError } from "../../shared/errors.ts";
import type { Analyzer } from "./analyzer.ts";
import { defaultThreads } from "./inference/default-threads.ts";
import type { InferenceHost } from "./inference/inference-host.ts";
import { createOnnxAnalyzer } from "./inference/onnx-analyzer.ts";
import { loadModelPackage } from "./inference/package/model-package.ts";

/** An analyzer with the thresholds its package states. */
export interface OpenedModel {
  readonly analyzer: Analyzer;
  readonly defaultThresholds: Readonly<Record<string, number>>;
}

/**
 * Opens a model package for live work. A package that is missing or damaged gives an analyzer in the state "failed"
 * with the reason: the microscope works without it, and the screen says why nothing is found.
 */
export async function openModelAnalyzer(options: { modelId: string; modelsFolder: string; host: InferenceHost; clock: Clock; threads?: number }): Promise<OpenedModel> {
  try {
    const model = await loadModelPackage(path.join(options.modelsFolder, options.modelId));
    const analyzer = createOnnxAnalyzer({ package: model, host: options.host, clock: options.clock, threads: options.threads ?? defaultThreads() });
    return { analyzer, defaultThresholds: model.config.scoreThresholds };
  } catch (error) {
    return { analyzer: failedAnalyzer(options.modelId, new OcularError(errorDataOf(error, `Opening model ${options.modelId}`))), defaultThresholds: {} };
  }
}

/** An analyzer that can only say why it is none. */
function failedAnalyzer(modelId: string, reason: OcularError): Analyzer {
  return {
    identity: () => ({ id: modelId, version: "", sha256: "", runtime: "none", settingsHash: "" }),
    classes: () => [],
    isBusy: () => false,
    state: () => "failed",
    onDidChangeState: (listener) => {
      queueMicrotask(() => { listener("failed", reason.message); });
      return () => undefined;
    },
    ready: () => Promise.reject(reason),
    analyze: () => Promise.reject(reason),
    pid: () => undefined,
    dispose: () => Promise.resolve(),
  };
}
