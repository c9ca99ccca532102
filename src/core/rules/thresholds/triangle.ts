import { binCentre } from "./grey-histogram.ts";
import type { GreyHistogram } from "./grey-histogram.ts";

/**
 * The bin farthest below the line from the histogram's peak to the end of its longer tail (Zack, Rogers and Latt,
 * "Automatic measurement of sister chromatid exchange frequency", 1977): for few objects on much background, where the
 * objects make no peak of their own. The centre of a bin, as in scikit-image.
 */
export function triangleThreshold(histogram: GreyHistogram): number {
  if (histogram.max === histogram.min) return histogram.max;
  const counts = [...histogram.counts];
  const peakHeight = Math.max(...counts);
  const peak = counts.indexOf(peakHeight);
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  // Walks from the end of the longer tail towards the peak.
  const tailIsHigh = peak - low < high - peak;
  const end = tailIsHigh ? high : low;
  const width = Math.abs(peak - end);
  let best = -Infinity;
  let bestBin = end;
  for (let step = 0; step < width; step++) {
    const bin = tailIsHigh ? end - step : end + step;
    const distance = peakHeight * step - width * (counts[bin] ?? 0);
    if (distance <= best) continue;
    best = distance;
    bestBin = bin;
  }
  return binCentre(histogram, bestBin);
}
