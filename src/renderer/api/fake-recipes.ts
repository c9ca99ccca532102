import { parseRecipe } from "../../core/rules/parse-recipe.ts";
import type { Recipe } from "../../shared/domain/recipe.ts";
import type { RecipeEntry, TuneAnswer, TuneRequest } from "../../shared/domain/tuning.ts";
import { OcularError } from "../../shared/errors.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import type { InputOf, OutputOf } from "../../shared/ipc/contract.ts";
import type { FakePicture } from "./fake-instrument.ts";
import type { FakeScenario } from "./fake-scenarios.ts";

type RecipeCall = "recipes.list" | "recipes.tune" | "recipes.save";
type RecipeReplies = { readonly [M in RecipeCall]: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

const CELLS: Recipe = parseRecipe({
  format: "ocular-recipe", formatVersion: 1, id: "red-cells", version: 1, name: "Red cells by size and circularity", assumedPixelSizeUm: 0.075,
  steps: [{ kind: "channel", source: "green" }, { kind: "smooth", method: "gaussian", sigmaUm: 0.2 }, { kind: "threshold", method: "fixed", value: 128, side: "below" }, { kind: "fillHoles" }, { kind: "split", hUm: 0.4 }],
  classes: [{ id: "red-cell", name: "Red cell", plural: "Red cells", letter: "R", colorIndex: 0, gates: [{ feature: "areaUm2", min: 15, max: 80 }] }],
}, "fake");

/** The tuner's calls without a tuner: the picture thresholded, the picture's known cells for objects. */
export function fakeRecipeReplies(scenario: FakeScenario, picture: FakePicture, refuse: (data: ErrorData) => Error): RecipeReplies {
  let recipes: RecipeEntry[] = scenario === "empty-library" ? [] : [{ recipe: CELLS, sha256: "1".repeat(64), origin: "shipped" }];
  const checked = (recipe: unknown): Recipe => {
    try {
      return parseRecipe(recipe, "the recipe");
    } catch (error) {
      throw error instanceof OcularError ? refuse(error.data) : error;
    }
  };
  return {
    "recipes.list": () => (scenario === "loading" ? new Promise<never>(() => undefined) : { recipes, problems: [] }),
    "recipes.tune": ({ recipe, step, wants }) => {
      if (scenario === "no-camera") throw refuse({ tag: "InvalidInput", what: "The picture to tune on", reason: "no frame came within 3 s; start the camera" });
      return fakeAnswer(checked(recipe), step, wants, picture);
    },
    "recipes.save": ({ recipe }) => {
      const kept = checked(recipe);
      const version = Math.max(0, ...recipes.filter((one) => one.recipe.id === kept.id).map((one) => one.recipe.version)) + 1;
      const saved: RecipeEntry = { recipe: { ...kept, version }, sha256: String(recipes.length + 1).repeat(64), origin: "own" };
      recipes = [saved, ...recipes];
      return saved;
    },
  };
}

function fakeAnswer(recipe: Recipe, step: number, wants: TuneRequest["wants"], { width, height, rgb, detections }: FakePicture): TuneAnswer {
  const threshold = recipe.steps.find((one) => one.kind === "threshold");
  const value = threshold?.method === "fixed" ? threshold.value : 128;
  const isMask = recipe.steps.slice(0, step + 1).some((one) => one.kind === "threshold");
  const common = { frame: { frameId: 1, width, height }, stepMs: recipe.steps.map(() => 1.5), totalMs: 9 };
  if (wants === "picture") {
    const pixels = new Uint8ClampedArray(width * height * (step < 0 ? 4 : 1));
    for (let at = 0; at < width * height; at++) {
      const green = rgb[3 * at + 1] ?? 0;
      if (step < 0) pixels.set([...rgb.subarray(3 * at, 3 * at + 3), 255], 4 * at);
      else pixels[at] = isMask ? (green < value ? 255 : 0) : green;
    }
    return { ...common, shown: { width, height, pixels, layout: step < 0 ? "rgba8" : "grey8", stage: step < 0 ? "colour" : isMask ? "mask" : "grey", ...(isMask ? { threshold: value } : {}), ...(step >= 0 && !isMask ? { range: { min: 0, max: 255 } } : {}) } };
  }
  // A lower threshold finds fewer cells, as a real one would.
  const found = detections.slice(0, Math.round((detections.length * Math.min(value, 255)) / 255));
  const points = found.flatMap(({ box: { x, y, width: w, height: h } }) => [x, y, x + w, y, x + w, y + h, x, y + h]);
  return {
    ...common,
    objects: { classes: new Uint8Array(found.length), points: Float64Array.from(points), ends: Uint32Array.from(found, (_, at) => 8 * (at + 1)), counts: recipe.classes.map((_, index) => (index === 0 ? found.length : 0)) },
  };
}
