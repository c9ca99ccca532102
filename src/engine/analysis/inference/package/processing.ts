import { z } from "zod";

/**
 * Pre- and post-processing steps of the BioImage.IO model description 0.5, as they stand in rdf.yaml
 * (https://bioimage.io/spec, bioimageio.spec.model.v0_5). A step we do not know makes the package invalid: a model
 * must never run on wrongly prepared pictures.
 */
const axes = z.array(z.string()).nonempty().optional();
const eps = z.number().positive().max(0.1).default(1e-6);
const oneOrMore = z.union([z.number(), z.array(z.number()).nonempty()]);

export const EnsuredDtype = z.enum(["float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32", "bool"]);

export const ProcessingStep = z.discriminatedUnion("id", [
  z.object({ id: z.literal("binarize"), kwargs: z.object({ threshold: oneOrMore, axis: z.string().optional() }) }),
  z.object({ id: z.literal("clip"), kwargs: z.object({ min: z.number().optional(), max: z.number().optional(), min_percentile: z.number().min(0).lt(100).optional(), max_percentile: z.number().gt(1).max(100).optional(), axes }) }),
  z.object({ id: z.literal("ensure_dtype"), kwargs: z.object({ dtype: EnsuredDtype }) }),
  z.object({ id: z.literal("fixed_zero_mean_unit_variance"), kwargs: z.object({ mean: oneOrMore, std: oneOrMore, axis: z.string().optional() }) }),
  z.object({ id: z.literal("scale_linear"), kwargs: z.object({ gain: oneOrMore.default(1), offset: oneOrMore.default(0), axis: z.string().optional() }) }),
  z.object({ id: z.literal("scale_range"), kwargs: z.object({ axes, min_percentile: z.number().min(0).lt(100).default(0), max_percentile: z.number().gt(1).max(100).default(100), eps }).prefault({}) }),
  z.object({ id: z.literal("sigmoid") }),
  z.object({ id: z.literal("softmax"), kwargs: z.object({ axis: z.string().default("channel") }).prefault({}) }),
  z.object({ id: z.literal("zero_mean_unit_variance"), kwargs: z.object({ axes, eps }).prefault({}) }),
]);
export type ProcessingStep = z.infer<typeof ProcessingStep>;

/** A tensor with names for its axes, last axis fastest. Steps change `data` in place. */
export interface NamedTensor {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Apply the steps in order, in place. */
export function applySteps(tensor: NamedTensor, steps: readonly ProcessingStep[]): void {
  for (const step of steps) applyStep(tensor, step);
}

/**
 * Gain and offset per channel when all the steps together are that simple and the same for every picture; undefined
 * when a step looks at the picture. Then bytes can go to the inference process and become numbers there.
 */
export function asAffine(steps: readonly ProcessingStep[], channels: number): { gain: number[]; offset: number[] } | undefined {
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
  if (step.id === "ensure_dtype" && step.kwargs.dtype === "float32") return { gain: 1, offset: 0 };
  if (step.id === "scale_linear" && isPerChannel(step.kwargs.axis)) {
    return { gain: at(step.kwargs.gain, channel), offset: at(step.kwargs.offset, channel) };
  }
  if (step.id === "fixed_zero_mean_unit_variance" && isPerChannel(step.kwargs.axis)) {
    const std = at(step.kwargs.std, channel);
    return { gain: 1 / std, offset: -at(step.kwargs.mean, channel) / std };
  }
  return undefined;
}

function isPerChannel(axis: string | undefined): boolean {
  return axis === undefined || axis === "channel";
}

function at(values: number | readonly number[], index: number): number {
  return typeof values === "number" ? values : values[index] ?? values[0] ?? 0;
}

function applyStep(tensor: NamedTensor, step: ProcessingStep): void {
  switch (step.id) {
    case "scale_linear": {
      const { gain, offset, axis } = step.kwargs;
      return mapAlong(tensor, axis, (value, i) => value * at(gain, i) + at(offset, i));
    }
    case "fixed_zero_mean_unit_variance": {
      const { mean, std, axis } = step.kwargs;
      return mapAlong(tensor, axis, (value, i) => (value - at(mean, i)) / at(std, i));
    }
    case "binarize": {
      const { threshold, axis } = step.kwargs;
      return mapAlong(tensor, axis, (value, i) => (value > at(threshold, i) ? 1 : 0));
    }
    case "sigmoid":
      return mapAlong(tensor, undefined, (value) => 1 / (1 + Math.exp(-value)));
    case "ensure_dtype":
      return mapAlong(tensor, undefined, roundingOf(step.kwargs.dtype));
    case "zero_mean_unit_variance":
      return eachGroup(tensor, reducedAxes(tensor, step.kwargs.axes), (group) => {
        const { mean, std } = momentsOf(group.values());
        group.replace((value) => (value - mean) / (std + step.kwargs.eps));
      });
    case "scale_range":
      return eachGroup(tensor, reducedAxes(tensor, step.kwargs.axes), (group) => {
        const sorted = group.values().sort();
        const low = percentile(sorted, step.kwargs.min_percentile);
        const high = percentile(sorted, step.kwargs.max_percentile);
        group.replace((value) => (value - low) / (high - low + step.kwargs.eps));
      });
    case "clip":
      return eachGroup(tensor, reducedAxes(tensor, step.kwargs.axes), (group) => {
        const { min, max, min_percentile: lowest, max_percentile: highest } = step.kwargs;
        const sorted = lowest === undefined && highest === undefined ? undefined : group.values().sort();
        const low = min ?? (sorted !== undefined && lowest !== undefined ? percentile(sorted, lowest) : -Infinity);
        const high = max ?? (sorted !== undefined && highest !== undefined ? percentile(sorted, highest) : Infinity);
        group.replace((value) => Math.min(Math.max(value, low), high));
      });
    case "softmax":
      return eachGroup(tensor, [step.kwargs.axis], (group) => {
        const values = group.values();
        const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
        const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
        group.replace((value) => Math.exp(value - largest) / sum);
      });
  }
}

/** Axes that statistics are taken over: those named, else all. */
function reducedAxes(tensor: NamedTensor, named: readonly string[] | undefined): readonly string[] {
  return named ?? tensor.axes;
}

function roundingOf(dtype: z.infer<typeof EnsuredDtype>): (value: number) => number {
  if (dtype === "float32" || dtype === "float64") return (value) => value;
  if (dtype === "bool") return (value) => (value === 0 ? 0 : 1);
  return Math.trunc;
}

/** Population moments, in double precision. */
function momentsOf(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

/** Linear interpolation between the closest ranks, as NumPy's default. */
function percentile(sorted: Float32Array, percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? below;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Change every value, told its index along one axis. */
function mapAlong(tensor: NamedTensor, axis: string | undefined, change: (value: number, index: number) => number): void {
  const position = axis === undefined ? -1 : tensor.axes.indexOf(axis);
  const size = position < 0 ? 1 : tensor.shape[position] ?? 1;
  const inner = position < 0 ? tensor.data.length : tensor.shape.slice(position + 1).reduce((product, n) => product * n, 1);
  const { data } = tensor;
  for (let i = 0; i < data.length; i++) data[i] = change(data[i] ?? 0, Math.floor(i / inner) % size);
}

interface Group {
  /** A copy of the group's values. */
  values(): Float32Array;
  replace(change: (value: number) => number): void;
}

/** Visit the values that share their place along every axis not reduced. */
function eachGroup(tensor: NamedTensor, reduced: readonly string[], visit: (group: Group) => void): void {
  const members = new Map<number, number[]>();
  const strides = tensor.shape.map((_, axis) => tensor.shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const keptAxes = tensor.axes.map((_, axis) => axis).filter((axis) => !reduced.includes(tensor.axes[axis] ?? ""));
  for (let i = 0; i < tensor.data.length; i++) {
    let key = 0;
    for (const axis of keptAxes) {
      const size = tensor.shape[axis] ?? 1;
      key = key * size + (Math.floor(i / (strides[axis] ?? 1)) % size);
    }
    const group = members.get(key);
    if (group === undefined) members.set(key, [i]);
    else group.push(i);
  }
  for (const indices of members.values()) {
    visit({
      values: () => Float32Array.from(indices, (i) => tensor.data[i] ?? 0),
      replace: (change) => {
        for (const i of indices) tensor.data[i] = change(tensor.data[i] ?? 0);
      },
    });
  }
}
