import type { Clock } from "../../core/clock.ts";
import type { AnalyzerRef } from "../../shared/domain/comparison.ts";
import type { InferenceHost } from "../analysis/inference/inference-host.ts";
import { findModel } from "../analysis/inference/package/model-package.ts";
import { defaultChecksFolder, ensureReproduced } from "../analysis/inference/reproduced-models.ts";
import { findRecipe, type RecipeFolders } from "../analysis/rules/recipe-store.ts";
import { type AnalysisSource, modelSource, recipeSource } from "./analysis-source.ts";

/** Where models and recipes are, and what runs them. */
export interface SourceParts {
  readonly modelsFolder: string;
  readonly recipes: RecipeFolders;
  readonly host: InferenceHost;
  readonly clock: Clock;
  /** What computes a model: "cpu" unless told. */
  readonly provider?: () => Promise<string>;
}

/**
 * A model or recipe by its name, one thread each time it is opened.
 *
 * @throws OcularError ModelUnknown, ModelInvalid, ModelHashMismatch, ModelNotReproduced, RecipeUnknown, RecipeInvalid
 */
export async function openSource(ref: AnalyzerRef, parts: SourceParts): Promise<AnalysisSource> {
  if (ref.kind === "rules") return recipeSource(await findRecipe(ref.id, parts.recipes));
  const { host, clock } = parts;
  const provider = (await parts.provider?.()) ?? "cpu";
  const model = await findModel(parts.modelsFolder, ref.id);
  await ensureReproduced(model, { host, clock, threads: 1, provider, checksFolder: defaultChecksFolder() });
  return modelSource(model, 1, provider);
}
