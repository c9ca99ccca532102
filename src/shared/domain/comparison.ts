import * as z from "zod";
import { AnalyzerIdentity, Detection } from "./detection.ts";

/** Which analyzer: a model package or a rule recipe, by id. */
export const AnalyzerRef = z.object({ kind: z.enum(["model", "rules"]), id: z.string().min(1) });
export type AnalyzerRef = z.infer<typeof AnalyzerRef>;

/** How far two analyzers agree on a class both know, as counts of objects. */
export const ClassComparison = z.object({
  classId: z.string(),
  /** Found by both, and of this class in both. */
  agreed: z.number().int(),
  /** Found by both; of this class for the first (second) only. */
  otherInSecond: z.number().int(),
  otherInFirst: z.number().int(),
  onlyFirst: z.number().int(),
  onlySecond: z.number().int(),
  /** Agreed over all objects that either calls so, 0 to 1; undefined without any. */
  share: z.number().optional(),
});
export type ClassComparison = z.infer<typeof ClassComparison>;

/** Two analyzers on one picture, in numbers. */
export const ComparisonSummary = z.object({
  /** Objects match when they overlap by at least this, intersection over union. */
  leastIou: z.number(),
  matched: z.number().int(),
  onlyFirst: z.number().int(),
  onlySecond: z.number().int(),
  /** Classes both analyzers know. */
  classes: z.array(ClassComparison),
});
export type ComparisonSummary = z.infer<typeof ComparisonSummary>;

/** What a second analyzer said of a kept field, beside the first. Its objects count only when a person says so. */
export const SecondOpinion = z.object({
  analyzer: AnalyzerIdentity,
  /** Classes the second analyzer can give. */
  classIds: z.array(z.string()),
  detections: z.array(Detection),
});
export type SecondOpinion = z.infer<typeof SecondOpinion>;
