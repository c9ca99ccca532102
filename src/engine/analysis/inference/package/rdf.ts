import * as z from "zod";
import { OcularConfig } from "./head-config.ts";
import { ProcessingStep } from "./processing.ts";

/**
 * The part of a BioImage.IO model description 0.5 (rdf.yaml) that running a model needs. Unknown fields are left
 * alone: the format has many that only people read.
 */
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is no sha256");
const File = z.object({ source: z.string().min(1), sha256: Sha256.nullish().transform((hash) => hash ?? undefined) });

const AxisSize = z.union([
  z.number().int().positive(),
  z.object({ min: z.number().int().positive(), step: z.number().int().positive() }),
  z.object({ tensor_id: z.string(), axis_id: z.string(), offset: z.number().int().default(0) }),
  /** Known only once the model has run. */
  z.object({ min: z.number().int().optional(), max: z.number().int().nullish() }),
]);
export type AxisSize = z.infer<typeof AxisSize>;

const scale = z.number().positive().default(1);
const unit = z.string().nullish();
const halo = z.number().int().nonnegative().nullish();

const Axis = z.discriminatedUnion("type", [
  z.object({ type: z.literal("batch"), id: z.string().default("batch"), size: z.literal(1).nullish() }),
  z.object({ type: z.literal("channel"), id: z.string().default("channel"), channel_names: z.array(z.string()).nonempty() }),
  z.object({ type: z.literal("space"), id: z.string().default("x"), size: AxisSize, scale, unit, halo }),
  z.object({ type: z.literal("index"), id: z.string().default("index"), size: AxisSize }),
  z.object({ type: z.literal("time"), id: z.string().default("time"), size: AxisSize, scale, unit, halo }),
]);
export type Axis = z.infer<typeof Axis>;

const TensorValues = z.object({ type: z.string().default("float32"), range: z.tuple([z.number().nullable(), z.number().nullable()]).nullish(), values: z.array(z.unknown()).nullish() });

export const TensorDescription = z.object({
  id: z.string(),
  axes: z.array(Axis).nonempty(),
  test_tensor: File.nullish(),
  /** One description, or one per channel. */
  data: z.union([TensorValues, z.array(TensorValues).nonempty()]).prefault({}),
});

const InputDescription = TensorDescription.extend({ id: z.string().default("input"), optional: z.boolean().default(false), preprocessing: z.array(ProcessingStep).default([]) });
const OutputDescription = TensorDescription.extend({ id: z.string().default("output"), postprocessing: z.array(ProcessingStep).default([]) });
export type TensorDescription = z.infer<typeof TensorDescription>;
export type OutputDescription = z.infer<typeof OutputDescription>;

const Tolerance = z.object({
  relative_tolerance: z.number().nonnegative().default(1e-3),
  absolute_tolerance: z.number().nonnegative().default(1e-3),
  mismatched_elements_per_million: z.number().int().nonnegative().default(100),
  /** Ids, or the words of the format for all outputs of whole numbers or all of fractions. */
  output_ids: z.union([z.array(z.string()), z.string()]).default([]),
  weights_formats: z.array(z.string()).default([]),
});
export type Tolerance = z.infer<typeof Tolerance>;

const OnnxWeights = File.extend({ sha256: Sha256, opset_version: z.number().int(), external_data: File.nullish() });

export const Rdf = z.object({
  type: z.literal("model"),
  format_version: z.string().regex(/^0\.5\./, "is not 0.5.x"),
  name: z.string(),
  version: z.union([z.string(), z.number()]).default("0.0.0").transform(String),
  description: z.string().default(""),
  license: z.string().nullish(),
  inputs: z.array(InputDescription).nonempty(),
  outputs: z.array(OutputDescription).nonempty(),
  /** Other formats are only counted, to name them where there is no ONNX. */
  weights: z.looseObject({ onnx: OnnxWeights.nullish() }),
  config: z.looseObject({
    bioimageio: z.object({ reproducibility_tolerance: z.array(Tolerance).default([]) }).nullish().transform((config) => config ?? { reproducibility_tolerance: [] }),
    ocular: OcularConfig.optional(),
    /** What StarDist's own export writes. */
    stardist: z.object({ config: z.object({ n_rays: z.number().int() }), thresholds: z.object({ prob: z.number(), nms: z.number() }).partial().optional() }).optional().catch(undefined),
  }).prefault({}),
});
export type Rdf = z.infer<typeof Rdf>;
