import { describe, expect, it } from "vitest";
import { RecipeStep, STEP_KINDS } from "../../../shared/domain/recipe.ts";
import { fieldsOf, newStep, stepSummary } from "./step-fields.ts";

const THRESHOLDS = ["fixed", "otsu", "li", "triangle", "adaptive"];

describe("fields of a step", () => {
  it.each(STEP_KINDS)("a new %s step is sound, has a summary, and stays sound with every choice, check and limit", (kind) => {
    const step = newStep(kind);
    expect(RecipeStep.parse(step)).toEqual(step);
    expect(stepSummary(step)).not.toBe("");
    for (const field of fieldsOf(step, { min: 2, max: 90 })) {
      const changed = field.type === "choice" ? field.options.map(({ value }) => field.set(value))
        : field.type === "check" ? [field.set(true), field.set(false)]
        : field.type === "limit" ? [field.set(field.start)]
        : [field.set(field.spec.min), field.set(field.spec.max)];
      for (const next of changed) expect(RecipeStep.safeParse(next).error).toBeUndefined();
    }
  });

  it("changing the method of a threshold keeps the side, and a fixed one begins in the middle of the picture's values", () => {
    const below = RecipeStep.parse({ kind: "threshold", method: "otsu", side: "below" });
    const method = fieldsOf(below, { min: 10, max: 50 }).find(({ key }) => key === "method");
    if (method?.type !== "choice") throw new Error("a threshold has a method to choose");
    for (const name of THRESHOLDS) expect(method.set(name)).toMatchObject({ kind: "threshold", method: name, side: "below" });
    expect(method.set("fixed")).toMatchObject({ value: 30 });
  });

  it("a limit that is taken away leaves nothing behind", () => {
    const step = RecipeStep.parse({ kind: "gate", feature: "areaUm2", min: 1, max: 5 });
    const max = fieldsOf(step, undefined).find(({ key }) => key === "max");
    if (max?.type !== "limit") throw new Error("a gate has an upper limit");
    expect(max.set(undefined)).toEqual({ kind: "gate", feature: "areaUm2", min: 1 });
  });
});
