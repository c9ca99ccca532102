import type { GreyPlane } from "../../image/plane.ts";
import { checkPlane, checkRadius } from "./plane-checks.ts";
import { numbersFor } from "./result-memory.ts";

/** The largest window that is computed, as its radius in px. */
export const largestMedianRadiusPx = 7;

/** See PixelKernels.medianBlur. Selects in each window by itself; 0 and -0 are equal, and either may be the middle of them. */
export function medianBlur(plane: GreyPlane, radiusPx: number, into?: Float32Array): GreyPlane {
  checkPlane(plane, "medianBlur");
  checkRadius(radiusPx, largestMedianRadiusPx, "medianBlur");
  const { width, height, data } = plane;
  const side = 2 * radiusPx + 1;
  const window = new Float32Array(side * side);
  const median = numbersFor(into, data.length, data, "medianBlur");
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let filled = 0;
      for (let dy = -radiusPx; dy <= radiusPx; dy++) {
        const row = Math.min(Math.max(y + dy, 0), height - 1) * width;
        for (let dx = -radiusPx; dx <= radiusPx; dx++) {
          window[filled++] = data[row + Math.min(Math.max(x + dx, 0), width - 1)] ?? 0;
        }
      }
      median[y * width + x] = selectMiddle(window);
    }
  }
  return { width, height, data: median };
}

/** The middle value of an odd number of values (Hoare 1961, FIND); reorders them. */
function selectMiddle(values: Float32Array): number {
  const middle = values.length >> 1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[middle] ?? 0;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i++] = values[j] ?? 0;
      values[j--] = swapped;
    }
    if (j < middle) low = i;
    if (i > middle) high = j;
  }
  return values[middle] ?? 0;
}
