import type { GreyPlane } from "../../image/plane.ts";

/** Counts of equal bins between the lowest and the highest value of a picture. */
export interface GreyHistogram {
  readonly min: number;
  readonly max: number;
  readonly binWidth: number;
  readonly counts: Uint32Array;
}

/** What scikit-image uses for grey pictures of floats, so that thresholds can be compared. */
export const DEFAULT_BINS = 256;

/** Not-a-number counts nowhere. @throws RangeError for a picture without pixels. */
export function greyHistogram({ data }: GreyPlane, bins = DEFAULT_BINS): GreyHistogram {
  const { min, max } = valueRange(data);
  const counts = new Uint32Array(bins);
  const scale = max > min ? bins / (max - min) : 0;
  const last = bins - 1;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    // The highest value belongs to the last bin.
    const bin = (value - min) * scale;
    if (!(bin >= 0)) continue;
    const place = bin >= last ? last : bin | 0;
    counts[place] = (counts[place] as number) + 1;
  }
  return { min, max, binWidth: (max - min) / bins, counts };
}

/** The value in the middle of a bin. */
export function binCentre({ min, binWidth }: GreyHistogram, bin: number): number {
  return min + (bin + 0.5) * binWidth;
}

/** Lowest and highest value. @throws RangeError where there is none. */
export function valueRange(data: Float32Array): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) throw new RangeError("the picture has no pixels with a value");
  return { min, max };
}
