import type { RecipeEntry } from "../../../shared/domain/tuning.ts";

/**
 * The recipe to begin with: the one that finds most of the classes that are looked for on the live picture, among equals the
 * first. A recipe for another specimen would greet a person with a black picture.
 */
export function firstRecipe(recipes: readonly RecipeEntry[], classIds: readonly string[]): RecipeEntry | undefined {
  const shared = ({ recipe }: RecipeEntry): number => recipe.classes.filter(({ id }) => classIds.includes(id)).length;
  return recipes.reduce<RecipeEntry | undefined>((best, entry) => (best === undefined || shared(entry) > shared(best) ? entry : best), undefined);
}
