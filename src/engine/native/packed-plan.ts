import type { AxisWeights, ResamplePlan } from "../../core/kernels/resample-plan.ts";

const known = new WeakMap<ResamplePlan, Int32Array>();

/**
 * A plan as native/src/resample.cc reads it, one number after the other: samples of a row, bits, width and height of
 * the result, kinds of rows, colours; the weights of each kind of row; of each colour its channel, kind of row, step,
 * first sample, whether it counts half, and its weights. Weights are: how many taps, the first samples, the weights.
 * Kept as long as the plan is.
 */
export function packedPlan(plan: ResamplePlan): Int32Array {
  const packed = known.get(plan) ?? pack(plan);
  known.set(plan, packed);
  return packed;
}

function pack({ rowSamples, significantBits, outWidth, outHeight, rows, colours }: ResamplePlan): Int32Array {
  const table = ({ taps, first, weights }: AxisWeights): number[] => [taps, ...first, ...weights];
  return Int32Array.from([
    rowSamples, significantBits, outWidth, outHeight, rows.length, colours.length,
    ...rows.flatMap(table),
    ...colours.flatMap(({ channel, rowPhase, step, first, isHalf, columns }) => [channel, rowPhase, step, first, isHalf ? 1 : 0, ...table(columns)]),
  ]);
}
