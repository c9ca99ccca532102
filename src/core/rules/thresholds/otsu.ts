import { binCentre } from "./grey-histogram.ts";
import type { GreyHistogram } from "./grey-histogram.ts";

/**
 * The threshold that parts the values into two groups as different as can be (Otsu, "A threshold selection method from
 * gray-level histograms", 1979). Values above it are the brighter group. The centre of a bin, as in scikit-image.
 */
export function otsuThreshold(histogram: GreyHistogram): number {
  const { counts } = histogram;
  let total = 0;
  let sum = 0;
  for (const [bin, count] of counts.entries()) {
    total += count;
    sum += count * binCentre(histogram, bin);
  }
  let below = 0;
  let sumBelow = 0;
  let best = -1;
  let bestBin = 0;
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin] ?? 0;
    sumBelow += (counts[bin] ?? 0) * binCentre(histogram, bin);
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const variance = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (variance <= best) continue;
    best = variance;
    bestBin = bin;
  }
  return histogram.max === histogram.min ? histogram.max : binCentre(histogram, bestBin);
}
