import type { Clock } from "../../core/clock.ts";
import type { ScaleReference } from "../../core/detection/estimate-pixel-size.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import type { InferenceHost } from "../analysis/inference/inference-host.ts";
import { createOnnxAnalyzer } from "../analysis/inference/onnx-analyzer.ts";
import type { ModelPackage } from "../analysis/inference/package/model-package.ts";
import type { StoredRecipe } from "../analysis/rules/recipe-store.ts";
import { createRulesAnalyzer } from "../analysis/rules/rules-analyzer.ts";

/** What an analyzer is started with. */
export interface AnalyzerParts {
  readonly host: InferenceHost;
  readonly clock: Clock;
  /** Added to the nice value of what works; 0 unless told. */
  readonly niceness?: number;
  /** Pictures that state no pixel size are taken for what their objects say, where the source knows how large those are. */
  readonly estimatesScale?: boolean;
  /** Told when it works, but not as it was asked for: one sentence. */
  readonly onNotice?: (text: string) => void;
}

/** What looks at the pictures: a model or a recipe, and what of it goes into run.json. */
export interface AnalysisSource {
  readonly kind: "model" | "recipe";
  readonly id: string;
  readonly version: string;
  readonly classes: readonly ClassInfo[];
  /** um per pixel taken for pictures that state none; undefined for models that take pictures at their own scale. */
  readonly assumedPixelSizeUm: number | undefined;
  /** Objects by whose size the scale of a picture can be estimated; undefined where it cannot. */
  readonly scaleReference: ScaleReference | undefined;
  /** Lowest scores where nobody names any. */
  readonly scoreThresholds: Readonly<Record<string, number>>;
  readonly settings: object;
  /** One analyzer more; each has a process (model) or thread (recipe) of its own. */
  open(parts: AnalyzerParts): Analyzer;
}

/** What becomes of pictures without a pixel size: their scale is estimated where that is wanted and can be done. */
export function scaleOf({ scaleReference }: AnalysisSource, { estimatesScale }: { readonly estimatesScale: boolean }): "estimated" | "as-is" {
  return estimatesScale && scaleReference !== undefined ? "estimated" : "as-is";
}

/** A picture of a batch is a matter of seconds even on a slow, busy machine. */
const RUN_TIMEOUT_MS = 120_000;

/** @param threads of each analyzer that is opened */
export function modelSource(model: ModelPackage, threads: number, provider = "cpu"): AnalysisSource {
  const { config } = model;
  return {
    kind: "model", id: model.id, version: model.version, classes: model.classes,
    assumedPixelSizeUm: config.assumedPixelSizeUm, scaleReference: config.scaleReference, scoreThresholds: config.scoreThresholds,
    settings: { nms_iou: config.nmsIou, model_pixel_size_um: config.nominalPixelSizeUm, threads },
    open: ({ host, clock, niceness = 0, estimatesScale = false, onNotice }) => {
      const analyzer = createOnnxAnalyzer({ package: model, host, clock, threads, provider, timeoutMs: RUN_TIMEOUT_MS, niceness, estimatesScale });
      analyzer.onDidChangeState(() => {
        const text = analyzer.notice();
        if (text !== undefined) onNotice?.(text);
      });
      return analyzer;
    },
  };
}

/** The whole recipe goes into run.json: with it the run can be done again even if its file is lost. */
export function recipeSource({ recipe, origin }: StoredRecipe): AnalysisSource {
  return {
    kind: "recipe", id: recipe.id, version: String(recipe.version), classes: recipe.classes.map(({ gates: _gates, ...info }) => info),
    assumedPixelSizeUm: recipe.assumedPixelSizeUm, scaleReference: undefined, scoreThresholds: {},
    settings: { recipe_origin: origin, recipe },
    open: ({ clock, niceness = 0 }) => createRulesAnalyzer({ recipe, clock, timeoutMs: RUN_TIMEOUT_MS, niceness }),
  };
}
