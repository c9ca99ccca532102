import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { parseRecipe } from "../../../core/rules/parse-recipe.ts";
import { recipeError } from "../../../core/rules/recipe-error.ts";
import { canonicalJson } from "../../../core/session/canonical-json.ts";
import type { Recipe } from "../../../shared/domain/recipe.ts";
import { OcularError } from "../../../shared/errors.ts";

/** No recipe is as long; what is larger is another file. */
const MOST_CHARS = 1_000_000;

/**
 * The recipe in a text of YAML or JSON.
 *
 * @param name what to call it in an error when it does not say its own id.
 * @throws OcularError RecipeInvalid.
 */
export function recipeOfText(text: string, name: string): Recipe {
  if (text.length > MOST_CHARS) throw recipeError(name, "the whole", "it is too long for a recipe");
  let value: unknown;
  try {
    // No aliases: a few lines of them unfold to any size.
    value = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] ?? "" : String(error);
    throw recipeError(name, "the whole", `it is no YAML or JSON, ${reason.replace(/[:.]$/u, "")}`);
  }
  return parseRecipe(value, name);
}

/** @throws OcularError FileMissing, RecipeInvalid. */
export async function readRecipe(path: string): Promise<Recipe> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new OcularError({ tag: "FileMissing", path }, { cause: error });
  }
  return recipeOfText(text, basename(path));
}

/** As a person would write it; {@link recipeOfText} gives the same recipe back. */
export function textOfRecipe(recipe: Recipe): string {
  return stringifyYaml(recipe, { lineWidth: 110 });
}

/**
 * SHA-256 of the recipe as canonical JSON (RFC 8785), what may be left out filled in: it does not change with blanks,
 * comments, the order of members, or YAML and JSON; it does with any value.
 */
export function sha256OfRecipe(recipe: Recipe): string {
  return createHash("sha256").update(canonicalJson(recipe)).digest("hex");
}
