import * as z from "zod";
import { ClassId, ClassInfo } from "./detection.ts";

/**
 * A rule recipe: how to find and name objects without a learned model, as data. Lengths and areas are in um and um2, so
 * that one recipe serves every objective; grey values are on the scale 0 to 255 whatever the camera's bit depth.
 * docs/recipes.md explains every member.
 */

/** Radius or sigma, um. */
const LengthUm = z.number().positive().max(10_000);

/** What of the light stays behind when the picture is uneven, and how it is taken away. */
export const BackgroundStep = z.strictObject({
  kind: z.literal("background"),
  /** `mean`: mean of the surroundings. `tiles`: a low (objects bright) or high (objects dark) quantile of tiles, joined smoothly. */
  method: z.enum(["mean", "tiles"]),
  /** Half the window or tile; several times the largest object. */
  radiusUm: LengthUm,
  /** Which quantile tells the background; `mean` does not look at it. */
  objects: z.enum(["bright", "dark"]).default("bright"),
  /** `subtract`: value - background, not below 0. `divide`: value / background * 255, not above 255. `difference`: how far from it, either way. */
  remove: z.enum(["subtract", "divide", "difference"]),
});

/** One grey picture out of a colour one. Hue is in degrees, saturation 0 to 1, all others 0 to 255. */
export const ChannelStep = z.strictObject({
  kind: z.literal("channel"),
  source: z.enum(["grey", "red", "green", "blue", "hue", "saturation", "value"]),
  /** The brightest becomes the darkest: top of the scale less the value. */
  invert: z.boolean().default(false),
});

const StainVector = z.strictObject({
  name: z.string().min(1),
  /** Optical density in red, green, blue; any length. */
  rgb: z.tuple([z.number(), z.number(), z.number()]),
});
export type StainVector = z.infer<typeof StainVector>;

/** Names of the stain sets that come with Ocular (src/core/rules/stains/stain-sets.ts says where their vectors are from). */
export const StainSetName = z.enum(["hematoxylin-eosin", "hematoxylin-dab", "hematoxylin-eosin-dab", "giemsa"]);
export type StainSetName = z.infer<typeof StainSetName>;

/** The amount of one stain, optical density (Ruifrok and Johnston 2001). */
export const StainStep = z.strictObject({
  kind: z.literal("stain"),
  /** A set by name, or one to three vectors of your own. */
  stains: z.union([StainSetName, z.array(StainVector).min(1).max(3)]),
  /** Which stain of the set. */
  take: z.string().min(1),
  /** Value of the light where nothing absorbs, 0 to 255. */
  white: z.number().min(1).max(255).default(255),
});

export const SmoothStep = z.discriminatedUnion("method", [
  z.strictObject({ kind: z.literal("smooth"), method: z.literal("gaussian"), sigmaUm: LengthUm }),
  /** At most 7 px: a wider one is cut there. */
  z.strictObject({ kind: z.literal("smooth"), method: z.literal("median"), radiusUm: LengthUm }),
]);

const side = z.enum(["above", "below"]).default("above");
const automatic = {
  kind: z.literal("threshold"),
  /** Objects are brighter, or darker, than the threshold. */
  side,
  /** The threshold found is multiplied by it. */
  factor: z.number().positive().max(100).default(1),
  /** Never lower than this: keeps noise of an empty picture out. */
  lowest: z.number().optional(),
  /** Never higher than this. */
  highest: z.number().optional(),
};
/** Grey to yes and no. */
export const ThresholdStep = z.discriminatedUnion("method", [
  z.strictObject({ kind: z.literal("threshold"), method: z.literal("fixed"), value: z.number(), side }),
  z.strictObject({ ...automatic, method: z.literal("otsu") }),
  z.strictObject({ ...automatic, method: z.literal("li") }),
  z.strictObject({ ...automatic, method: z.literal("triangle") }),
  /** Against the mean of the surroundings less `offset`; and, with `floor`, beyond that value too. */
  z.strictObject({
    kind: z.literal("threshold"), method: z.literal("adaptive"), side, radiusUm: LengthUm, offset: z.number().default(0),
    floor: z.union([z.number(), z.strictObject({ method: z.enum(["otsu", "li", "triangle"]), factor: z.number().positive().max(100).default(1), lowest: z.number().optional() })]).optional(),
  }),
]);

export const MorphologyStep = z.strictObject({
  kind: z.literal("morphology"),
  operation: z.enum(["erode", "dilate", "open", "close"]),
  radiusUm: LengthUm,
  shape: z.enum(["disk", "square"]).default("disk"),
});

/** Holes inside objects are filled; with a limit only those up to it. */
export const FillHolesStep = z.strictObject({ kind: z.literal("fillHoles"), maxAreaUm2: z.number().positive().optional() });

/** Objects that touch are parted where they are narrow: watershed of the distance to the edge, seeds by h-maxima. */
export const SplitStep = z.strictObject({
  kind: z.literal("split"),
  /** How deep a waist must be to part, um. */
  hUm: z.number().positive().max(1000),
});

/** Keeps an object whose feature lies from `min` to `max`; one of the two may be missing. */
export const Gate = z.strictObject({ feature: z.string().min(1), min: z.number().optional(), max: z.number().optional() });
export type Gate = z.infer<typeof Gate>;

/** Objects that fail are dropped. */
export const GateStep = z.strictObject({ kind: z.literal("gate"), ...Gate.shape });

const stepOfKind = {
  background: BackgroundStep, channel: ChannelStep, stain: StainStep, smooth: SmoothStep, threshold: ThresholdStep,
  morphology: MorphologyStep, fillHoles: FillHolesStep, split: SplitStep, gate: GateStep,
} as const;
export type StepKind = keyof typeof stepOfKind;
export const STEP_KINDS = Object.keys(stepOfKind) as readonly StepKind[];

export const RecipeStep = z.discriminatedUnion("kind", [
  BackgroundStep, ChannelStep, StainStep, SmoothStep, ThresholdStep, MorphologyStep, FillHolesStep, SplitStep, GateStep,
]);
export type RecipeStep = z.infer<typeof RecipeStep>;

/** A class and the gates that an object must pass to be one; the first class that fits wins. */
export const RecipeClass = z.strictObject({ ...ClassInfo.shape, id: ClassId, gates: z.array(Gate).default([]) });
export type RecipeClass = z.infer<typeof RecipeClass>;

export const RecipeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "needs small letters, digits and hyphens");

export const Recipe = z.strictObject({
  format: z.literal("ocular-recipe"),
  formatVersion: z.literal(1),
  id: RecipeId,
  /** Of this recipe: raised with every change that is kept. */
  version: z.number().int().positive(),
  name: z.string().min(1).max(120),
  description: z.string().max(4000).default(""),
  /** um per pixel taken for pictures that state none. */
  assumedPixelSizeUm: z.number().positive().max(1000),
  /** Finer pictures are brought to this um per pixel first; left out: every picture as it is. */
  workingPixelSizeUm: z.number().positive().max(1000).optional(),
  steps: z.array(RecipeStep).min(1).max(50),
  classes: z.array(RecipeClass).min(1).max(16),
  /** What becomes of an object that fits no class: dropped, or counted as this class. */
  otherwise: z.string().default("drop"),
});
export type Recipe = z.infer<typeof Recipe>;

/** Where a recipe comes from: with Ocular, or saved by a person. */
export const RecipeOrigin = z.enum(["shipped", "own"]);
export type RecipeOrigin = z.infer<typeof RecipeOrigin>;
