import * as z from "zod";

/** Box in image pixels of the frame: left, top, width, height; origin at the top left corner of the picture. */
export const BoxPx = z.object({ x: z.number(), y: z.number(), width: z.number().nonnegative(), height: z.number().nonnegative() });
export type BoxPx = z.infer<typeof BoxPx>;

/** A class as tables name it. They are opened in spreadsheets, which compute what begins as a formula does. */
export const ClassId = z.string().regex(/^[^\s=+\-@\p{Cc}][^\p{Cc}]*$/u, "begins with neither =, +, -, @ nor a blank, and has no line breaks");

/** One object found by an analyzer. Immutable: people correct by annotations that supersede, never by edits. */
export const Detection = z.object({
  /** Unique within the session. */
  id: z.string(),
  /** Class id of the analyzer, e.g. "red-cell". */
  classId: z.string(),
  /** 0 to 1. */
  score: z.number().min(0).max(1),
  box: BoxPx,
  /** Outline in image pixels, x and y in turn; absent where the analyzer gives boxes only. */
  contour: z.array(z.number()).optional(),
  /** The model's own features pooled over the object, five significant digits; there when they were asked for and the model gives any. */
  embedding: z.array(z.number()).optional(),
});
export type Detection = z.infer<typeof Detection>;

/** What exactly looked: enough to do it again. */
export const AnalyzerIdentity = z.object({
  /** Model or recipe id, e.g. "blood-cells". */
  id: z.string(),
  version: z.string(),
  /** SHA-256 of the weights (or of the recipe). */
  sha256: z.string(),
  /** e.g. "onnxruntime-node 1.30.0 cpu, 2 threads". */
  runtime: z.string(),
  /** SHA-256 of the settings that shaped the result: thresholds, NMS, scale. */
  settingsHash: z.string(),
});
export type AnalyzerIdentity = z.infer<typeof AnalyzerIdentity>;

/** A pixel size that nobody stated: what the size of some objects in the picture says it is. Never a measure of length. */
export const ScaleEstimate = z.object({
  pixelSizeUm: z.number().positive(),
  /** Objects it was estimated from, and their classes. */
  objects: z.number().int().positive(),
  classIds: z.array(z.string()),
});
export type ScaleEstimate = z.infer<typeof ScaleEstimate>;

/** Everything one analyzer found on one frame. */
export const DetectionSet = z.object({
  frameId: z.number().int(),
  analyzer: AnalyzerIdentity,
  detections: z.array(Detection),
  /** Lowest score that was let through, by class id: what a person set, else the analyzer's own. */
  scoreThresholds: z.record(z.string(), z.number()).optional(),
  /** Wall-clock cost of the analysis, ms: waiting not included. */
  analysisMs: z.number(),
  /** Where the picture states no pixel size and was not taken for the one that the analyzer assumes. */
  scaleEstimate: ScaleEstimate.optional(),
});
export type DetectionSet = z.infer<typeof DetectionSet>;

/** A class as people see it. `key` is the digit that assigns it. */
export const ClassInfo = z.object({ id: z.string(), name: z.string(), plural: z.string(), letter: z.string().length(1), colorIndex: z.number().int().min(0).max(7) });
export type ClassInfo = z.infer<typeof ClassInfo>;

/**
 * What a person says of a detection, of the first analyzer or of a second one beside it. `reclassify`, `reject` and
 * `confirm` (it is what the analyzer says) supersede what stands before; `retract` takes an earlier annotation back (undo).
 * The detection itself is never changed.
 */
export const Annotation = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reclassify"), id: z.string(), fieldId: z.string(), detectionId: z.string(), fromClassId: z.string(), toClassId: z.string() }),
  z.object({ kind: z.literal("reject"), id: z.string(), fieldId: z.string(), detectionId: z.string(), fromClassId: z.string() }),
  z.object({ kind: z.literal("confirm"), id: z.string(), fieldId: z.string(), detectionId: z.string(), classId: z.string() }),
  z.object({ kind: z.literal("retract"), id: z.string(), fieldId: z.string(), annotationId: z.string() }),
]);
export type Annotation = z.infer<typeof Annotation>;
