import { WEIGHT_BITS } from "../../../core/kernels/resample-plan.ts";
import type { AxisWeights } from "../../../core/kernels/resample-plan.ts";

const WEIGHT_ONE = 1 << WEIGHT_BITS;

export interface AxisSpec {
  /** Pixels of the picture along this axis. */
  readonly sourcePixels: number;
  /** Pixels of the whole picture at the target scale; what lies before or beyond repeats the edge. */
  readonly targetPixels: number;
  /** First target pixel wanted, and how many. */
  readonly start: number;
  readonly count: number;
  /** Pixels between source samples: 1, or 2 for one colour of a Bayer mosaic. */
  readonly pitch: 1 | 2;
  /** Pixel of the first source sample: 0, or 1 for the second colour of a Bayer row. */
  readonly phase: 0 | 1;
}

/**
 * Weights of a triangle filter as wide as a target pixel, never narrower than a source sample: linear interpolation
 * when enlarging, an antialiased average when shrinking. The same filter as Pillow's BILINEAR resize, which made the
 * training pictures (Pillow, src/libImaging/Resample.c, precompute_coeffs).
 */
export function triangleWeights(spec: AxisSpec): AxisWeights {
  const { sourcePixels, targetPixels, start, count, pitch, phase } = spec;
  const samples = Math.max(Math.ceil((sourcePixels - phase) / pitch), 1);
  const samplesPerTarget = sourcePixels / targetPixels / pitch;
  const support = Math.max(samplesPerTarget, 1);
  const taps = Math.min(evenTaps(Math.ceil(2 * support)), samples);
  const first = new Int32Array(count);
  const weights = new Int32Array(count * taps);
  const shares = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const target = Math.min(Math.max(start + i, 0), targetPixels - 1);
    // Centre of the target pixel on an axis where source sample n lies at n + 0.5.
    const centre = (target + 0.5) * samplesPerTarget + (pitch - 1) * 0.25 - phase / pitch;
    const begin = Math.min(Math.max(Math.floor(centre - support + 0.5), 0), samples - taps);
    for (let tap = 0; tap < taps; tap++) shares[tap] = Math.max(1 - Math.abs(begin + tap + 0.5 - centre) / support, 0);
    first[i] = begin;
    setWeights(shares, centre < begin ? 0 : taps - 1, weights.subarray(i * taps, (i + 1) * taps));
  }
  return { count, taps, first, weights };
}

/** Two taps interpolate; more come in fours, which is what the inner loops take at a time. */
function evenTaps(taps: number): number {
  return taps <= 2 ? 2 : Math.ceil(taps / 4) * 4;
}

/**
 * Shares as whole weights. Rounding is made up for on the heaviest tap.
 *
 * @param nearest the tap that counts alone when the centre lies beyond the outermost sample of its colour.
 */
function setWeights(shares: Float64Array, nearest: number, weights: Int32Array): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum === 0) {
    weights[nearest] = WEIGHT_ONE;
    return;
  }
  let heaviest = 0;
  let rest = WEIGHT_ONE;
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = Math.round(((shares[tap] ?? 0) / sum) * WEIGHT_ONE);
    weights[tap] = weight;
    rest -= weight;
    if (weight > (weights[heaviest] ?? 0)) heaviest = tap;
  }
  weights[heaviest] = (weights[heaviest] ?? 0) + rest;
}
