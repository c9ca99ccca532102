import * as z from "zod";
import { BoxPx } from "./detection.ts";

/** Most cells whose pictures are asked for at once. */
export const MOST_CROPS = 256;

/** Measured numbers of the detections of one kept field: rows in their order, columns those of OBJECT_FEATURES in src/core/features. NaN where one cannot be told. */
export const FieldFeatures = z.object({ fieldId: z.string(), detectionIds: z.array(z.string()), values: z.instanceof(Float64Array) });
export type FieldFeatures = z.infer<typeof FieldFeatures>;

/**
 * What the model itself saw in the detections of one kept field: rows in their order, `dimensions` numbers each; a row of
 * NaN for one that was not found again. No dimensions at all where there is no embedding; `reason` then says why.
 */
export const FieldEmbedding = z.object({ fieldId: z.string(), dimensions: z.number().int().nonnegative(), values: z.instanceof(Float32Array), reason: z.string().optional() });
export type FieldEmbedding = z.infer<typeof FieldEmbedding>;

/** Places of a kept field to cut out: each a square round the middle of its box, `sidePx` wide in the answer. */
export const CropsRequest = z.object({ fieldId: z.string(), boxes: z.array(BoxPx).max(MOST_CROPS), sidePx: z.number().int().min(8).max(256) });
export type CropsRequest = z.infer<typeof CropsRequest>;

/** 8-bit RGB pictures, one after the other. */
export const Crops = z.object({ sidePx: z.number().int(), rgb: z.instanceof(Uint8Array) });
export type Crops = z.infer<typeof Crops>;
