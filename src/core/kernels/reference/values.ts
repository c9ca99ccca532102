import { checkWhole } from "./plane-checks.ts";

/** See PixelKernels.valueRange. */
export function valueRange(values: Float32Array): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  // Plus nothing: a zero has no sign.
  return checkRange({ min: min + 0, max: max + 0 });
}

/** Throws RangeError for the range of nothing. */
export function checkRange(range: { readonly min: number; readonly max: number }): { readonly min: number; readonly max: number } {
  if (range.min > range.max) throw new RangeError("the picture has no pixels with a value");
  return range;
}

/** Throws RangeError unless there is a whole number of bins that a table can hold. */
export function checkBins(bins: number): void {
  checkWhole(bins, 1, 65536, "binCounts: the number of bins");
}

/** See PixelKernels.binCounts. */
export function binCounts(values: Float32Array, min: number, binsPerUnit: number, bins: number): Uint32Array {
  checkBins(bins);
  const counts = new Uint32Array(bins);
  const last = bins - 1;
  for (let at = 0; at < values.length; at++) {
    const bin = ((values[at] as number) - min) * binsPerUnit;
    if (!(bin >= 0)) continue;
    const place = bin >= last ? last : Math.trunc(bin);
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}
