import { z } from "zod";

/** n of one class with its denominator and a 95 % interval. */
export const ClassCount = z.object({
  classId: z.string(),
  n: z.number().int(),
  /** Exact Poisson interval of the expected count (Garwood 1936). */
  low: z.number(),
  high: z.number(),
  /** Share of all counted objects, 0 to 1, with its Wilson interval (1927); undefined when nothing was counted. */
  share: z.object({ value: z.number(), low: z.number(), high: z.number() }).optional(),
});
export type ClassCount = z.infer<typeof ClassCount>;

/** Counts with what they were counted over. */
export const CountReport = z.object({
  fields: z.number().int(),
  /** Area of the counting frames, um2; undefined when the scale is unknown. */
  areaUm2: z.number().optional(),
  classes: z.array(ClassCount),
  total: z.number().int(),
  /** Found, but with the centre outside the counting frame. */
  outsideFrame: z.number().int(),
});
export type CountReport = z.infer<typeof CountReport>;
