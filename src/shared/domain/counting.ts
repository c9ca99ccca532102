import * as z from "zod";

/**
 * Which objects at the border of the counting frame count. `centre`: those whose box has its centre inside. `two-edges`:
 * those that reach into the frame and touch neither its right nor its lower edge, nor what lies beyond (the unbiased
 * frame of Gundersen 1977, J. Microsc. 111:219, with boxes for outlines): counted on two edges, not on the other two.
 */
export const CountingRule = z.enum(["centre", "two-edges"]);
export type CountingRule = z.infer<typeof CountingRule>;

/** When enough has been counted. Reaching it is told, never enforced: the person finishes. */
export const StopRule = z.discriminatedUnion("kind", [
  /** Until `target` cells of a class are counted. */
  z.object({ kind: z.literal("class-count"), classId: z.string(), target: z.number().int().min(1).max(1_000_000) }),
  /** Until the 95 % interval of a class's share is at most `widthPoints` percentage points wide. */
  z.object({ kind: z.literal("share-interval"), classId: z.string(), widthPoints: z.number().min(0.1).max(50) }),
  /** Until `target` fields are kept and analysed. */
  z.object({ kind: z.literal("fields"), target: z.number().int().min(1).max(100_000) }),
]);
export type StopRule = z.infer<typeof StopRule>;

/** How far a stop rule is. */
export const StopProgress = z.object({
  rule: StopRule,
  reached: z.boolean(),
  /** 0 to 1. */
  done: z.number().min(0).max(1),
  /** What is still to be counted, in `unit`; undefined when nothing says yet how much. */
  stillNeeded: z.number().int().optional(),
  unit: z.enum(["cells", "fields"]),
});
export type StopProgress = z.infer<typeof StopProgress>;

/** n of one class with its denominator and a 95 % interval. */
export const ClassCount = z.object({
  classId: z.string(),
  n: z.number().int(),
  /** Exact Poisson interval of the expected count (Garwood 1936). */
  low: z.number(),
  high: z.number(),
  /** Share of all counted objects, 0 to 1, with its Wilson interval (1927); undefined when nothing was counted. */
  share: z.object({ value: z.number(), low: z.number(), high: z.number() }).optional(),
  /** Spread of the count from field to field; undefined below two fields, and where their frames are of unlike size. `cv` = sd / mean, undefined when the mean is 0. */
  betweenFields: z.object({ mean: z.number(), sd: z.number(), cv: z.number().optional() }).optional(),
});
export type ClassCount = z.infer<typeof ClassCount>;

/** Counts with what they were counted over. */
export const CountReport = z.object({
  fields: z.number().int(),
  /** Area of the counting frames, um2, what they share taken once where cells are; undefined when the scale is unknown. */
  areaUm2: z.number().optional(),
  classes: z.array(ClassCount),
  total: z.number().int(),
  /** Found, but outside the counting frame by its rule. */
  outsideFrame: z.number().int(),
  /** Cells in the counting frame of more than one field: sightings after the first, which were not counted again. */
  seenAgain: z.number().int().optional(),
});
export type CountReport = z.infer<typeof CountReport>;
