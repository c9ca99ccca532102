/** Whole numbers of any width as register bytes, and bit fields inside them. Exact: bigint throughout. */
import { GenicamError } from "../genicam-error.ts";

/** Bits lsb to msb, both included, bit 0 lowest. */
export interface BitRange {
  readonly lsb: number;
  readonly msb: number;
}

export function integerFromBytes(bytes: Uint8Array, isBigEndian: boolean): bigint {
  let value = 0n;
  const count = bytes.length;
  for (let i = 0; i < count; i++) value = (value << 8n) | BigInt(bytes[isBigEndian ? i : count - 1 - i] ?? 0);
  return value;
}

/** The lowest `length` bytes of `value`. */
export function bytesFromInteger(value: bigint, length: number, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = BigInt.asUintN(8 * length, value);
  for (let i = 0; i < length; i++) {
    bytes[isBigEndian ? length - 1 - i : i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

/** The field's value; signed when its highest bit is a sign. Unsigned fields of 64 bits wrap to GenApi's signed 64. */
export function takeBits(whole: bigint, { lsb, msb }: BitRange, isSigned: boolean): bigint {
  const width = msb - lsb + 1;
  const field = BigInt.asUintN(width, whole >> BigInt(lsb));
  return BigInt.asIntN(64, isSigned ? BigInt.asIntN(width, field) : field);
}

/** `whole` with the field replaced. */
export function putBits(whole: bigint, { lsb, msb }: BitRange, value: bigint): bigint {
  const mask = ((1n << BigInt(msb - lsb + 1)) - 1n) << BigInt(lsb);
  return (whole & ~mask) | ((value << BigInt(lsb)) & mask);
}

/** Smallest and largest number that so many bits hold, inside GenApi's 64 signed bits. */
export function bitLimits(width: number, isSigned: boolean): { readonly min: bigint; readonly max: bigint } {
  const bits = Math.min(width, 64);
  if (isSigned) return { min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n };
  // 64 unsigned bits do not fit a signed number: every pattern is allowed, seen as signed.
  return bits === 64 ? { min: -(1n << 63n), max: (1n << 63n) - 1n } : { min: 0n, max: (1n << BigInt(bits)) - 1n };
}

/** @throws GenicamError `malformed` for a length that no IEEE 754 number has */
export function floatFromBytes(bytes: Uint8Array, isBigEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0, !isBigEndian);
  if (bytes.length === 8) return view.getFloat64(0, !isBigEndian);
  throw new GenicamError("malformed", "", `a number with a fraction has 4 or 8 bytes, not ${bytes.length}`);
}

export function bytesFromFloat(value: number, length: number, isBigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  if (length === 4) view.setFloat32(0, value, !isBigEndian);
  else if (length === 8) view.setFloat64(0, value, !isBigEndian);
  else throw new GenicamError("malformed", "", `a number with a fraction has 4 or 8 bytes, not ${length}`);
  return bytes;
}

/** Text up to the first zero byte. */
export function textFromBytes(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("utf-8").decode(end < 0 ? bytes : bytes.subarray(0, end));
}
