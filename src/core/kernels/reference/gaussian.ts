import type { GreyPlane } from "../../image/plane.ts";
import { mirroredIndex } from "./mirrored-index.ts";
import { checkPlane } from "./plane-checks.ts";
import { numbersFor } from "./result-memory.ts";

/** The widest Gaussian that is computed, px. */
const largestSigmaPx = 1000;

/** Half of a symmetric kernel, from the middle outwards; the whole sums to 1. Its radius is 4 sigma, rounded half up. */
export function gaussianWeights(sigmaPx: number): Float64Array {
  if (!(sigmaPx >= 0 && sigmaPx <= largestSigmaPx)) {
    throw new RangeError(`gaussianBlur: sigma is ${sigmaPx}, not 0 to ${largestSigmaPx} px`);
  }
  const radius = Math.floor(4 * sigmaPx + 0.5);
  const weights = new Float64Array(radius + 1);
  weights[0] = 1;
  let sum = 1;
  for (let k = 1; k <= radius; k++) {
    const weight = Math.exp((-k * k) / (2 * sigmaPx * sigmaPx));
    weights[k] = weight;
    sum += 2 * weight;
  }
  return weights.map((weight) => weight / sum);
}

/** See PixelKernels.gaussianBlur. Sums in double precision, rows first. */
export function gaussianBlur(plane: GreyPlane, sigmaPx: number, into?: Float32Array): GreyPlane {
  checkPlane(plane, "gaussianBlur");
  const { width, height } = plane;
  const weights = gaussianWeights(sigmaPx);
  const blurred = numbersFor(into, plane.data.length, plane.data, "gaussianBlur");
  blurColumns(blurRows(plane, weights), width, height, weights, blurred);
  return { width, height, data: blurred };
}

function blurRows(plane: GreyPlane, weights: Float64Array): Float64Array {
  const { width, height, data } = plane;
  const radius = weights.length - 1;
  const source = mirroredIndex(width, radius);
  const row = new Float64Array(source.length);
  const blurred = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < row.length; x++) row[x] = data[y * width + (source[x] ?? 0)] ?? 0;
    for (let x = 0; x < width; x++) {
      const middle = x + radius;
      let sum = (weights[0] ?? 0) * (row[middle] ?? 0);
      for (let k = 1; k <= radius; k++) sum += (weights[k] ?? 0) * ((row[middle - k] ?? 0) + (row[middle + k] ?? 0));
      blurred[y * width + x] = sum;
    }
  }
  return blurred;
}

/** Works on whole rows at a time, for a column's pixels lie far apart in memory. */
function blurColumns(rows: Float64Array, width: number, height: number, weights: Float64Array, blurred: Float32Array): void {
  const radius = weights.length - 1;
  const source = mirroredIndex(height, radius);
  const sum = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const middle = weights[0] ?? 0;
    for (let x = 0; x < width; x++) sum[x] = middle * (rows[y * width + x] ?? 0);
    for (let k = 1; k <= radius; k++) {
      const weight = weights[k] ?? 0;
      const above = (source[y + radius - k] ?? 0) * width;
      const below = (source[y + radius + k] ?? 0) * width;
      for (let x = 0; x < width; x++) sum[x] = (sum[x] ?? 0) + weight * ((rows[above + x] ?? 0) + (rows[below + x] ?? 0));
    }
    blurred.set(sum, y * width);
  }
}
