import type { GreyPlane } from "../../image/plane.ts";
import { mirroredIndex } from "./mirrored-index.ts";
import { checkPlane, checkRadius } from "./plane-checks.ts";
import { numbersFor } from "./result-memory.ts";

/** The largest window that is computed, as its radius in px. */
export const largestBoxRadiusPx = 10_000;

/** See PixelKernels.boxMean. Running sums in double precision: the time does not depend on the radius. */
export function boxMean(plane: GreyPlane, radiusPx: number, into?: Float32Array): GreyPlane {
  checkPlane(plane, "boxMean");
  checkRadius(radiusPx, largestBoxRadiusPx, "boxMean");
  const { width, height, data } = plane;
  const side = 2 * radiusPx + 1;
  const scale = 1 / (side * side);
  const sourceX = mirroredIndex(width, radiusPx);
  const sourceY = mirroredIndex(height, radiusPx);
  /** Of each column, the sum over the rows of the window. */
  const columnSums = new Float64Array(width);
  const addRow = (place: number, sign: 1 | -1): void => {
    const start = (sourceY[place] ?? 0) * width;
    for (let x = 0; x < width; x++) columnSums[x] = (columnSums[x] ?? 0) + sign * (data[start + x] ?? 0);
  };
  const mean = numbersFor(into, data.length, data, "boxMean");
  for (let y = 0; y < height; y++) {
    if (y === 0) for (let place = 0; place < side; place++) addRow(place, 1);
    else {
      addRow(y + side - 1, 1);
      addRow(y - 1, -1);
    }
    let sum = 0;
    for (let place = 0; place < side - 1; place++) sum += columnSums[sourceX[place] ?? 0] ?? 0;
    for (let x = 0; x < width; x++) {
      sum += columnSums[sourceX[x + side - 1] ?? 0] ?? 0;
      mean[y * width + x] = sum * scale;
      sum -= columnSums[sourceX[x] ?? 0] ?? 0;
    }
  }
  return { width, height, data: mean };
}
