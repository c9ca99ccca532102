/** A fresh array of the same kind as `data`. */
export function emptyLike<Data extends Uint8Array | Uint16Array>(data: Data, length: number): Data {
  const fresh: Uint8Array | Uint16Array = data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  // TypeScript cannot see that the branch follows the type parameter.
  return fresh as Data;
}
