import { OcularError } from "../../shared/errors.ts";
import type { RecipeStep } from "../../shared/domain/recipe.ts";

/** Why a recipe cannot be used, as one sentence that names the place. `reason` goes on after "because". */
export function recipeError(recipeId: string, where: string, reason: string): OcularError {
  return new OcularError({ tag: "RecipeInvalid", recipeId, where, reason });
}

/** "step 3 (threshold)", counted as people count. */
export function stepName(index: number, step: Pick<RecipeStep, "kind">): string {
  return `step ${index + 1} (${step.kind})`;
}
