import * as z from "zod";
import { PictureBorder } from "../../shared/domain/batch.ts";
import { AnalyzerIdentity } from "../../shared/domain/detection.ts";
import { ErrorData } from "../../shared/error-data.ts";

/** Everything that shapes the results of a batch: with another head another batch would come out. */
export const JournalHead = z.object({
  format: z.literal("ocular-batch"),
  version: z.literal(1),
  software: z.string(),
  analyzer: AnalyzerIdentity,
  /** Lowest score per class, where one was named. */
  score_thresholds: z.record(z.string(), z.number()),
  /** um per pixel told for all pictures; null where the pictures say it themselves. */
  pixel_size_um: z.number().nullable(),
  /** What becomes of pictures without a pixel size. */
  scale: z.enum(["estimated", "as-is"]).default("as-is"),
  /** Whether objects are measured. */
  features: z.boolean(),
  /** Which objects of a plain picture count. */
  border: PictureBorder.default("every"),
  /** What was named, as absolute paths. */
  inputs: z.array(z.string()),
});
export type JournalHead = z.infer<typeof JournalHead>;

/** An object as kept until the results are written; pixels of the page. */
const ObjectRecord = z.object({
  class: z.string(),
  score: z.number(),
  /** Left, top, width, height. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  contour: z.array(z.number()).optional(),
  /** In the order of OBJECT_FEATURES (src/core/features); null where one cannot be told. */
  features: z.array(z.number().nullable()).optional(),
});
export type ObjectRecord = z.infer<typeof ObjectRecord>;

const PageRecord = z.object({
  page: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  pixel_size_um: z.number().optional(),
  /** Told by a person, stated by the file, estimated from objects, or left to the model. The latter two have no `pixel_size_um`. */
  pixel_size_from: z.enum(["option", "file", "objects", "model"]),
  /** What the picture was taken for, where that was estimated, and from how many objects of which classes. */
  scale_estimate: z.object({ um_per_px: z.number(), objects: z.number().int(), classes: z.array(z.string()) }).optional(),
  objects: z.array(ObjectRecord),
});
export type PageRecord = z.infer<typeof PageRecord>;

/** A finished input file: what was found on its pages, and what failed. */
export const FileRecord = z.object({
  path: z.string(),
  /** Size and time of the file when it was read: another size or time is another file. -1 where they cannot be told. */
  bytes: z.number(),
  mtime_ms: z.number(),
  /** The same of what was written beside it, see `FileIdentity`. */
  beside: z.string().optional(),
  pages: z.array(PageRecord),
  failures: z.array(ErrorData),
});
export type FileRecord = z.infer<typeof FileRecord>;
