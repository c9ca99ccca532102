/** Throws RangeError unless `into`, where it is given, has the result's length and lies in another buffer than the picture. */
export function checkInto(into: Float32Array | Int32Array | Uint8Array | undefined, length: number, picture: ArrayBufferView, kernel: string): void {
  if (into === undefined) return;
  if (into.length !== length) throw new RangeError(`${kernel}: memory for ${into.length} results, not ${length}`);
  if (into.buffer === picture.buffer) throw new RangeError(`${kernel}: the result would lie in the picture`);
}

/** Where a result of numbers goes; see PixelKernels. What it holds is overwritten. */
export function numbersFor(into: Float32Array | undefined, length: number, picture: ArrayBufferView, kernel: string): Float32Array {
  checkInto(into, length, picture, kernel);
  return into ?? new Float32Array(length);
}

/** Where a mask goes; it begins as zeros. */
export function maskFor(into: Uint8Array | undefined, length: number, picture: ArrayBufferView, kernel: string): Uint8Array {
  checkInto(into, length, picture, kernel);
  return into?.fill(0) ?? new Uint8Array(length);
}

/** Where labels go; they begin as zeros. */
export function labelsFor(into: Int32Array | undefined, length: number, picture: ArrayBufferView, kernel: string): Int32Array {
  checkInto(into, length, picture, kernel);
  return into?.fill(0) ?? new Int32Array(length);
}
