/** Throws RangeError unless there is a number for each byte and a place for each result. */
export function checkLookUp(bytes: Uint8Array, table: Float32Array, target: Float32Array): void {
  if (table.length !== 256) throw new RangeError(`lookUp: a table of ${table.length} numbers`);
  if (target.length !== bytes.length) throw new RangeError(`lookUp: ${bytes.length} bytes into ${target.length} numbers`);
}

/** See PixelKernels.lookUp. */
export function lookUp(bytes: Uint8Array, table: Float32Array, target: Float32Array): void {
  checkLookUp(bytes, table, target);
  for (let i = 0; i < bytes.length; i++) target[i] = table[bytes[i] ?? 0] ?? 0;
}
