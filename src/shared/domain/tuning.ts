import * as z from "zod";
import { Recipe, RecipeOrigin } from "./recipe.ts";

/** A recipe in the list of those that can be opened. */
export const RecipeEntry = z.object({ recipe: Recipe, sha256: z.string(), origin: RecipeOrigin });
export type RecipeEntry = z.infer<typeof RecipeEntry>;

/** Every recipe there is, and in words why others cannot be read. */
export const RecipeCatalog = z.object({ recipes: z.array(RecipeEntry), problems: z.array(z.string()) });
export type RecipeCatalog = z.infer<typeof RecipeCatalog>;

/** One run of a recipe that is being tuned. */
export const TuneRequest = z.object({
  /** Checked where it is run: what is wrong with it comes back as one sentence. */
  recipe: z.unknown(),
  /**
   * `picture`: what stands after `step`, and nothing after it is run, so that a value that slides is answered at once.
   * `objects`: what the whole recipe finds; steps that were run for the picture do not run again. It is given up, and
   * answered with Canceled, when anything else is asked meanwhile.
   */
  wants: z.enum(["picture", "objects"]),
  /** Whose picture: 0-based, -1 the picture itself. */
  step: z.number().int().min(-1).max(50),
  /** `true`: the next live frame; `false`: the one of the last run, or the next when there was none. */
  freshFrame: z.boolean(),
  /** The step's picture is reduced, in its proportions, until it fits in there: no more pixels than are shown need to travel. */
  within: z.object({ width: z.number().int().min(1).max(16_384), height: z.number().int().min(1).max(16_384) }),
});
export type TuneRequest = z.infer<typeof TuneRequest>;

/** What stands after a step; `width` and `height` may be smaller than the frame's, see {@link TuneRequest}. */
export const StepPicture = z.object({
  width: z.number().int(), height: z.number().int(),
  /** Row by row, top left first: `rgba8` colours, `grey8` one byte of grey, `labels8` 0 for nothing and 1 to 8 so that neighbours differ. */
  layout: z.enum(["rgba8", "grey8", "labels8"]),
  pixels: z.instanceof(Uint8ClampedArray),
  stage: z.enum(["colour", "grey", "mask", "objects"]),
  /** Grey pictures: the values that black and white stand for. */
  range: z.object({ min: z.number(), max: z.number() }).optional(),
  /** Masks: the threshold that made them, where it was one number. */
  threshold: z.number().optional(),
  /** Objects: how many. */
  count: z.number().int().optional(),
});
export type StepPicture = z.infer<typeof StepPicture>;

/** What a recipe finds on the frame. */
export const TunedObjects = z.object({
  /** Index of each object's class. */
  classes: z.instanceof(Uint8Array),
  /** The outlines one after the other, x and y in turn, in frame pixels; `ends` says where in `points` each one ends. */
  points: z.instanceof(Float64Array), ends: z.instanceof(Uint32Array),
  /** Objects by class, in the recipe's order. */
  counts: z.array(z.number().int()),
});
export type TunedObjects = z.infer<typeof TunedObjects>;

/** What the tuner shows of one run: the one that was wanted. */
export const TuneAnswer = z.object({
  frame: z.object({ frameId: z.number().int(), width: z.number().int(), height: z.number().int(), pixelSizeUm: z.number().optional() }),
  shown: StepPicture.optional(),
  objects: TunedObjects.optional(),
  /** What each step took that was run, ms; next to nothing when it did not have to run again. */
  stepMs: z.array(z.number()),
  /** The whole request, waiting for a frame not included, ms. */
  totalMs: z.number(),
});
export type TuneAnswer = z.infer<typeof TuneAnswer>;
