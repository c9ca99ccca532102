import * as z from "zod";
import { AnalyzerRef } from "./comparison.ts";
import { CountReport } from "./counting.ts";
import { ClassInfo } from "./detection.ts";
import { Crops } from "./features.ts";
import { CountingFrame } from "./session.ts";

/**
 * Which objects of a plain picture count: every one, or those that touch neither the right nor the lower border, so that a
 * count per area is not too large (two-edge rule). Fields of a session are counted by the session's own rule.
 */
export const PictureBorder = z.enum(["every", "two-edges"]);
export type PictureBorder = z.infer<typeof PictureBorder>;

/** A session among the inputs of a batch, counted anew by the rule it was recorded with. */
export const SessionCount = z.object({
  folder: z.string(),
  countingFrame: CountingFrame,
  /** Fields of the session; `counts.fields` says how many of them are in the counts. */
  fieldsKept: z.number().int(),
  counts: CountReport,
  /** What stands in the session: by its own analyzer, corrections applied. */
  recorded: CountReport,
});
export type SessionCount = z.infer<typeof SessionCount>;

/** What a person asks for: pictures, folders or sessions by their paths, and who looks at them. */
export const BatchStart = z.object({
  inputs: z.array(z.string().min(1)).min(1),
  ref: AnalyzerRef,
  /** Folder for the results; beside the first input unless told. */
  out: z.string().min(1).optional(),
  /** um per pixel of every picture, in place of what the files say. */
  pixelSizeUm: z.number().positive().optional(),
  /** Every object unless told. */
  border: PictureBorder.optional(),
  /** Pictures without a pixel size are taken for what the size of their cells says, where the model knows it: true unless told. */
  estimatesScale: z.boolean().optional(),
});
export type BatchStart = z.infer<typeof BatchStart>;

/** How far a batch is. */
export const BatchProgress = z.object({
  files: z.number().int(),
  filesDone: z.number().int(),
  /** Of those, done by an earlier run. */
  filesResumed: z.number().int(),
  /** Pages analysed by this run. */
  pictures: z.number().int(),
  failed: z.number().int(),
  /** Over the last minute. */
  picturesPerSecond: z.number(),
  /** Undefined until there is a rate to go by. */
  secondsLeft: z.number().optional(),
});
export type BatchProgress = z.infer<typeof BatchProgress>;

/** The one batch of the app, as its screen shows it. */
export const BatchStatus = z.object({
  /** "canceled": stopped by a person, with the results of the files done so far; the same start goes on from there. */
  state: z.enum(["idle", "running", "canceling", "done", "canceled", "failed"]),
  /** What was asked for, and where its results go: the same again goes on where it was. Undefined before the first start. */
  order: BatchStart.required({ out: true }).optional(),
  progress: BatchProgress.optional(),
  /** The latest of them; `progress.failed` counts all. */
  failures: z.array(z.object({ input: z.string(), reason: z.string() })),
  classes: z.array(ClassInfo),
  /** By class, once the results are written: `n` counted of `found` outlines or boxes. */
  counts: z.array(z.object({ classId: z.string(), n: z.number().int(), found: z.number().int() })),
  /** The sessions among the inputs, once the results are written. */
  sessions: z.array(SessionCount),
  /** Pictures that state no pixel size, once the results are written: taken for what the analyzer assumes, or for what their cells said, um. */
  withoutScale: z.object({
    assumed: z.number().int(),
    assumedUm: z.number().optional(),
    estimated: z.number().int(),
    estimatedUm: z.object({ lowest: z.number(), highest: z.number() }).optional(),
  }).optional(),
  /** What is done, but not as it was asked for or may be meant, in sentences. */
  notice: z.string().optional(),
  /** Why it failed, in state "failed". */
  problem: z.string().optional(),
});
export type BatchStatus = z.infer<typeof BatchStatus>;

/** Most cells whose pictures are asked for at once: each may lie in a file of its own. */
export const MOST_BATCH_CELLS = 48;

/** A page of the gallery: cells of a class, the surest first. */
export const BatchCellsRequest = z.object({ classId: z.string(), offset: z.number().int().nonnegative(), count: z.number().int().min(1).max(MOST_BATCH_CELLS), sidePx: z.number().int().min(8).max(256) });
export type BatchCellsRequest = z.infer<typeof BatchCellsRequest>;

export const BatchCells = z.object({
  /** Cells of the class that can be looked through. */
  total: z.number().int(),
  cells: z.array(z.object({ picture: z.string(), page: z.number().int(), number: z.number().int(), score: z.number() })),
  crops: Crops,
});
export type BatchCells = z.infer<typeof BatchCells>;
