import type { TensorData } from "./npy.ts";

type NumberArray = Exclude<TensorData, BigInt64Array | BigUint64Array>;

/**
 * The same values in an array of another kind, put there as that kind does it (whole numbers are cut and wrap). A loop, as
 * `TypedArray.from` with a function takes thirty times as long, and a picture has hundreds of thousands of values.
 */
export function convertNumbers<A extends NumberArray>(data: TensorData, kind: new (length: number) => A): A {
  const converted = new kind(data.length);
  for (let i = 0; i < data.length; i++) converted[i] = Number(data[i]);
  return converted;
}
