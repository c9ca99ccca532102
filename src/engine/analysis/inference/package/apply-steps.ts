import type * as z from "zod";
import { FIXED_EPS, mapStepsOf, valueAt } from "./processing.ts";
import type { EnsuredDtype, ProcessingStep } from "./processing.ts";

/** A tensor with names for its axes, last axis fastest. Steps change `data` in place. */
export interface NamedTensor {
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Input tensors as they were before pre-processing, by id: what a `reference_tensor` names. */
export type ReferenceTensors = ReadonlyMap<string, NamedTensor>;

/**
 * Apply the steps in order, in place, up to the first that makes objects.
 *
 * @throws RangeError when a step names a reference tensor that is not given.
 */
export function applySteps(tensor: NamedTensor, steps: readonly ProcessingStep[], references: ReferenceTensors = new Map()): void {
  for (const step of mapStepsOf(steps)) applyStep(tensor, step, references);
}

/** Whether a step needs the input as it was before pre-processing. */
export function needsReference(steps: readonly ProcessingStep[]): boolean {
  return steps.some((step) => step.id === "scale_mean_variance" || (step.id === "scale_range" && typeof step.kwargs.reference_tensor === "string"));
}

function applyStep(tensor: NamedTensor, step: ProcessingStep, references: ReferenceTensors): void {
  switch (step.id) {
    case "scale_linear": {
      const { gain, offset, axis } = step.kwargs;
      return mapAlong(tensor, axis, (i) => linear(valueAt(gain, i), valueAt(offset, i)));
    }
    case "fixed_zero_mean_unit_variance": {
      const { mean, std, axis } = step.kwargs;
      return mapAlong(tensor, axis, (i) => standardised(valueAt(mean, i), valueAt(std, i) + FIXED_EPS));
    }
    case "binarize": {
      const { threshold, axis } = step.kwargs;
      return mapAlong(tensor, axis, (i) => {
        const least = valueAt(threshold, i);
        return each((value) => (value > least ? 1 : 0));
      });
    }
    case "sigmoid":
      return mapAlong(tensor, undefined, () => each((value) => 1 / (1 + Math.exp(-value))));
    case "ensure_dtype": {
      const rounding = roundingOf(step.kwargs.dtype);
      return rounding === undefined ? undefined : mapAlong(tensor, undefined, () => each(rounding));
    }
    case "zero_mean_unit_variance":
      return eachGroup(tensor, reducedAxes(tensor, step.kwargs.axes), (group) => {
        const { mean, std } = momentsOf(group.values());
        group.replace((value) => (value - mean) / (std + step.kwargs.eps));
      });
    case "scale_mean_variance":
      return scaleMeanVariance(tensor, step.kwargs, references);
    case "scale_range":
      return scaleRange(tensor, step.kwargs, references);
    case "clip":
      return clip(tensor, step.kwargs);
    case "softmax":
      return softmax(tensor, step.kwargs.axis);
    case "stardist_postprocessing":
    case "cellpose_flow_dynamics":
    case "custom":
      // The head's work, see mapStepsOf.
      return undefined;
  }
}

type KwargsOf<Id extends ProcessingStep["id"]> = Extract<ProcessingStep, { id: Id; kwargs: unknown }>["kwargs"];

function scaleMeanVariance(tensor: NamedTensor, { axes, eps, reference_tensor: id }: KwargsOf<"scale_mean_variance">, references: ReferenceTensors): void {
  const wanted = groupsOf(referenceFor(id, references), axes).map((group) => momentsOf(group.values()));
  const groups = groupsOf(tensor, axes);
  for (const [index, group] of groups.entries()) {
    const { mean, std } = momentsOf(group.values());
    // One group of the reference serves all of this tensor's where their channels differ.
    const target = wanted[wanted.length === groups.length ? index : 0] ?? { mean: 0, std: 1 };
    group.replace((value) => ((value - mean) / (std + eps)) * (target.std + eps) + target.mean);
  }
}

function scaleRange(tensor: NamedTensor, kwargs: KwargsOf<"scale_range">, references: ReferenceTensors): void {
  const { axes, eps, min_percentile: lowest, max_percentile: highest, reference_tensor: id } = kwargs;
  const source = typeof id === "string" ? referenceFor(id, references) : tensor;
  const ranges = groupsOf(source, axes).map((group) => {
    const sorted = group.values().sort();
    return { low: percentile(sorted, lowest), high: percentile(sorted, highest) };
  });
  const groups = groupsOf(tensor, axes);
  for (const [index, group] of groups.entries()) {
    const { low, high } = ranges[ranges.length === groups.length ? index : 0] ?? { low: 0, high: 1 };
    group.replace((value) => (value - low) / (high - low + eps));
  }
}

function clip(tensor: NamedTensor, { axes, min, max, min_percentile: lowest, max_percentile: highest }: KwargsOf<"clip">): void {
  if (typeof lowest !== "number" && typeof highest !== "number") {
    const [low, high] = [min ?? -Infinity, max ?? Infinity];
    return mapAlong(tensor, undefined, () => each((value) => Math.min(Math.max(value, low), high)));
  }
  // The format names no method: bioimageio.core takes a value that is there where axes are named, and interpolates where none are.
  const find = axes === undefined || axes === null || axes.includes("batch") ? percentile : percentileThatIs;
  return eachGroup(tensor, reducedAxes(tensor, axes), (group) => {
    const sorted = group.values().sort();
    const low = min ?? (typeof lowest === "number" ? find(sorted, lowest) : -Infinity);
    const high = max ?? (typeof highest === "number" ? find(sorted, highest) : Infinity);
    group.replace((value) => Math.min(Math.max(value, low), high));
  });
}

/** In place along one axis; nothing is allocated per group, as there is one for every pixel. */
function softmax({ axes, shape, data }: NamedTensor, axis: string): void {
  const position = axes.indexOf(axis);
  if (position < 0) throw new RangeError(`softmax runs along the axis ${axis}, which the tensor does not have`);
  const size = shape[position] ?? 1;
  const inner = shape.slice(position + 1).reduce((product, n) => product * n, 1);
  for (let outer = 0; outer < data.length; outer += size * inner) {
    for (let i = outer; i < outer + inner; i++) {
      let largest = -Infinity;
      for (let k = 0; k < size; k++) largest = Math.max(largest, data[i + k * inner] ?? 0);
      let sum = 0;
      for (let k = 0; k < size; k++) sum += Math.exp((data[i + k * inner] ?? 0) - largest);
      for (let k = 0; k < size; k++) data[i + k * inner] = Math.exp((data[i + k * inner] ?? 0) - largest) / sum;
    }
  }
}

function referenceFor(id: string, references: ReferenceTensors): NamedTensor {
  const found = references.get(id);
  if (found === undefined) throw new RangeError(`a processing step refers to the tensor ${id}, which there is not`);
  return found;
}

/** Axes that statistics are taken over: those named, else all. */
function reducedAxes(tensor: NamedTensor, named: readonly string[] | null | undefined): readonly string[] {
  return named ?? tensor.axes;
}

/** Undefined where values stay as they are: tensors are of floats here. */
function roundingOf(dtype: z.infer<typeof EnsuredDtype>): ((value: number) => number) | undefined {
  if (dtype === "float32" || dtype === "float64") return undefined;
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

/** The first value that so many percent of the values do not exceed: NumPy's method "inverted_cdf". */
function percentileThatIs(sorted: Float32Array, percent: number): number {
  // A rank that is whole but for the last bits of the product is whole.
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length - 1e-9) - 1, 0)] ?? 0;
}

/** Changes the values from `start` to before `end`, in place. */
type Change = (data: Float32Array, start: number, end: number) => void;

/** Its own loop: every picture goes through it, and a call for each of its values takes four times as long. */
function linear(gain: number, offset: number): Change {
  return (data, start, end) => {
    for (let i = start; i < end; i++) data[i] = (data[i] ?? 0) * gain + offset;
  };
}

/** As {@link linear}: the other step that most packages take. */
function standardised(mean: number, std: number): Change {
  return (data, start, end) => {
    for (let i = start; i < end; i++) data[i] = ((data[i] ?? 0) - mean) / std;
  };
}

function each(change: (value: number) => number): Change {
  return (data, start, end) => {
    for (let i = start; i < end; i++) data[i] = change(data[i] ?? 0);
  };
}

/** Change every value by what `changeAt` gives for its index along one axis. */
function mapAlong(tensor: NamedTensor, axis: string | undefined, changeAt: (index: number) => Change): void {
  const position = axis === undefined ? -1 : tensor.axes.indexOf(axis);
  const size = position < 0 ? 1 : tensor.shape[position] ?? 1;
  const inner = position < 0 ? tensor.data.length : tensor.shape.slice(position + 1).reduce((product, n) => product * n, 1);
  const { data } = tensor;
  const changes = Array.from({ length: size }, (_, index) => changeAt(index));
  // Values of one index that lie side by side are changed together.
  for (let start = 0, run = 0; start < data.length; start += inner, run++) changes[run % size]?.(data, start, start + inner);
}

interface Group {
  /** A copy of the group's values. */
  values(): Float32Array;
  replace(change: (value: number) => number): void;
}

function eachGroup(tensor: NamedTensor, reduced: readonly string[], visit: (group: Group) => void): void {
  for (const group of groupsOf(tensor, reduced)) visit(group);
}

/** The values that share their place along every axis not reduced, group by group. */
function groupsOf(tensor: NamedTensor, reduced: readonly string[] | null | undefined): Group[] {
  const { data } = tensor;
  const isReduced = tensor.axes.map((axis) => reducedAxes(tensor, reduced).includes(axis));
  const members = offsetsAlong(tensor.shape, isReduced);
  const starts = offsetsAlong(tensor.shape, isReduced.map((is) => !is));
  return Array.from(starts, (start) => ({
    values: () => {
      const values = new Float32Array(members.length);
      for (let i = 0; i < members.length; i++) values[i] = data[start + (members[i] ?? 0)] ?? 0;
      return values;
    },
    replace: (change) => {
      for (const offset of members) data[start + offset] = change(data[start + offset] ?? 0);
    },
  }));
}

/** Every offset that the chosen axes reach while the others stay at 0. */
function offsetsAlong(shape: readonly number[], isChosen: readonly boolean[]): Int32Array {
  let offsets = Int32Array.of(0);
  for (const [axis, size] of shape.entries()) {
    if (isChosen[axis] !== true) continue;
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    const known = offsets;
    offsets = new Int32Array(known.length * size);
    for (let i = 0; i < known.length; i++) for (let k = 0; k < size; k++) offsets[i * size + k] = (known[i] ?? 0) + k * stride;
  }
  return offsets;
}
