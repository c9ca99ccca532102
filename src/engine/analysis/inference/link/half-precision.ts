/**
 * Numbers of 16 bits (IEEE 754 binary16, what ONNX and NumPy call float16). Node 20 has no array for them: their bits lie in
 * a Uint16Array, and they are worked with as float32.
 */

/** Exact: every half is a float32. */
export function floatsOfHalves(bits: Uint16Array): Float32Array {
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = floatOfHalf(bits[i] ?? 0);
  return floats;
}

/** Each to the nearest half, of two equally near ones the even; what is beyond 65504 becomes infinite. */
export function halvesOfFloats(values: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = halfOfFloat(values[i] ?? 0);
  return halves;
}

function floatOfHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function halfOfFloat(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  // Below 2^-14 halves stand 2^-24 apart; above it as far as a 1024th of the power of two below them.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // 1024 steps are the next power of two: the sum carries into the exponent, and beyond the largest half into infinity.
  const bits = size < 2 ** -14 ? steps : steps + ((exponent + 14) << 10);
  return sign | Math.min(bits, 0x7c00);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
