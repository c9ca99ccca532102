/** Throws RangeError unless there is a place for each result. */
export function checkToBytes(values: Float32Array, target: Uint8ClampedArray): void {
  if (target.length !== values.length) throw new RangeError(`toBytes: ${values.length} numbers into ${target.length} bytes`);
}

/** See PixelKernels.toBytes. */
export function toBytes(values: Float32Array, min: number, gain: number, target: Uint8ClampedArray): void {
  checkToBytes(values, target);
  const [from, by] = [Math.fround(min), Math.fround(gain)];
  for (let at = 0; at < values.length; at++) target[at] = Math.fround(Math.fround((values[at] as number) - from) * by);
}
