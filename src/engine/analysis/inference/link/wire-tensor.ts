import * as z from "zod";
import type { TensorData } from "../package/npy.ts";

/** Number types that cross the link. */
export const WireDtype = z.enum(["float32", "float64", "uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "uint64"]);
export type WireDtype = z.infer<typeof WireDtype>;

/** A tensor on its way: what the header says of it. Its bytes follow the header, in the order of the list. */
export const WireTensorHeader = z.object({
  name: z.string(),
  dtype: WireDtype,
  shape: z.array(z.number().int().nonnegative()),
  /** For bytes that become float32 at the other end: value * gain + offset, per channel (second axis). */
  affine: z.object({ gain: z.array(z.number()), offset: z.array(z.number()) }).optional(),
});
export type WireTensorHeader = z.infer<typeof WireTensorHeader>;

export type WireTensor = WireTensorHeader & { readonly data: TensorData };

const ARRAYS = {
  float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array,
  int16: Int16Array, uint32: Uint32Array, int32: Int32Array, int64: BigInt64Array, uint64: BigUint64Array,
} as const satisfies Record<WireDtype, unknown>;

/** The number type of an array. */
export function dtypeOf(data: TensorData): WireDtype {
  const found = WireDtype.options.find((dtype) => data instanceof ARRAYS[dtype]);
  return found ?? "float32";
}

/** Bytes of a tensor. */
function byteLengthOf(header: WireTensorHeader): number {
  return elementsOf(header.shape) * ARRAYS[header.dtype].BYTES_PER_ELEMENT;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Put headers and the bytes that followed them together again, in place where the bytes lie right for their type. */
export function joinTensors(headers: readonly WireTensorHeader[], payload: Uint8Array<ArrayBuffer>): WireTensor[] {
  let at = 0;
  return headers.map((header) => {
    const length = byteLengthOf(header);
    if (at + length > payload.length) throw new RangeError(`tensor ${header.name} is cut short`);
    const array = ARRAYS[header.dtype];
    const isAligned = (payload.byteOffset + at) % array.BYTES_PER_ELEMENT === 0;
    const bytes = isAligned ? payload.subarray(at, at + length) : payload.slice(at, at + length);
    at += length;
    return { ...header, data: new array(bytes.buffer, bytes.byteOffset, length / array.BYTES_PER_ELEMENT) };
  });
}
