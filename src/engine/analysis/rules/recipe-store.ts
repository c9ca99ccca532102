import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { parseRecipe } from "../../../core/rules/parse-recipe.ts";
import type { Recipe, RecipeOrigin } from "../../../shared/domain/recipe.ts";
import { isOcularError, OcularError } from "../../../shared/errors.ts";
import { saveNewFile } from "../../runtime/save-file.ts";
import { readRecipe, sha256OfRecipe, textOfRecipe } from "./recipe-file.ts";

/** Where recipes lie. */
export interface RecipeFolders {
  /** Those that come with Ocular; never written. */
  readonly shipped: string;
  /** Those a person saved; made when the first one is. Left out where nobody saves any. */
  readonly own?: string;
}

export interface StoredRecipe {
  readonly recipe: Recipe;
  readonly sha256: string;
  readonly origin: RecipeOrigin;
  readonly path: string;
}

/** Every recipe that can be read, by id, the newest version first; and why others cannot. */
export interface RecipeList {
  readonly recipes: readonly StoredRecipe[];
  readonly problems: readonly OcularError[];
}

const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

export async function listRecipes(folders: RecipeFolders): Promise<RecipeList> {
  const problems: OcularError[] = [];
  const shipped = await recipesIn(folders.shipped, "shipped", problems);
  const own = folders.own === undefined ? [] : await recipesIn(folders.own, "own", problems);
  const recipes = [...shipped, ...own].sort((a, b) => (a.recipe.id < b.recipe.id ? -1 : a.recipe.id > b.recipe.id ? 1 : b.recipe.version - a.recipe.version));
  return { recipes, problems };
}

async function recipesIn(folder: string, origin: RecipeOrigin, problems: OcularError[]): Promise<StoredRecipe[]> {
  if (!existsSync(folder)) return [];
  const found: StoredRecipe[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!EXTENSIONS.has(extname(name))) continue;
    const path = join(folder, name);
    try {
      found.push(stored(await readRecipe(path), origin, path));
    } catch (error) {
      if (!isOcularError(error)) throw error;
      problems.push(error);
    }
  }
  return found;
}

function stored(recipe: Recipe, origin: RecipeOrigin, path: string): StoredRecipe {
  return { recipe, sha256: sha256OfRecipe(recipe), origin, path };
}

/**
 * The recipe that a person names: a file, an id (its newest version), or an id with a version, "nuclei@2".
 *
 * @throws OcularError RecipeUnknown naming those there are, FileMissing, RecipeInvalid.
 */
export async function findRecipe(name: string, folders: RecipeFolders): Promise<StoredRecipe> {
  if (EXTENSIONS.has(extname(name))) return stored(await readRecipe(name), "own", name);
  const { recipes, problems } = await listRecipes(folders);
  const [id, version] = name.split("@", 2);
  const match = recipes.find(({ recipe }) => recipe.id === id && (version === undefined || String(recipe.version) === version));
  if (match !== undefined) return match;
  // The one that was meant may be there and broken: then that is what to say.
  const broken = problems.find(({ data }) => data.tag === "RecipeInvalid" && (data.recipeId === id || data.recipeId.startsWith(`${id ?? ""}.`)));
  throw broken ?? new OcularError({ tag: "RecipeUnknown", recipeId: name, known: [...new Set(recipes.map(({ recipe }) => recipe.id))] });
}

/**
 * Keeps a recipe as the next version of its id, in the person's own folder. Nothing that exists is ever written over.
 *
 * @throws OcularError RecipeInvalid, RecipeExists, DiskFull, DiskUnwritable.
 */
export async function saveRecipe(recipe: Recipe, folders: Required<RecipeFolders>): Promise<StoredRecipe> {
  const { recipes } = await listRecipes(folders);
  const versions = recipes.filter((one) => one.recipe.id === recipe.id).map((one) => one.recipe.version);
  const next = parseRecipe({ ...recipe, version: Math.max(0, ...versions) + 1 }, recipe.id);
  const path = join(folders.own, `${next.id}.v${next.version}.yaml`);
  if (!(await saveNewFile(path, textOfRecipe(next)))) throw new OcularError({ tag: "RecipeExists", recipeId: next.id, version: next.version });
  return stored(next, "own", path);
}
