/** Separable Gaussian blur of one plane, edges repeated. */

/** Half of a normalised Gaussian: [centre, 1 px, 2 px, ...], cut at 3 sigma. */
export function gaussianKernel(sigmaPx: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigmaPx));
  const kernel = new Float32Array(radius + 1);
  let sum = 0;
  for (let i = 0; i <= radius; i += 1) {
    const weight = Math.exp(-(i * i) / (2 * sigmaPx * sigmaPx));
    kernel[i] = weight;
    sum += i === 0 ? weight : 2 * weight;
  }
  for (let i = 0; i <= radius; i += 1) kernel[i] = (kernel[i] ?? 0) / sum;
  return kernel;
}

/**
 * Blurs the inside of `source` (width x height) and returns the part that is `margin` px away from every side,
 * (width - 2 margin) x (height - 2 margin). The kernel's radius must not exceed `margin`.
 * @param room where to work and to leave the result, for who blurs one window after another: the first view is
 *   ninety of them, and fresh arrays for each cost an eighth of its processor time
 */
export function blurInside(source: Float32Array, width: number, height: number, margin: number, kernel: Float32Array, room: BlurRoom = {}): Float32Array {
  const radius = kernel.length - 1;
  if (radius > margin) throw new RangeError(`a kernel of radius ${radius} px needs that margin, there are ${margin} px`);
  const outWidth = width - 2 * margin;
  const outHeight = height - 2 * margin;
  const rows = (room.rows = roomFor(room.rows, outWidth * height));
  for (let y = 0; y < height; y += 1) alongRow(source, y * width + margin, 1, rows, y * outWidth, outWidth, kernel);
  const out = (room.out = roomFor(room.out, outWidth * outHeight));
  for (let y = 0; y < outHeight; y += 1) alongRow(rows, (y + margin) * outWidth, outWidth, out, y * outWidth, outWidth, kernel);
  return out;
}

/** What {@link blurInside} works in; the result is valid until the next blur in the same room. */
export interface BlurRoom {
  rows?: Float32Array;
  out?: Float32Array;
}

/** `known` where it has exactly that length. Every sample of it is to be written. */
export function roomFor(known: Float32Array | undefined, length: number): Float32Array {
  return known?.length === length ? known : new Float32Array(length);
}

/** Weighs `count` samples from `from` with their neighbours `reach` apart (1: along the row, row length: across rows). */
function alongRow(source: Float32Array, from: number, reach: number, out: Float32Array, to: number, count: number, kernel: Float32Array): void {
  const radius = kernel.length - 1;
  const w0 = kernel[0] ?? 1;
  const w1 = kernel[1] ?? 0;
  const w2 = kernel[2] ?? 0;
  const w3 = kernel[3] ?? 0;
  // Nearly every blur of a picture in focus has radius 3 (see image-tiles.ts): no inner loop for that one.
  if (radius === 3) {
    for (let x = 0; x < count; x += 1) {
      const at = from + x;
      out[to + x] =
        w0 * (source[at] ?? 0) +
        w1 * ((source[at - reach] ?? 0) + (source[at + reach] ?? 0)) +
        w2 * ((source[at - 2 * reach] ?? 0) + (source[at + 2 * reach] ?? 0)) +
        w3 * ((source[at - 3 * reach] ?? 0) + (source[at + 3 * reach] ?? 0));
    }
    return;
  }
  for (let x = 0; x < count; x += 1) {
    const at = from + x;
    let sum = w0 * (source[at] ?? 0);
    for (let k = 1; k <= radius; k += 1) sum += (kernel[k] ?? 0) * ((source[at - k * reach] ?? 0) + (source[at + k * reach] ?? 0));
    out[to + x] = sum;
  }
}
