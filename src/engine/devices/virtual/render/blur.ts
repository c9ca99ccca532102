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
 */
export function blurInside(source: Float32Array, width: number, height: number, margin: number, kernel: Float32Array): Float32Array {
  const radius = kernel.length - 1;
  if (radius > margin) throw new RangeError(`a kernel of radius ${radius} px needs that margin, there are ${margin} px`);
  const outWidth = width - 2 * margin;
  const outHeight = height - 2 * margin;
  const rows = new Float32Array(outWidth * height);
  const centre = kernel[0] ?? 1;
  for (let y = 0; y < height; y += 1) {
    const from = y * width + margin;
    const to = y * outWidth;
    for (let x = 0; x < outWidth; x += 1) {
      const at = from + x;
      let sum = centre * (source[at] ?? 0);
      for (let k = 1; k <= radius; k += 1) sum += (kernel[k] ?? 0) * ((source[at - k] ?? 0) + (source[at + k] ?? 0));
      rows[to + x] = sum;
    }
  }
  const out = new Float32Array(outWidth * outHeight);
  for (let k = 0; k <= radius; k += 1) {
    const weight = kernel[k] ?? 0;
    for (let y = 0; y < outHeight; y += 1) {
      const to = y * outWidth;
      const above = (y + margin - k) * outWidth;
      const below = (y + margin + k) * outWidth;
      if (k === 0) for (let x = 0; x < outWidth; x += 1) out[to + x] = weight * (rows[above + x] ?? 0);
      else for (let x = 0; x < outWidth; x += 1) out[to + x] = (out[to + x] ?? 0) + weight * ((rows[above + x] ?? 0) + (rows[below + x] ?? 0));
    }
  }
  return out;
}
