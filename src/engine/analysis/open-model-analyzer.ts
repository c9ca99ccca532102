import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { ClassInfo, DetectionSet } from "../../shared/domain/detection.ts";
import { errorDataOf, OcularError } from "../../shared/errors.ts";
import { createEmitter } from "../runtime/emitter.ts";
import type { Analyzer } from "./analyzer.ts";
import { defaultThreads } from "./inference/default-threads.ts";
import type { InferenceHost } from "./inference/inference-host.ts";
import type { OnnxAnalyzer } from "./inference/onnx-analyzer.ts";

/** A model package to open, and where its process runs. */
export interface ModelToOpen {
  readonly modelId: string;
  readonly modelsFolder: string;
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly threads?: number;
  /** What computes, asked when the model is opened: "cpu" unless told. */
  readonly provider?: () => Promise<string>;
  /** Where it is remembered that a package passed its test here; see `defaultChecksFolder`. */
  readonly checksFolder?: string;
  /** Told when the model runs, but not as it was asked for: one sentence. */
  readonly onNotice?: (text: string) => void;
  /** The model is read and its process started only then: at the start of the app the picture comes first. */
  readonly startAfter?: Promise<unknown>;
}

/** An analyzer with the thresholds its package states. */
export interface OpenedModel {
  readonly analyzer: Analyzer;
  /** Empty until the package is read. */
  readonly defaultThresholds: () => Readonly<Record<string, number>>;
  /** um per pixel taken for pictures that state none; undefined until the package is read, and where it takes them as they are. */
  readonly assumedPixelSizeUm: () => number | undefined;
}

type State = ReturnType<Analyzer["state"]>;

/**
 * Opens a model package for live work, in the background: "starting" until it can be used. A package that is missing,
 * damaged, or does not reproduce its test tensors on this machine leaves an analyzer in the state "failed" with the
 * reason: the microscope works without it, and the screen says why nothing is found.
 */
export function openModelAnalyzer(options: ModelToOpen): OpenedModel {
  const { modelId } = options;
  const changes = createEmitter<{ state: State; reason: string | undefined }>();
  let inner: Analyzer | undefined;
  let thresholds: Readonly<Record<string, number>> = {};
  let assumedPixelSizeUm: number | undefined;
  let failure: OcularError | undefined;
  let disposed = false;
  let told: string | undefined;

  const canceled = (): OcularError => new OcularError({ tag: "Canceled", what: `Opening model ${modelId}` });
  /** Each notice once, however often the process is started again. */
  const tellNotice = (analyzer: OnnxAnalyzer): void => {
    const text = analyzer.notice();
    if (text === undefined || text === told) return;
    told = text;
    options.onNotice?.(text);
  };

  const open = async (): Promise<Analyzer> => {
    await options.startAfter;
    if (disposed) throw canceled();
    // Read only now: neither this code nor the YAML library has a part in the first picture.
    const [{ loadModelPackage }, { createOnnxAnalyzer }, { defaultChecksFolder, ensureReproduced }] = await Promise.all([
      import("./inference/package/model-package.ts"), import("./inference/onnx-analyzer.ts"), import("./inference/reproduced-models.ts"),
    ]);
    const model = await loadModelPackage(path.join(options.modelsFolder, modelId));
    const provider = (await options.provider?.()) ?? "cpu";
    const run = { host: options.host, clock: options.clock, threads: options.threads ?? defaultThreads(), provider };
    await ensureReproduced(model, { ...run, checksFolder: options.checksFolder ?? defaultChecksFolder() });
    if (disposed) throw canceled();
    thresholds = model.config.scoreThresholds;
    assumedPixelSizeUm = model.config.assumedPixelSizeUm;
    const analyzer = createOnnxAnalyzer({ package: model, ...run });
    analyzer.onDidChangeState((state, reason) => {
      changes.emit({ state, reason });
      tellNotice(analyzer);
    });
    inner = analyzer;
    return analyzer;
  };
  const opened = open().catch((error: unknown) => {
    failure = new OcularError(errorDataOf(error, `Opening model ${modelId}`));
    if (!disposed) changes.emit({ state: "failed", reason: failure.message });
    return undefined;
  });
  const analyzerOrThrow = (analyzer: Analyzer | undefined): Analyzer => {
    if (analyzer !== undefined) return analyzer;
    throw failure ?? new OcularError({ tag: "WrongState", what: "An analysis", state: "the model is being opened", allowedIn: ["ready"] });
  };

  const analyzer: Analyzer = {
    identity: () => inner?.identity() ?? { id: modelId, version: "", sha256: "", runtime: "none", settingsHash: "" },
    classes: (): readonly ClassInfo[] => inner?.classes() ?? [],
    isBusy: () => inner?.isBusy() ?? true,
    state: () => (disposed ? "disposed" : (inner?.state() ?? (failure === undefined ? "starting" : "failed"))),
    onDidChangeState: (listener) => changes.on(({ state, reason }) => { listener(state, reason); }),
    ready: async () => { await analyzerOrThrow(await opened).ready(); },
    analyze: async (...call): Promise<DetectionSet> => analyzerOrThrow(inner).analyze(...call),
    pid: () => inner?.pid(),
    dispose: async () => {
      disposed = true;
      await inner?.dispose();
      changes.clear();
    },
  };
  return { analyzer, defaultThresholds: () => thresholds, assumedPixelSizeUm: () => assumedPixelSizeUm };
}
