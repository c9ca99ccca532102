import { describe, expect, it } from "vitest";
import { Recipe } from "../../../shared/domain/recipe.ts";
import type { RecipeEntry } from "../../../shared/domain/tuning.ts";
import { firstRecipe } from "./first-recipe.ts";

function entry(id: string, ...classIds: readonly string[]): RecipeEntry {
  const recipe = Recipe.parse({
    format: "ocular-recipe", formatVersion: 1, id, version: 1, name: id, assumedPixelSizeUm: 0.5, steps: [{ kind: "channel", source: "grey" }, { kind: "threshold", method: "otsu" }],
    classes: classIds.map((classId) => ({ id: classId, name: classId, plural: classId, letter: "X", colorIndex: 0 })),
  });
  return { recipe, sha256: id, origin: "shipped" };
}

describe("the recipe to begin with", () => {
  const recipes = [entry("live-dead", "living", "dead"), entry("red-cells", "red-cell"), entry("white-cells", "white-cell")];

  it("is the one that finds most of what is looked for, among equals the first", () => {
    expect(firstRecipe(recipes, ["white-cell", "red-cell", "platelet"])?.recipe.id).toBe("red-cells");
    expect(firstRecipe(recipes, ["dead", "red-cell", "living"])?.recipe.id).toBe("live-dead");
  });

  it("is the first where none fits, and none where there is none", () => {
    expect(firstRecipe(recipes, ["nucleus"])?.recipe.id).toBe("live-dead");
    expect(firstRecipe(recipes, [])?.recipe.id).toBe("live-dead");
    expect(firstRecipe([], ["nucleus"])).toBeUndefined();
  });
});
