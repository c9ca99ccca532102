import type { GreyPlane } from "../../image/plane.ts";
import type { PixelKernels } from "../../kernels/pixel-kernels.ts";

/** Counts of equal bins between the lowest and the highest value of a picture. */
export interface GreyHistogram {
  readonly min: number;
  readonly max: number;
  readonly binWidth: number;
  readonly counts: Uint32Array;
}

/** What scikit-image uses for grey pictures of floats, so that thresholds can be compared. */
const DEFAULT_BINS = 256;

/** Not-a-number counts nowhere. @throws RangeError for a picture without pixels. */
export function greyHistogram({ data }: GreyPlane, kernels: Pick<PixelKernels, "valueRange" | "binCounts">, bins = DEFAULT_BINS): GreyHistogram {
  const { min, max } = kernels.valueRange(data);
  // The highest value belongs to the last bin.
  return { min, max, binWidth: (max - min) / bins, counts: kernels.binCounts(data, min, max > min ? bins / (max - min) : 0, bins) };
}

/** The value in the middle of a bin. */
export function binCentre({ min, binWidth }: GreyHistogram, bin: number): number {
  return min + (bin + 0.5) * binWidth;
}
