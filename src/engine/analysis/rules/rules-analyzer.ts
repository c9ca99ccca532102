import type { Clock } from "../../../core/clock.ts";
import { checkRecipe } from "../../../core/rules/check-recipe.ts";
import { RULES_VERSION } from "../../../core/rules/run-recipe.ts";
import type { AnalyzerIdentity, ClassInfo, Detection, DetectionSet } from "../../../shared/domain/detection.ts";
import type { Recipe } from "../../../shared/domain/recipe.ts";
import { OcularError } from "../../../shared/errors.ts";
import { loadPixelKernels } from "../../native/pixel-kernels.ts";
import type { Analyzer, AnalyzerInput, AnalyzerSettings } from "../analyzer.ts";
import type { AnalyzedPicture } from "../inference/onnx-analyzer.ts";
import { sha256OfSettings } from "../inference/package/file-hash.ts";
import { shareablePixels } from "../inference/shareable-pixels.ts";
import { inTime, unlessAborted } from "../settle-work.ts";
import { thresholdsById } from "../thresholds-by-id.ts";
import { sha256OfRecipe } from "./recipe-file.ts";
import { RulesThreadKeeper } from "./rules-thread-keeper.ts";
import type { RulesAnswer, RulesThread } from "./rules-thread.ts";

export interface RulesAnalyzerOptions {
  readonly recipe: Recipe;
  readonly clock: Clock;
  /** Put before the detections' ids, for two analyzers on one frame. */
  readonly idPrefix?: string;
  /** Longest time one picture may take, ms. */
  readonly timeoutMs?: number;
  /** Added to the nice value of the thread: devices and display come first. */
  readonly niceness?: number;
  /** Bundle of the worker; tests give one that misbehaves. */
  readonly entryFile?: string;
}

/** A rule recipe behind the analyzer's seam. */
export interface RulesAnalyzer extends Analyzer {
  /** As with a learned model: in order, the next picture read while this one is worked on; a picture that fails carries its error. */
  analyzeMany<Input extends AnalyzerInput>(inputs: AsyncIterable<Input> | Iterable<Input>, settings?: AnalyzerSettings): AsyncGenerator<AnalyzedPicture<Input>>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_NICENESS = 5;

/**
 * An analyzer that runs a recipe in a worker thread of its own. It starts at once; see `ready()`.
 *
 * @throws OcularError RecipeInvalid.
 */
export function createRulesAnalyzer(options: RulesAnalyzerOptions): RulesAnalyzer {
  checkRecipe(options.recipe);
  return new RecipeAnalyzer(options);
}

class RecipeAnalyzer implements RulesAnalyzer {
  readonly #recipe: Recipe;
  readonly #sha256: string;
  readonly #clock: Clock;
  readonly #idPrefix: string;
  readonly #timeoutMs: number;
  readonly #keeper: RulesThreadKeeper;
  #isBusy = false;

  constructor({ recipe, clock, idPrefix = "", timeoutMs = DEFAULT_TIMEOUT_MS, niceness = DEFAULT_NICENESS, entryFile }: RulesAnalyzerOptions) {
    this.#recipe = recipe;
    this.#sha256 = sha256OfRecipe(recipe);
    this.#clock = clock;
    this.#idPrefix = idPrefix;
    this.#timeoutMs = timeoutMs;
    this.#keeper = new RulesThreadKeeper({ recipeId: recipe.id, niceness, entryFile }, clock);
  }

  identity(): AnalyzerIdentity {
    return this.#identityWith(this.#thresholds());
  }

  classes(): readonly ClassInfo[] {
    return this.#recipe.classes.map(({ gates: _gates, ...info }) => info);
  }

  isBusy(): boolean {
    return this.#isBusy || this.#keeper.thread === undefined;
  }

  state(): ReturnType<Analyzer["state"]> {
    return this.#keeper.state;
  }

  onDidChangeState(listener: Parameters<Analyzer["onDidChangeState"]>[0]): () => void {
    return this.#keeper.onDidChangeState(listener);
  }

  async ready(): Promise<void> {
    await this.#keeper.ready();
  }

  /** The work is done in a thread of this process. */
  pid(): undefined {
    return undefined;
  }

  dispose(): Promise<void> {
    return this.#keeper.dispose();
  }

  async analyze(input: AnalyzerInput, settings?: AnalyzerSettings, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<DetectionSet> {
    if (options?.signal?.aborted === true) throw this.#canceled();
    const { thread } = this.#keeper;
    if (thread === undefined) throw this.#keeper.unusable();
    if (this.#isBusy) throw new OcularError({ tag: "WrongState", what: "Analysis", state: "busy", allowedIn: ["ready"] });
    const thresholds = this.#thresholds(settings);
    this.#isBusy = true;
    const work = this.#analyzeOn(thread, input, thresholds, options?.timeoutMs ?? this.#timeoutMs);
    const settled = (): void => { this.#isBusy = false; };
    work.then(settled, settled);
    return options?.signal === undefined ? work : unlessAborted(work, options.signal, () => this.#canceled());
  }

  async *analyzeMany<Input extends AnalyzerInput>(inputs: AsyncIterable<Input> | Iterable<Input>, settings?: AnalyzerSettings): AsyncGenerator<AnalyzedPicture<Input>> {
    await this.ready();
    let underWay: Promise<AnalyzedPicture<Input>> | undefined;
    for await (const input of inputs) {
      // Waiting for the one before lets the next input be read meanwhile: it is here already.
      if (underWay !== undefined) yield await underWay;
      underWay = this.#outcome(input, settings);
    }
    if (underWay !== undefined) yield await underWay;
  }

  async #outcome<Input extends AnalyzerInput>(input: Input, settings?: AnalyzerSettings): Promise<AnalyzedPicture<Input>> {
    try {
      await this.ready();
      return { input, detections: await this.analyze(input, settings) };
    } catch (error) {
      if (!(error instanceof OcularError)) throw error;
      return { input, error };
    }
  }

  async #analyzeOn(thread: RulesThread, { header, pixels }: AnalyzerInput, thresholds: readonly number[], timeoutMs: number): Promise<DetectionSet> {
    const { frameId, width, height, pixelFormat, pixelSizeUm } = header;
    if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) throw new OcularError({ tag: "InvalidInput", what: "The picture", reason: `its size is ${width} x ${height}` });
    if (pixelSizeUm !== undefined && !(pixelSizeUm > 0 && Number.isFinite(pixelSizeUm))) throw new OcularError({ tag: "InvalidInput", what: "The picture", reason: `its pixel size is ${pixelSizeUm} um` });
    const startedMs = this.#clock.nowMs();
    const shared = await shareablePixels(pixels);
    const answer = await inTime(thread.run({ recipe: this.#recipe, picture: { width, height, pixelFormat, pixelSizeUm, pixels: shared } }), {
      clock: this.#clock, timeoutMs, id: this.#recipe.id, giveUp: (reason) => { this.#keeper.replace(thread, reason); },
    });
    this.#keeper.praise();
    const scoreThresholds = thresholdsById(this.#recipe.classes, thresholds);
    return { frameId, analyzer: this.#identityWith(thresholds), detections: detectionsOf(this.#recipe, answer, thresholds, `${this.#idPrefix}${frameId}-`), scoreThresholds, analysisMs: this.#clock.nowMs() - startedMs };
  }

  #canceled(): OcularError {
    return new OcularError({ tag: "Canceled", what: `Analysis with ${this.#recipe.id}` });
  }

  /** Lowest score per class in the recipe's order: 0, unless told; the gates have decided already. */
  #thresholds(settings?: AnalyzerSettings): readonly number[] {
    const told = settings?.scoreThresholds ?? {};
    const known = this.#recipe.classes.map(({ id }) => id);
    for (const [classId, score] of Object.entries(told)) {
      if (!known.includes(classId)) throw new OcularError({ tag: "UnsupportedValue", what: "Class", value: classId, allowed: known });
      if (!(score >= 0 && score <= 1)) throw new OcularError({ tag: "OutOfRange", what: `Score threshold of ${classId}`, value: score, min: 0, max: 1, unit: "" });
    }
    return known.map((id) => told[id] ?? 0);
  }

  #identityWith(thresholds: readonly number[]): AnalyzerIdentity {
    const kernels = this.#keeper.thread?.kernels ?? loadPixelKernels().kernels.name;
    return {
      id: this.#recipe.id, version: String(this.#recipe.version), sha256: this.#sha256,
      runtime: `rules ${RULES_VERSION}, kernels ${kernels}`,
      settingsHash: sha256OfSettings({ algorithm: RULES_VERSION, thresholds }),
    };
  }
}

/** What the thread found as detections, those below the thresholds left out. */
function detectionsOf(recipe: Recipe, { objects }: Pick<RulesAnswer, "objects">, thresholds: readonly number[], idPrefix: string): Detection[] {
  const detections: Detection[] = [];
  for (const [at, score] of objects.scores.entries()) {
    const index = objects.classes[at] ?? 0;
    if (score < (thresholds[index] ?? 0)) continue;
    const [x = 0, y = 0, width = 0, height = 0] = objects.boxes.subarray(4 * at, 4 * at + 4);
    detections.push({
      id: `${idPrefix}${at}`, classId: recipe.classes[index]?.id ?? "", score, box: { x, y, width, height },
      contour: [...objects.points.subarray(at === 0 ? 0 : objects.ends[at - 1], objects.ends[at])],
    });
  }
  return detections;
}
