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

  it("stains of a set become vectors of one's own, which change one density at a time", () => {
    const named = newStep("stain");
    const set = fieldsOf(named, undefined).find(({ key }) => key === "stains");
    if (set?.type !== "choice") throw new Error("a stain step has a set to choose");
    const own = RecipeStep.parse(set.set("own"));
    expect(own).toMatchObject({ take: "hematoxylin", stains: [{ name: "hematoxylin", rgb: [0.65, 0.7, 0.29] }, { name: "eosin", rgb: [0.07, 0.99, 0.11] }] });
    const green = fieldsOf(own, undefined).find(({ key }) => key === "stain.1.green");
    if (green?.type !== "number") throw new Error("a vector of one's own has a green density");
    expect(green.set(0.5)).toMatchObject({ stains: [{ rgb: [0.65, 0.7, 0.29] }, { name: "eosin", rgb: [0.07, 0.5, 0.11] }] });
    const back = fieldsOf(own, undefined).find(({ key }) => key === "stains");
    expect(back?.type === "choice" ? back.set("giemsa") : undefined).toMatchObject({ stains: "giemsa", take: "methylene-blue" });
  });

  it("a limit that is taken away leaves nothing behind", () => {
    const step = RecipeStep.parse({ kind: "gate", feature: "areaUm2", min: 1, max: 5 });
    const max = fieldsOf(step, undefined).find(({ key }) => key === "max");
    if (max?.type !== "limit") throw new Error("a gate has an upper limit");
    expect(max.set(undefined)).toEqual({ kind: "gate", feature: "areaUm2", min: 1 });
  });
});
