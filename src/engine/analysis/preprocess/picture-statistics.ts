import { FIXED_EPS, valueAt } from "../inference/package/processing.ts";
import type { ProcessingStep } from "../inference/package/processing.ts";

/** Bins of a channel: one for each value of a 16-bit sample, as sampled pictures hold 0..255 in steps no finer. */
const BINS = 65_536;
const BINS_PER_LEVEL = (BINS - 1) / 255;

/**
 * What a picture's values are, channel by channel: counted while it is sampled, so that steps which look at a picture see
 * all of it, however it is cut into tiles, and nothing of its padding.
 */
export class PictureStatistics {
  readonly #channels: ReadonlyArray<{ readonly counts: Uint32Array; n: number; sum: number; squares: number }>;

  constructor(channels: number) {
    this.#channels = Array.from({ length: channels }, () => ({ counts: new Uint32Array(BINS), n: 0, sum: 0, squares: 0 }));
  }

  get channels(): number {
    return this.#channels.length;
  }

  /**
   * Count the top left part of planes that lie one after the other.
   *
   * @param planes 0..255.
   * @param stride pixels per row of a plane, and its rows.
   */
  add(planes: Float32Array, stride: { width: number; height: number }, part: { x: number; y: number; width: number; height: number }): void {
    for (const [index, channel] of this.#channels.entries()) {
      const { counts } = channel;
      let sum = 0;
      let squares = 0;
      for (let y = part.y; y < part.y + part.height; y++) {
        const row = (index * stride.height + y) * stride.width + part.x;
        for (let i = row; i < row + part.width; i++) {
          const value = planes[i] ?? 0;
          const bin = (value * BINS_PER_LEVEL + 0.5) | 0;
          counts[bin] = (counts[bin] ?? 0) + 1;
          sum += value;
          squares += value * value;
        }
      }
      channel.n += part.width * part.height;
      channel.sum += sum;
      channel.squares += squares;
    }
  }

  /** Mean and population standard deviation of some channels together. */
  moments(channels: readonly number[]): { mean: number; std: number } {
    const chosen = channels.flatMap((index) => this.#channels[index] ?? []);
    const n = chosen.reduce((total, channel) => total + channel.n, 0);
    const mean = chosen.reduce((total, channel) => total + channel.sum, 0) / n;
    const variance = chosen.reduce((total, channel) => total + channel.squares, 0) / n - mean * mean;
    return { mean, std: Math.sqrt(Math.max(variance, 0)) };
  }

  /** The value below which `percent` of some channels' pixels lie, interpolated between ranks as NumPy's default. */
  percentile(channels: readonly number[], percent: number): number {
    const chosen = channels.flatMap((index) => this.#channels[index] ?? []);
    const n = chosen.reduce((total, channel) => total + channel.n, 0);
    const rank = (percent / 100) * (n - 1);
    const { below, above } = valuesAround(chosen, rank);
    return below + (above - below) * (rank - Math.floor(rank));
  }
}

/** The values of the whole ranks next to a rank, found in one walk over the bins. */
function valuesAround(channels: ReadonlyArray<{ readonly counts: Uint32Array }>, rank: number): { below: number; above: number } {
  const counts = channels.map((channel) => channel.counts);
  let seen = 0;
  let below: number | undefined;
  for (let bin = 0; bin < BINS; bin++) {
    for (let channel = 0; channel < counts.length; channel++) seen += counts[channel]?.[bin] ?? 0;
    if (below === undefined && seen > Math.floor(rank)) below = bin / BINS_PER_LEVEL;
    if (below !== undefined && seen > Math.ceil(rank)) return { below, above: bin / BINS_PER_LEVEL };
  }
  return { below: below ?? 255, above: 255 };
}

/** Whether a step must know the whole picture. */
export function looksAtPicture(step: ProcessingStep): boolean {
  if (step.id === "clip") return typeof step.kwargs.min_percentile === "number" || typeof step.kwargs.max_percentile === "number";
  return step.id === "scale_range" || step.id === "zero_mean_unit_variance";
}

/**
 * The steps with those that look at the picture replaced by what they come to for this one: gain and offset per channel.
 * A step is left as it is (and then sees tile by tile) where it stands after one that is no gain and offset, or takes its
 * statistics along other axes than the picture's.
 */
export function resolveSteps(steps: readonly ProcessingStep[], statistics: PictureStatistics): ProcessingStep[] {
  const { channels } = statistics;
  const all = Array.from({ length: channels }, (_, channel) => channel);
  // The values so far, told as value * gain + offset of what was sampled; undefined once they are not.
  let sofar: { gain: number[]; offset: number[] } | undefined = { gain: all.map(() => 1), offset: all.map(() => 0) };
  const resolved: ProcessingStep[] = [];
  for (const step of steps) {
    const replaced: ProcessingStep = sofar === undefined || !looksAtPicture(step) ? step : asLinear(step, statistics, sofar) ?? step;
    resolved.push(replaced);
    sofar = sofar === undefined ? undefined : afterStep(sofar, replaced);
  }
  return resolved;
}

function asLinear(step: ProcessingStep, statistics: PictureStatistics, sofar: { gain: number[]; offset: number[] }): ProcessingStep | undefined {
  if (step.id !== "scale_range" && step.id !== "zero_mean_unit_variance") return undefined;
  const { axes, eps } = step.kwargs;
  if (step.id === "scale_range" && typeof step.kwargs.reference_tensor === "string") return undefined;
  if (axes !== undefined && axes !== null && !(axes.includes("y") && axes.includes("x"))) return undefined;
  const isJoint = axes === undefined || axes === null || axes.includes("channel");
  // Channels scaled differently before cannot be counted together.
  if (isJoint && (new Set(sofar.gain).size > 1 || new Set(sofar.offset).size > 1)) return undefined;
  const all = sofar.gain.map((_, channel) => channel);
  const groups = isJoint ? all.map(() => all) : all.map((channel) => [channel]);
  const gain: number[] = [];
  const offset: number[] = [];
  for (const [channel, group] of groups.entries()) {
    const [a, b] = [sofar.gain[channel] ?? 1, sofar.offset[channel] ?? 0];
    let low: number;
    let width: number;
    if (step.id === "zero_mean_unit_variance") {
      const { mean, std } = statistics.moments(group);
      low = mean * a + b;
      width = std * Math.abs(a) + eps;
    } else {
      const [least, most] = a < 0 ? [100 - step.kwargs.min_percentile, 100 - step.kwargs.max_percentile] : [step.kwargs.min_percentile, step.kwargs.max_percentile];
      low = statistics.percentile(group, least) * a + b;
      width = statistics.percentile(group, most) * a + b - low + eps;
    }
    gain.push(1 / width);
    offset.push(-low / width);
  }
  return { id: "scale_linear", kwargs: { axis: "channel", gain, offset } };
}

function afterStep(sofar: { gain: number[]; offset: number[] }, step: ProcessingStep): { gain: number[]; offset: number[] } | undefined {
  if (step.id === "ensure_dtype" && step.kwargs.dtype.startsWith("float")) return sofar;
  if (step.id !== "scale_linear" && step.id !== "fixed_zero_mean_unit_variance") return undefined;
  if (step.kwargs.axis !== undefined && step.kwargs.axis !== "channel") return undefined;
  const next = (channel: number): { gain: number; offset: number } => {
    if (step.id === "scale_linear") return { gain: valueAt(step.kwargs.gain, channel), offset: valueAt(step.kwargs.offset, channel) };
    const std = valueAt(step.kwargs.std, channel) + FIXED_EPS;
    return { gain: 1 / std, offset: -valueAt(step.kwargs.mean, channel) / std };
  };
  return {
    gain: sofar.gain.map((gain, channel) => gain * next(channel).gain),
    offset: sofar.offset.map((offset, channel) => offset * next(channel).gain + next(channel).offset),
  };
}
