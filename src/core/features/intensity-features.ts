import type { GreyPlane, LabelMap } from "../image/plane.ts";

/** Values of a grey picture under each object; index 0 is label 1. */
export interface IntensityStatistics {
  readonly mean: Float64Array;
  /** Standard deviation over all pixels (divided by n). */
  readonly sd: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** Two walks, so that the deviation of bright objects does not drown in rounding. */
export function intensityStatistics({ labels, count }: LabelMap, { data }: GreyPlane): IntensityStatistics {
  if (labels.length !== data.length) throw new RangeError(`${labels.length} labels do not fit ${data.length} pixels`);
  const n = new Float64Array(count);
  const mean = new Float64Array(count);
  const sd = new Float64Array(count);
  const min = new Float64Array(count).fill(Infinity);
  const max = new Float64Array(count).fill(-Infinity);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] as number;
    if (label === 0) continue;
    const value = data[at] as number;
    const i = label - 1;
    n[i] = (n[i] as number) + 1;
    mean[i] = (mean[i] as number) + value;
    if (value < (min[i] as number)) min[i] = value;
    if (value > (max[i] as number)) max[i] = value;
  }
  for (let i = 0; i < count; i++) mean[i] = (mean[i] as number) / (n[i] as number);
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] as number;
    if (label === 0) continue;
    const off = (data[at] as number) - (mean[label - 1] as number);
    sd[label - 1] = (sd[label - 1] as number) + off * off;
  }
  for (let i = 0; i < count; i++) sd[i] = Math.sqrt((sd[i] as number) / (n[i] as number));
  return { mean, sd, min, max };
}
