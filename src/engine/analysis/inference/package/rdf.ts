import { z } from "zod";
import { ProcessingStep } from "./processing.ts";

/**
 * The part of a BioImage.IO model description 0.5 (rdf.yaml) that running a model needs. Unknown fields are left
 * alone: the format has many that only people read.
 */
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is no sha256");
const File = z.object({ source: z.string().min(1), sha256: Sha256.optional() });

const AxisSize = z.union([
  z.number().int().positive(),
  z.object({ min: z.number().int().positive(), step: z.number().int().nonnegative() }),
  z.object({ tensor_id: z.string(), axis_id: z.string(), offset: z.number().int().default(0) }),
  z.object({ min: z.number().int().optional(), max: z.number().int().nullish() }),
]);

const Axis = z.discriminatedUnion("type", [
  z.object({ type: z.literal("batch"), id: z.string().default("batch") }),
  z.object({ type: z.literal("channel"), id: z.string().default("channel"), channel_names: z.array(z.string()).nonempty() }),
  z.object({ type: z.literal("space"), id: z.string().default("x"), size: AxisSize, scale: z.number().positive().default(1), unit: z.string().nullish(), halo: z.number().int().optional() }),
  z.object({ type: z.literal("index"), id: z.string().default("index"), size: AxisSize }),
  z.object({ type: z.literal("time"), id: z.string().default("time"), size: AxisSize }),
]);
export type Axis = z.infer<typeof Axis>;

const TensorDescription = z.object({ id: z.string(), axes: z.array(Axis).nonempty(), test_tensor: File.optional() });

const Tolerance = z.object({
  relative_tolerance: z.number().nonnegative().default(1e-3),
  absolute_tolerance: z.number().nonnegative().default(1e-3),
  mismatched_elements_per_million: z.number().int().nonnegative().default(100),
  output_ids: z.union([z.array(z.string()), z.string()]).default([]),
  weights_formats: z.array(z.string()).default([]),
});
export type Tolerance = z.infer<typeof Tolerance>;

const ClassDescription = z.union([
  z.string().min(1),
  z.object({ id: z.string().min(1), name: z.string().optional(), plural: z.string().optional(), letter: z.string().length(1).optional(), colorIndex: z.number().int().min(0).max(7).optional() }),
]);

/** What Ocular adds under `config.ocular`; see docs/models.md. */
const OcularConfig = z.object({
  head: z.literal("centre-heat-map"),
  /** Input pixels per cell of the heat map. */
  stride: z.number().int().positive(),
  /** Which output is which. */
  outputs: z.object({ heatmap: z.string().default("heatmap"), size: z.string().default("size"), offset: z.string().default("offset") }).prefault({}),
  classes: z.array(ClassDescription).nonempty(),
  /** Lowest score that counts, by class id. */
  scoreThresholds: z.record(z.string(), z.number().min(0).max(1)),
  nmsIou: z.number().min(0).max(1),
  /** Boxes of two classes that overlap by more are one object, the better one; left out: classes may overlap. */
  crossClassIou: z.number().min(0).max(1).optional(),
  /** um per pixel the model was trained at. */
  nominalPixelSizeUm: z.number().positive(),
  /** um per pixel taken for pictures that state none. */
  assumedPixelSizeUm: z.number().positive(),
  /** Largest side that goes through the model at once, and what a tile sees around its core, model pixels. */
  tileSide: z.number().int().positive().default(1536),
  tileMargin: z.number().int().nonnegative().default(96),
});
export type OcularConfig = z.infer<typeof OcularConfig>;

export const Rdf = z.object({
  type: z.literal("model"),
  format_version: z.string().regex(/^0\.5\./, "is not 0.5.x"),
  name: z.string(),
  version: z.union([z.string(), z.number()]).default("0.0.0").transform(String),
  description: z.string().default(""),
  license: z.string().nullish(),
  inputs: z.array(TensorDescription.extend({ preprocessing: z.array(ProcessingStep).default([]) })).nonempty(),
  outputs: z.array(TensorDescription.extend({ postprocessing: z.array(ProcessingStep).default([]) })).nonempty(),
  weights: z.object({ onnx: File.extend({ sha256: Sha256, opset_version: z.number().int() }) }),
  config: z.object({
    bioimageio: z.object({ reproducibility_tolerance: z.array(Tolerance).default([]) }).prefault({}),
    ocular: OcularConfig,
  }),
});
export type Rdf = z.infer<typeof Rdf>;
