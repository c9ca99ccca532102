import { readdir } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { AnalyzerRef } from "../../shared/domain/comparison.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { isOcularError } from "../../shared/errors.ts";
import type { AnalyzerEntry } from "../../shared/ipc/contract.ts";
import type { ChosenAnalyzer } from "./analyzer-seat.ts";
import type { InferenceHost } from "./inference/inference-host.ts";
import { openModelAnalyzer } from "./open-model-analyzer.ts";
import type { RecipeFolders } from "./rules/recipe-store.ts";

/** Learned models and rule recipes in one list: what can look at a picture here. */
export interface AnalyzerCatalog {
  /** Models first, then recipes, by id; one that cannot be used says why. */
  list(): Promise<AnalyzerEntry[]>;
  /** Classes of all that can be used here, one of each id: letters and colours for sessions of any of them. */
  classes(): Promise<ClassInfo[]>;
  /**
   * Opens one: it starts in the background, see `ready()`.
   * @throws OcularError RecipeUnknown, RecipeInvalid; a model tells its reason by its state
   */
  open(ref: AnalyzerRef): Promise<ChosenAnalyzer>;
}

export function createAnalyzerCatalog(deps: { modelsFolder: string; recipes: RecipeFolders; host: InferenceHost; clock: Clock; provider?: () => Promise<string>; onNotice?: (text: string) => void }): AnalyzerCatalog {
  const { modelsFolder, recipes, host, clock, provider, onNotice } = deps;
  const chosen = { ...(provider === undefined ? {} : { provider }), ...(onNotice === undefined ? {} : { onNotice }) };
  return {
    list: async () => [...(await modelsIn(modelsFolder)), ...(await recipesIn(recipes))],
    classes: async () => classesIn(modelsFolder, recipes),
    open: async (ref) => {
      if (ref.kind === "model") return { ref, ...openModelAnalyzer({ modelId: ref.id, modelsFolder, host, clock, ...chosen }) };
      // Read when a recipe is wanted: neither YAML nor rules have a part in the first picture.
      const [{ findRecipe }, { createRulesAnalyzer }] = await Promise.all([import("./rules/recipe-store.ts"), import("./rules/rules-analyzer.ts")]);
      const { recipe } = await findRecipe(ref.id, recipes);
      return { ref, analyzer: createRulesAnalyzer({ recipe, clock }), defaultThresholds: () => ({}), assumedPixelSizeUm: () => recipe.assumedPixelSizeUm };
    },
  };
}

async function modelsIn(folder: string): Promise<AnalyzerEntry[]> {
  const { loadModelPackage } = await import("./inference/package/model-package.ts");
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name !== "training").map((entry) => entry.name).sort();
  return Promise.all(names.map(async (id): Promise<AnalyzerEntry> => {
    const ref: AnalyzerRef = { kind: "model", id };
    try {
      const model = await loadModelPackage(path.join(folder, id));
      return { ref, name: model.name, version: model.version, ...(model.config.scaleReference === undefined ? {} : { canEstimateScale: true }) };
    } catch (error) {
      if (!isOcularError(error)) throw error;
      return { ref, name: id, version: "", problem: error.message };
    }
  }));
}

async function classesIn(modelsFolder: string, recipes: RecipeFolders): Promise<ClassInfo[]> {
  const [{ listModels }, { listRecipes }] = await Promise.all([import("./inference/package/model-package.ts"), import("./rules/recipe-store.ts")]);
  const [models, rules] = await Promise.all([listModels(modelsFolder), listRecipes(recipes)]);
  const all = [...models.flatMap((model) => ("error" in model ? [] : [...model.package.classes])), ...rules.recipes.flatMap(({ recipe }) => recipe.classes.map(({ id, name, plural, letter, colorIndex }) => ({ id, name, plural, letter, colorIndex })))];
  return all.filter(({ id }, index) => all.findIndex((one) => one.id === id) === index);
}

async function recipesIn(folders: RecipeFolders): Promise<AnalyzerEntry[]> {
  const { listRecipes } = await import("./rules/recipe-store.ts");
  const { recipes } = await listRecipes(folders);
  // The newest version of each id: they come sorted.
  const newest = recipes.filter((one, i) => recipes[i - 1]?.recipe.id !== one.recipe.id);
  return newest.map(({ recipe }) => ({ ref: { kind: "rules", id: recipe.id }, name: recipe.name, version: String(recipe.version), ...(recipe.description === "" ? {} : { description: recipe.description }) }));
}
