import { binCentre } from "./grey-histogram.ts";
import type { GreyHistogram } from "./grey-histogram.ts";

/** Far more than it ever takes; the search halves its error in each round. */
const MOST_ROUNDS = 1000;

/**
 * The threshold of least cross entropy between the picture and its two-level version (Li and Lee 1993), by the fixed-point
 * search of Li and Tam, "An iterative algorithm for minimum cross entropy thresholding", 1998. Finds dim objects that
 * Otsu misses. Within a bin's width of the value found on the pixels themselves.
 */
export function liThreshold(histogram: GreyHistogram): number {
  const { min, max, binWidth, counts } = histogram;
  if (max === min) return max;
  // Sums of counts and of values above the minimum, below each bin: each round is then two look-ups.
  const below = new Float64Array(counts.length + 1);
  const sumBelow = new Float64Array(counts.length + 1);
  for (const [bin, count] of counts.entries()) {
    below[bin + 1] = (below[bin] ?? 0) + count;
    sumBelow[bin + 1] = (sumBelow[bin] ?? 0) + count * (binCentre(histogram, bin) - min);
  }
  const total = below[counts.length] ?? 0;
  const sum = sumBelow[counts.length] ?? 0;
  let threshold = sum / total;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // Bins whose centre lies above the threshold are foreground.
    const first = Math.min(Math.max(Math.floor(threshold / binWidth + 0.5), 1), counts.length - 1);
    const back = (sumBelow[first] ?? 0) / Math.max(below[first] ?? 0, 1);
    const fore = (sum - (sumBelow[first] ?? 0)) / Math.max(total - (below[first] ?? 0), 1);
    if (back <= 0 || fore <= back) break;
    const next = (back - fore) / (Math.log(back) - Math.log(fore));
    const step = Math.abs(next - threshold);
    threshold = next;
    if (step <= binWidth / 1000) break;
  }
  return min + threshold;
}
