/** Arithmetic of 64-bit signed whole numbers, as GenApi counts: what does not fit wraps around, division cuts off. */
import { GenicamError } from "../genicam-error.ts";

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

export function wrapped(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

export function multiplied(a: bigint, b: bigint): bigint {
  return wrapped(a * b);
}

/** @throws GenicamError `formula` when `b` is 0 */
export function divided(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new GenicamError("formula", "", "a formula divides by zero");
  return wrapped(a / b);
}

/** Sign of the dividend, as in C. @throws GenicamError `formula` when `b` is 0 */
export function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new GenicamError("formula", "", "a formula divides by zero");
  return wrapped(a % b);
}

/** Square and multiply with wrapping, so that no exponent makes a number of a million digits. Negative exponents cut off. */
export function powered(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) {
    if (base === 0n) throw new GenicamError("formula", "", "a formula divides by zero");
    if (base === 1n) return 1n;
    if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
    return 0n;
  }
  let result = 1n;
  let square = wrapped(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = multiplied(result, square);
    square = multiplied(square, square);
  }
  return result;
}

/** Bits that leave are lost; 64 or more leave nothing. @throws GenicamError `formula` for a negative distance */
export function shiftedLeft(value: bigint, distance: bigint): bigint {
  requireDistance(distance);
  return distance > 63n ? 0n : wrapped(value << distance);
}

/** Arithmetic: the sign is repeated. @throws GenicamError `formula` for a negative distance */
export function shiftedRight(value: bigint, distance: bigint): bigint {
  requireDistance(distance);
  return distance > 63n ? (value < 0n ? -1n : 0n) : value >> distance;
}

/** The whole part of a value. @throws GenicamError `formula` for what no 64-bit number can be */
export function toInteger(value: bigint | number): bigint {
  if (typeof value === "bigint") return wrapped(value);
  const whole = Math.trunc(value);
  // 2^63 itself is a double, the largest int64 is not: hence the strict comparison above and the loose one below.
  if (!(whole >= -(2 ** 63) && whole < 2 ** 63)) throw new GenicamError("formula", "", `${value} is no 64-bit whole number`);
  return BigInt(whole);
}

function requireDistance(distance: bigint): void {
  if (distance < 0n) throw new GenicamError("formula", "", `a formula shifts by ${distance} bits`);
}
