import type { Plane } from "../../image/plane.ts";
import { checkPlane } from "./plane-checks.ts";

/** See PixelKernels.varianceOfLaplacian. */
export function varianceOfLaplacian(plane: Plane<Uint8Array | Uint16Array>): number {
  checkPlane(plane, "varianceOfLaplacian");
  const { width, height, data } = plane;
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (let y = 1; y < height - 1; y++) {
    let rowSum = 0;
    let rowSumOfSquares = 0;
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const laplacian = (data[i - 1] ?? 0) + (data[i + 1] ?? 0) + (data[i - width] ?? 0) + (data[i + width] ?? 0) - 4 * (data[i] ?? 0);
      rowSum += laplacian;
      rowSumOfSquares += laplacian * laplacian;
    }
    // The sums of a row are exact; the order in which rows are added makes the last digits, so it is part of the definition.
    sum += rowSum;
    sumOfSquares += rowSumOfSquares;
  }
  const pixels = (width - 2) * (height - 2);
  const mean = sum / pixels;
  return sumOfSquares / pixels - mean * mean;
}

/** See PixelKernels.tenengrad. */
export function tenengrad(plane: Plane<Uint8Array | Uint16Array>): number {
  checkPlane(plane, "tenengrad");
  const { width, height, data } = plane;
  if (width < 3 || height < 3) return 0;
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    let rowSum = 0;
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const at = (offset: number): number => data[i + offset] ?? 0;
      const x = at(1 - width) + 2 * at(1) + at(1 + width) - at(-1 - width) - 2 * at(-1) - at(-1 + width);
      const down = at(width - 1) + 2 * at(width) + at(width + 1) - at(-width - 1) - 2 * at(-width) - at(-width + 1);
      rowSum += x * x + down * down;
    }
    sum += rowSum;
  }
  return sum / ((width - 2) * (height - 2));
}
