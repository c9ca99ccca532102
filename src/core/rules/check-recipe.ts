import { FEATURES, featureSpec, isFeatureName } from "../features/feature-set.ts";
import type { Gate, Recipe, RecipeStep } from "../../shared/domain/recipe.ts";
import { recipeError, stepName } from "./recipe-error.ts";
import { weightsOf } from "./steps/channels.ts";

/** What a recipe has in hand between two steps: a colour picture, a grey one, a mask, objects. */
export type Stage = "colour" | "grey" | "mask" | "objects";

const STAGE_WORDS: Readonly<Record<Stage, string>> = { colour: "a colour picture", grey: "a grey picture", mask: "a mask", objects: "objects" };

/** Which stages a kind of step takes, what it makes of them, and what a person does when it comes too early. */
const STEP_RULES: Readonly<Record<RecipeStep["kind"], { readonly takes: readonly Stage[]; readonly makes: (stage: Stage) => Stage; readonly before: string }>> = {
  background: { takes: ["colour", "grey"], makes: (stage) => stage, before: "the threshold" },
  channel: { takes: ["colour"], makes: () => "grey", before: "any other channel or stain" },
  stain: { takes: ["colour"], makes: () => "grey", before: "any other channel or stain" },
  smooth: { takes: ["colour", "grey"], makes: (stage) => stage, before: "the threshold" },
  threshold: { takes: ["grey"], makes: () => "mask", before: "any other threshold" },
  morphology: { takes: ["mask"], makes: () => "mask", before: "splitting and gates" },
  fillHoles: { takes: ["mask"], makes: () => "mask", before: "splitting and gates" },
  split: { takes: ["mask"], makes: () => "objects", before: "gates" },
  gate: { takes: ["mask", "objects"], makes: () => "objects", before: "nothing" },
};

/** What stands after each step. @throws OcularError RecipeInvalid when a step comes where it cannot work. */
function stagesOf(recipe: Recipe): readonly Stage[] {
  let stage: Stage = "colour";
  return recipe.steps.map((step, index) => {
    const rule = STEP_RULES[step.kind];
    if (!rule.takes.includes(stage)) throw recipeError(recipe.id, stepName(index, step), misplaced(step, stage));
    stage = rule.makes(stage);
    return stage;
  });
}

function misplaced(step: RecipeStep, stage: Stage): string {
  const { takes, before } = STEP_RULES[step.kind];
  if (stage === "colour" && takes.includes("grey")) return `it needs ${STAGE_WORDS.grey}: put a channel or stain step before it`;
  if (stage === "colour" || (stage === "grey" && !takes.includes("colour"))) return `it needs ${STAGE_WORDS[takes[0] ?? "mask"]}: put a threshold before it`;
  return `it cannot work on ${STAGE_WORDS[stage]}: put it before ${before}`;
}

/**
 * Everything about a recipe that its schema cannot say: order of steps, stains, gates, classes.
 *
 * @throws OcularError RecipeInvalid with the first thing that is wrong.
 */
export function checkRecipe(recipe: Recipe): void {
  const { id, steps, classes, otherwise } = recipe;
  for (const [index, step] of steps.entries()) checkStep(id, index, step);
  if (!stagesOf(recipe).some((stage) => stage === "mask")) throw recipeError(id, "its steps", "none of them is a threshold");
  const seen = new Set<string>();
  for (const [index, one] of classes.entries()) {
    const where = `class "${one.id}"`;
    if (seen.has(one.id)) throw recipeError(id, where, "there are two of this name");
    seen.add(one.id);
    for (const gate of one.gates) checkGate(id, where, gate);
    const next = classes[index + 1];
    if (one.gates.length === 0 && next !== undefined) throw recipeError(id, `class "${next.id}"`, `no object reaches it: "${one.id}" before it has no gate and takes them all`);
  }
  if (otherwise !== "drop" && !seen.has(otherwise)) throw recipeError(id, "otherwise", `there is no class "${otherwise}": choose drop or one of ${[...seen].join(", ")}`);
}

function checkStep(id: string, index: number, step: RecipeStep): void {
  if (step.kind === "gate") checkGate(id, stepName(index, step), step);
  if (step.kind !== "stain") return;
  try {
    weightsOf(step);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw recipeError(id, stepName(index, step), error.message);
  }
}

function checkGate(id: string, where: string, { feature, min, max }: Gate): void {
  if (!isFeatureName(feature)) throw recipeError(id, where, `there is no feature "${feature}": known are ${FEATURES.map(({ name }) => name).join(", ")}`);
  if (min === undefined && max === undefined) throw recipeError(id, where, `its gate on ${feature} has neither min nor max`);
  if (min !== undefined && max !== undefined && min > max) throw recipeError(id, where, `its gate on ${feature} lets nothing through: min ${min} is above max ${max}`);
  const { range } = featureSpec(feature);
  if ((min ?? -Infinity) > range.max || (max ?? Infinity) < range.min) throw recipeError(id, where, `its gate on ${feature} lets nothing through: the feature lies from ${range.min} to ${range.max}`);
}
