import { checkPictureSize, checkWhole, longestSidePx } from "./plane-checks.ts";
import { numbersFor } from "./result-memory.ts";

/** Throws RangeError unless the pixels are those of the picture and there is one gain and offset for each plane. */
export function checkTensor(pixels: Uint8Array, width: number, height: number, channels: 1 | 3, outWidth: number, outHeight: number, gain: readonly number[], offset: readonly number[]): void {
  checkPictureSize(width, height, "resizeToTensor");
  for (const side of [width, height, outWidth, outHeight]) checkWhole(side, 1, longestSidePx, "resizeToTensor: a side");
  if (pixels.length !== width * height * channels) throw new RangeError(`resizeToTensor: ${pixels.length} samples are not ${width} x ${height} pixels of ${channels}`);
  if (gain.length !== 3 || offset.length !== 3) throw new RangeError("resizeToTensor: there must be three gains and three offsets");
}

/**
 * See PixelKernels.resizeToTensor. All in single precision: rows are weighed together first, then pixels of the row,
 * each sum from the first to the last; each channel's gain and offset come at the end.
 */
export function resizeToTensor(
  pixels: Uint8Array, width: number, height: number, channels: 1 | 3, outWidth: number, outHeight: number, gain: readonly number[], offset: readonly number[], into?: Float32Array,
): Float32Array {
  checkTensor(pixels, width, height, channels, outWidth, outHeight, gain, offset);
  const { fround } = Math;
  const plane = outWidth * outHeight;
  const tensor = numbersFor(into, 3 * plane, pixels, "resizeToTensor");
  const columns = axisTaps(width, outWidth);
  const rows = axisTaps(height, outHeight);
  const rowSamples = width * channels;
  const blended = new Float32Array(rowSamples);
  for (let y = 0; y < outHeight; y++) {
    blended.fill(0);
    for (let tap = 0; tap < rows.taps; tap++) {
      const weight = rows.weights[y * rows.taps + tap] ?? 0;
      const from = Math.min((rows.first[y] ?? 0) + tap, height - 1) * rowSamples;
      for (let i = 0; i < rowSamples; i++) blended[i] = (blended[i] ?? 0) + fround(weight * (pixels[from + i] ?? 0));
    }
    for (let x = 0; x < outWidth; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < columns.taps; tap++) {
          const at = Math.min((columns.first[x] ?? 0) + tap, width - 1) * channels + (channels === 3 ? channel : 0);
          sum = fround(sum + fround((columns.weights[x * columns.taps + tap] ?? 0) * (blended[at] ?? 0)));
        }
        tensor[channel * plane + y * outWidth + x] = fround(fround(sum * fround(gain[channel] ?? 0)) + fround(offset[channel] ?? 0));
      }
    }
  }
  return tensor;
}

/** For each target sample along an axis: its first source sample, and the weight of that and the following ones. */
export interface AxisTaps {
  readonly taps: number;
  readonly first: Int32Array;
  /** `taps` for each target sample; those beyond its reach are 0. */
  readonly weights: Float32Array;
}

/**
 * Where there are fewer target samples than source samples, each is the mean over the source samples it covers, by the
 * part it covers of each (OpenCV's INTER_AREA); else it lies between two by their distance, the outermost repeated (INTER_LINEAR).
 */
function axisTaps(source: number, target: number): AxisTaps {
  const scale = source / target;
  const taps = target < source ? Math.ceil(scale) + 1 : 2;
  const first = new Int32Array(target);
  const weights = new Float32Array(target * taps);
  for (let i = 0; i < target; i++) {
    if (target < source) {
      const begin = i * scale;
      const end = (i + 1) * scale;
      const at = Math.floor(begin);
      first[i] = at;
      for (let tap = 0; tap < taps; tap++) {
        const covered = Math.min(end, at + tap + 1) - Math.max(begin, at + tap);
        weights[i * taps + tap] = Math.max(covered, 0) / scale;
      }
    } else {
      const centre = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), source - 1);
      const at = Math.min(Math.floor(centre), Math.max(source - 2, 0));
      first[i] = at;
      weights[i * taps] = 1 - (centre - at);
      weights[i * taps + 1] = centre - at;
    }
  }
  return { taps, first, weights };
}
