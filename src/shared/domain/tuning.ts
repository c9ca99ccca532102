import { z } from "zod";
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
  /** Whose picture to send: 0-based, -1 the picture itself. */
  step: z.number().int().min(-1).max(50),
  /** `true`: the next live frame; `false`: the one of the last run, or the next when there was none. */
  freshFrame: z.boolean(),
  /** Longest wished size of the step's picture, pixels. */
  mostPixels: z.number().int().min(1).max(16_000_000),
});
export type TuneRequest = z.infer<typeof TuneRequest>;

/** What the tuner shows of one run. */
export const TuneAnswer = z.object({
  frame: z.object({ frameId: z.number().int(), width: z.number().int(), height: z.number().int(), pixelSizeUm: z.number().optional() }),
  /** What stands after the step, as RGBA; `width` and `height` may be smaller than the frame's by a whole factor. */
  shown: z.object({
    width: z.number().int(), height: z.number().int(), pixels: z.instanceof(Uint8ClampedArray),
    stage: z.enum(["colour", "grey", "mask", "objects"]),
    range: z.object({ min: z.number(), max: z.number() }).optional(),
    threshold: z.number().optional(),
    count: z.number().int().optional(),
  }),
  /** Found objects: index of the class, and the outlines one after the other, in frame pixels. */
  objects: z.object({ classes: z.instanceof(Uint8Array), points: z.instanceof(Float64Array), ends: z.instanceof(Uint32Array) }),
  /** Objects by class, in the recipe's order. */
  counts: z.array(z.number().int()),
  /** What each step took, ms; next to nothing when it did not have to run again. */
  stepMs: z.array(z.number()),
  /** The whole request, waiting for a frame not included, ms. */
  totalMs: z.number(),
});
export type TuneAnswer = z.infer<typeof TuneAnswer>;
