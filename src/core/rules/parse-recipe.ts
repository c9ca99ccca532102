import { Recipe, STEP_KINDS } from "../../shared/domain/recipe.ts";
import { checkRecipe } from "./check-recipe.ts";
import { recipeError } from "./recipe-error.ts";

/**
 * A value read from a file or a message as a recipe that can be run.
 *
 * @param name what to call it in an error when it does not say its own id.
 * @throws OcularError RecipeInvalid: one sentence with the first thing that is wrong.
 */
export function parseRecipe(value: unknown, name: string): Recipe {
  const id = memberOf(value, "id");
  const called = typeof id === "string" && id !== "" ? id : name;
  const version = memberOf(value, "formatVersion");
  if (typeof version === "number" && version > 1) throw recipeError(called, "formatVersion", `${version} is newer than this Ocular reads (1)`);
  const parsed = Recipe.safeParse(value);
  if (!parsed.success) throw describeIssue(called, value, parsed.error);
  checkRecipe(parsed.data);
  return parsed.data;
}

/** What the schema says of a value: the part of its error that is told. */
interface Refusal {
  readonly issues: ReadonlyArray<{ readonly path: readonly PropertyKey[]; readonly message: string }>;
}

function describeIssue(id: string, value: unknown, error: Refusal): Error {
  const [issue] = error.issues;
  if (issue === undefined) return recipeError(id, "the whole", "it is not valid");
  const [first, index, ...rest] = issue.path;
  if (first !== "steps" || typeof index !== "number") return recipeError(id, issue.path.length === 0 ? "the whole" : issue.path.map(String).join("."), lowerFirst(issue.message));
  const steps = memberOf(value, "steps");
  const kind: unknown = memberOf(Array.isArray(steps) ? steps[index] : undefined, "kind");
  const isKnown = STEP_KINDS.some((known) => known === kind);
  const place = `step ${index + 1}${isKnown ? ` (${String(kind)})` : ""}`;
  if (!isKnown) {
    const said = kind === undefined ? "it does not say its kind" : `there is no step ${typeof kind === "string" ? `"${kind}"` : "of that kind"}`;
    return recipeError(id, place, `${said}: known are ${STEP_KINDS.join(", ")}`);
  }
  return recipeError(id, rest.length === 0 ? place : `${place}, ${rest.map(String).join(".")}`, lowerFirst(issue.message));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
