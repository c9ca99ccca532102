import type { Analyzer, AnalyzerInput, AnalyzerSettings } from "../../engine/analysis/analyzer.ts";
import { createOnnxAnalyzer } from "../../engine/analysis/inference/onnx-analyzer.ts";
import type { AnalyzedPicture } from "../../engine/analysis/inference/onnx-analyzer.ts";
import type { ModelPackage } from "../../engine/analysis/inference/package/model-package.ts";
import type { StoredRecipe } from "../../engine/analysis/rules/recipe-store.ts";
import { createRulesAnalyzer } from "../../engine/analysis/rules/rules-analyzer.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { CliContext } from "../context.ts";

/** An analyzer that takes one picture after the other. */
export interface BatchAnalyzer extends Analyzer {
  analyzeMany<Input extends AnalyzerInput>(inputs: AsyncIterable<Input> | Iterable<Input>, settings?: AnalyzerSettings): AsyncGenerator<AnalyzedPicture<Input>>;
}

/** What looks at the pictures: a model or a recipe, and what of it goes into run.json. */
export interface AnalysisSource {
  readonly kind: "model" | "recipe";
  readonly id: string;
  readonly version: string;
  readonly classes: readonly ClassInfo[];
  /** um per pixel taken for pictures that state none; undefined for models that take pictures at their own scale. */
  readonly assumedPixelSizeUm: number | undefined;
  /** Lowest scores where the command line names none. */
  readonly scoreThresholds: Readonly<Record<string, number>>;
  readonly settings: object;
  open(context: CliContext): BatchAnalyzer;
}

/** A picture of a batch is a matter of seconds even on a slow, busy machine. */
const RUN_TIMEOUT_MS = 120_000;

export function modelSource(model: ModelPackage, threads: number, provider = "cpu"): AnalysisSource {
  const { config } = model;
  return {
    kind: "model", id: model.id, version: model.version, classes: model.classes,
    assumedPixelSizeUm: config.assumedPixelSizeUm, scoreThresholds: config.scoreThresholds,
    settings: { nms_iou: config.nmsIou, model_pixel_size_um: config.nominalPixelSizeUm, threads },
    open: ({ host, clock }) => createOnnxAnalyzer({ package: model, host, clock, threads, provider, timeoutMs: RUN_TIMEOUT_MS, niceness: 0 }),
  };
}

/** The whole recipe goes into run.json: with it the run can be done again even if its file is lost. */
export function recipeSource({ recipe, origin }: StoredRecipe): AnalysisSource {
  return {
    kind: "recipe", id: recipe.id, version: String(recipe.version), classes: recipe.classes.map(({ gates: _gates, ...info }) => info),
    assumedPixelSizeUm: recipe.assumedPixelSizeUm, scoreThresholds: {},
    settings: { recipe_origin: origin, recipe },
    open: ({ clock }) => createRulesAnalyzer({ recipe, clock, timeoutMs: RUN_TIMEOUT_MS, niceness: 0 }),
  };
}
