import { createFeatureTable } from "../features/feature-table.ts";
import type { FeatureTable } from "../features/feature-table.ts";
import type { GreyPlane, LabelMap, Mask } from "../image/plane.ts";
import type { PixelKernels } from "../kernels/pixel-kernels.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { Recipe, RecipeStep } from "../../shared/domain/recipe.ts";
import { checkRecipe } from "./check-recipe.ts";
import { classify, marginOf } from "./gates.ts";
import { recipeError, stepName } from "./recipe-error.ts";
import { removeBackground } from "./steps/background.ts";
import { takeChannel, takeStain } from "./steps/channels.ts";
import type { ColourPlanes } from "./steps/channels.ts";
import { fillHoles, morphology, objectsOf, split } from "./steps/masks.ts";
import { smooth } from "./steps/smooth.ts";
import { threshold } from "./steps/threshold.ts";

/** Raised when the same recipe on the same picture may give another answer than before. */
export const RULES_VERSION = 1;

/** A picture as recipes see it. */
export interface RecipePicture {
  readonly width: number;
  readonly height: number;
  /** Values 0 to 255 whatever the camera's depth. */
  readonly planes: ColourPlanes;
  /** um per pixel; undefined: the recipe's assumed one holds. */
  readonly pixelSizeUm?: number | undefined;
}

/** What a recipe has in hand after a step. */
export type StepOutput =
  | { readonly stage: "colour"; readonly planes: ColourPlanes }
  | { readonly stage: "grey"; readonly plane: GreyPlane }
  /** `value`: the threshold that made the mask, where it was one number. */
  | { readonly stage: "mask"; readonly mask: Mask; readonly value?: number }
  | { readonly stage: "objects"; readonly map: LabelMap };

/** One object that a recipe found, in pixels of the picture. */
export interface RecipeObject {
  /** Number in the label map. */
  readonly label: number;
  readonly classId: string;
  /** 0 to 1: how far inside the recipe's gates it lies ({@link marginOf}); 1 where no gate was asked. No probability. */
  readonly score: number;
  readonly box: BoxPx;
  /** Outer outline, x and y in turn, corners of pixels, clockwise. */
  readonly contour: Int32Array;
}

export interface RecipeResult {
  /** In the order of their labels. */
  readonly objects: readonly RecipeObject[];
  /** All objects that stood after the last step, those of no class included. Undefined when stopped before. */
  readonly map?: LabelMap;
  /** What stood after the last step that ran. */
  readonly last: StepOutput;
  /** Every feature of the objects in `map`, computed when asked for. */
  readonly features?: FeatureTable;
}

/** What was computed for a picture, kept for the next run on it: only steps from the first changed one on run again. */
export interface StepMemory {
  readonly picture: RecipePicture;
  readonly entries: ReadonlyArray<{ readonly key: string; readonly output: RunState }>;
}

export interface RunOptions {
  /** Stop after this step (0-based): nothing is classified then. -1: before the first. */
  readonly until?: number;
  /** Told after each step that ran or was remembered. */
  readonly onStep?: (index: number, output: StepOutput, wasRemembered: boolean) => void;
  readonly memory?: StepMemory;
  /** Given what to hand in as `memory` next time; also of the steps that were done when a kernel threw. */
  readonly onMemory?: (memory: StepMemory) => void;
}

/** What travels along the steps. */
interface RunState {
  readonly output: StepOutput;
  /** The grey picture that the threshold looked at. */
  readonly signal: GreyPlane | undefined;
  /** Smallest margin of each object in the gates so far; index 0 is label 1. */
  readonly margins: Float64Array | undefined;
}

/**
 * Runs a recipe on a picture: pure, the same bytes for the same input and kernels.
 *
 * @throws OcularError RecipeInvalid; RangeError when planes do not fit the picture.
 */
export function runRecipe(recipe: Recipe, picture: RecipePicture, kernels: PixelKernels, options: RunOptions = {}): RecipeResult {
  checkRecipe(recipe);
  for (const { data } of picture.planes) if (data.length !== picture.width * picture.height) throw new RangeError(`a plane of ${data.length} values is no ${picture.width} x ${picture.height} picture`);
  const run = new RecipeRun(recipe, picture, kernels);
  const until = options.until ?? recipe.steps.length;
  const known = options.memory?.picture === picture ? options.memory.entries : [];
  const kept: Array<{ key: string; output: RunState }> = [];
  let state: RunState = { output: { stage: "colour", planes: picture.planes }, signal: undefined, margins: undefined };
  let isSame = true;
  try {
    for (const [index, step] of recipe.steps.slice(0, until + 1).entries()) {
      const key = JSON.stringify([step, run.pixelSizeUm]);
      const before = known[index];
      const remembered: RunState | undefined = isSame && before?.key === key ? before.output : undefined;
      isSame = remembered !== undefined;
      state = remembered ?? run.step(state, step, index);
      if (options.onMemory !== undefined) kept.push({ key, output: state });
      options.onStep?.(index, state.output, isSame);
    }
  } finally {
    // Where nothing was changed, what is known of the steps after the last one stays known.
    options.onMemory?.({ picture, entries: isSame ? [...kept, ...known.slice(kept.length)] : kept });
  }
  if (options.until !== undefined) return { objects: [], last: state.output };
  return run.result(state);
}

class RecipeRun {
  readonly pixelSizeUm: number;
  readonly #recipe: Recipe;
  readonly #picture: RecipePicture;
  readonly #kernels: PixelKernels;

  constructor(recipe: Recipe, picture: RecipePicture, kernels: PixelKernels) {
    this.#recipe = recipe;
    this.#picture = picture;
    this.#kernels = kernels;
    this.pixelSizeUm = picture.pixelSizeUm ?? recipe.assumedPixelSizeUm;
  }

  step(state: RunState, step: RecipeStep, index: number): RunState {
    const { output } = state;
    const kernels = this.#kernels;
    const px = (um: number): number => um / this.pixelSizeUm;
    const onGrey = (change: (plane: GreyPlane) => GreyPlane): RunState => {
      if (output.stage === "grey") return { ...state, output: { stage: "grey", plane: change(output.plane) } };
      if (output.stage !== "colour") throw this.#misplaced(step, index);
      const [red, green, blue] = output.planes;
      const planes: ColourPlanes = green === undefined || blue === undefined ? [change(red)] : [change(red), change(green), change(blue)];
      return { ...state, output: { stage: "colour", planes } };
    };
    const onMask = (change: (mask: Mask) => StepOutput): RunState => {
      if (output.stage !== "mask") throw this.#misplaced(step, index);
      return { ...state, output: change(output.mask) };
    };
    switch (step.kind) {
      case "background": return onGrey((plane) => removeBackground(plane, step, px(step.radiusUm), kernels));
      case "smooth": return onGrey((plane) => smooth(plane, step, px(step.method === "gaussian" ? step.sigmaUm : step.radiusUm), kernels));
      case "channel":
      case "stain": {
        if (output.stage !== "colour") throw this.#misplaced(step, index);
        return { ...state, output: { stage: "grey", plane: step.kind === "channel" ? takeChannel(output.planes, step) : takeStain(output.planes, step) } };
      }
      case "threshold": {
        if (output.stage !== "grey") throw this.#misplaced(step, index);
        const made = threshold(output.plane, step, step.method === "adaptive" ? px(step.radiusUm) : 0, kernels);
        return { ...state, output: { stage: "mask", ...made }, signal: output.plane };
      }
      case "morphology": return onMask((mask) => ({ stage: "mask", mask: morphology(mask, step, px(step.radiusUm), kernels) }));
      case "fillHoles": return onMask((mask) => ({ stage: "mask", mask: fillHoles(mask, step.maxAreaUm2 === undefined ? undefined : step.maxAreaUm2 / this.pixelSizeUm ** 2, kernels) }));
      case "split": return onMask((mask) => ({ stage: "objects", map: split(mask, px(step.hUm), kernels) }));
      case "gate": return this.#gated(state, step);
    }
  }

  #misplaced(step: RecipeStep, index: number): Error {
    return recipeError(this.#recipe.id, stepName(index, step), "it cannot work on what the step before it gives");
  }

  #gated(state: RunState, gate: Extract<RecipeStep, { kind: "gate" }>): RunState {
    const { map, margins, features } = this.#objects(state);
    const kept: number[] = [];
    const left: number[] = [];
    for (let index = 0; index < map.count; index++) {
      const margin = marginOf(features, [gate], index);
      if (margin === undefined) continue;
      kept.push(index + 1);
      left.push(Math.min(margins?.[index] ?? 1, margin));
    }
    return { ...state, output: { stage: "objects", map: onlyLabels(map, kept) }, margins: Float64Array.from(left) };
  }

  /** The objects so far: a mask that nothing has split yet falls into its connected parts. */
  #objects({ output, signal, margins }: RunState): { map: LabelMap; margins: Float64Array | undefined; features: FeatureTable } {
    if (output.stage !== "objects" && output.stage !== "mask") throw recipeError(this.#recipe.id, "its steps", "none of them is a threshold");
    const map = output.stage === "objects" ? output.map : objectsOf(output.mask, this.#kernels);
    const features = createFeatureTable({
      map, pixelSizeUm: this.pixelSizeUm,
      outlines: () => this.#kernels.outlines(map),
      areas: () => this.#kernels.componentStatistics(map).area,
      intensity: () => takeChannel(this.#picture.planes, { source: "grey", invert: false }),
      signal: () => signal ?? takeChannel(this.#picture.planes, { source: "grey", invert: false }),
    });
    return { map, margins, features };
  }

  result(state: RunState): RecipeResult {
    const { map, margins, features } = this.#objects(state);
    const outlines = this.#kernels.outlines(map);
    const { box } = this.#kernels.componentStatistics(map);
    const objects: RecipeObject[] = [];
    for (let index = 0; index < map.count; index++) {
      const named = classify(features, this.#recipe, index);
      if (named === undefined) continue;
      const [x = 0, y = 0, width = 0, height = 0] = box.subarray(4 * index, 4 * index + 4);
      objects.push({
        label: index + 1, classId: named.classId, score: Math.min(named.margin, margins?.[index] ?? 1),
        box: { x, y, width, height }, contour: outlines[index] ?? new Int32Array(),
      });
    }
    return { objects, map, last: { stage: "objects", map }, features };
  }
}

/** The map with only those labels, numbered anew in their order. */
function onlyLabels(map: LabelMap, kept: readonly number[]): LabelMap {
  if (kept.length === map.count) return map;
  const renamed = new Int32Array(map.count + 1);
  for (const [index, label] of kept.entries()) renamed[label] = index + 1;
  const labels = new Int32Array(map.labels.length);
  for (let at = 0; at < labels.length; at++) labels[at] = renamed[map.labels[at] as number] as number;
  return { ...map, labels, count: kept.length };
}
