import * as z from "zod";

/**
 * Pre- and post-processing steps of the BioImage.IO model description 0.5, as they stand in rdf.yaml
 * (https://bioimage.io/spec, bioimageio.spec.model.v0_5, up to 0.5.14). A step we do not know makes the package invalid:
 * a model must never run on wrongly prepared pictures.
 */
const axes = z.array(z.string()).min(1).nullish();
const eps = z.number().positive().max(0.1).default(1e-6);
const oneOrMore = z.union([z.number(), z.array(z.number()).min(1)]);
const optionalNumber = z.number().nullish();
const lowPercentile = z.number().min(0).lt(100);
const highPercentile = z.number().gt(1).max(100);
const oneOrTwoSides = z.union([z.number(), z.array(z.unknown())]);

/** What bioimageio.core adds to a stated standard deviation. */
export const FIXED_EPS = 1e-6;

export const EnsuredDtype = z.enum(["float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "bool"]);

export const ProcessingStep = z.discriminatedUnion("id", [
  z.object({ id: z.literal("binarize"), kwargs: z.object({ threshold: oneOrMore, axis: z.string().optional() }) }),
  z.object({ id: z.literal("clip"), kwargs: z.object({ min: optionalNumber, max: optionalNumber, min_percentile: lowPercentile.nullish(), max_percentile: highPercentile.nullish(), axes }) }),
  z.object({ id: z.literal("ensure_dtype"), kwargs: z.object({ dtype: EnsuredDtype }) }),
  z.object({ id: z.literal("fixed_zero_mean_unit_variance"), kwargs: z.object({ mean: oneOrMore, std: oneOrMore, axis: z.string().optional() }) }),
  z.object({ id: z.literal("scale_linear"), kwargs: z.object({ gain: oneOrMore.default(1), offset: oneOrMore.default(0), axis: z.string().optional() }) }),
  /** `out = (tensor - mean) / (std + eps) * (reference std + eps) + reference mean`. */
  z.object({ id: z.literal("scale_mean_variance"), kwargs: z.object({ reference_tensor: z.string(), axes, eps }) }),
  z.object({
    id: z.literal("scale_range"),
    kwargs: z.object({ axes, min_percentile: lowPercentile.default(0), max_percentile: highPercentile.default(100), eps, reference_tensor: z.string().nullish() })
      .refine((range) => range.min_percentile < range.max_percentile, "min_percentile is not below max_percentile")
      .prefault({}),
  }),
  z.object({ id: z.literal("sigmoid") }),
  z.object({ id: z.literal("softmax"), kwargs: z.object({ axis: z.string().default("channel") }).prefault({}) }),
  z.object({ id: z.literal("zero_mean_unit_variance"), kwargs: z.object({ axes, eps }).prefault({}) }),
  // Steps that make objects of maps: not done here, they say which head reads the output.
  z.object({
    id: z.literal("stardist_postprocessing"),
    kwargs: z.object({ prob_threshold: z.number(), nms_threshold: z.number(), n_rays: z.number().int().positive(), grid: z.array(z.number().int().positive()), b: oneOrTwoSides.default(0) }),
  }),
  z.object({
    id: z.literal("cellpose_flow_dynamics"),
    kwargs: z.object({ cellprob_threshold: z.number().default(0), flow_threshold: z.number().default(0.4), do_3D: z.boolean().default(false), min_size: z.number().int().default(15) }).prefault({}),
  }),
  z.object({ id: z.literal("custom"), callable: z.string(), source: z.string().optional() }),
]);
export type ProcessingStep = z.infer<typeof ProcessingStep>;

/** A step that makes objects of maps; whatever stands after it speaks of objects, not of the maps. */
export type InstanceStep = Extract<ProcessingStep, { id: "stardist_postprocessing" | "cellpose_flow_dynamics" | "custom" }>;

/** The first step that makes objects, if there is one. */
export function instanceStepOf(steps: readonly ProcessingStep[]): InstanceStep | undefined {
  return steps.find((step): step is InstanceStep => step.id === "stardist_postprocessing" || step.id === "cellpose_flow_dynamics" || step.id === "custom");
}

/** The steps before objects are made: those that change a map's values. */
export function mapStepsOf(steps: readonly ProcessingStep[]): ProcessingStep[] {
  const instance = instanceStepOf(steps);
  return instance === undefined ? [...steps] : steps.slice(0, steps.indexOf(instance));
}

/** Gain and offset per channel. */
export interface Affine {
  readonly gain: number[];
  readonly offset: number[];
}

/**
 * Gain and offset per channel when all the steps together are that simple and the same for every picture; undefined
 * when a step looks at the picture. Then bytes can go to the inference process and become numbers there.
 */
export function asAffine(steps: readonly ProcessingStep[], channels: number): Affine | undefined {
  const gain = new Array<number>(channels).fill(1);
  const offset = new Array<number>(channels).fill(0);
  for (const step of steps) {
    for (let channel = 0; channel < channels; channel++) {
      const next = affineOf(step, channel);
      if (next === undefined) return undefined;
      gain[channel] = (gain[channel] ?? 1) * next.gain;
      offset[channel] = (offset[channel] ?? 0) * next.gain + next.offset;
    }
  }
  return { gain, offset };
}

function affineOf(step: ProcessingStep, channel: number): { gain: number; offset: number } | undefined {
  if (step.id === "ensure_dtype" && (step.kwargs.dtype === "float32" || step.kwargs.dtype === "float64")) return { gain: 1, offset: 0 };
  if (step.id === "scale_linear" && isPerChannel(step.kwargs.axis)) {
    return { gain: valueAt(step.kwargs.gain, channel), offset: valueAt(step.kwargs.offset, channel) };
  }
  if (step.id === "fixed_zero_mean_unit_variance" && isPerChannel(step.kwargs.axis)) {
    const std = valueAt(step.kwargs.std, channel) + FIXED_EPS;
    return { gain: 1 / std, offset: -valueAt(step.kwargs.mean, channel) / std };
  }
  return undefined;
}

function isPerChannel(axis: string | undefined): boolean {
  return axis === undefined || axis === "channel";
}

/** The one value, or the one for an index along the step's axis. */
export function valueAt(values: number | readonly number[], index: number): number {
  return typeof values === "number" ? values : values[index] ?? values[0] ?? 0;
}
