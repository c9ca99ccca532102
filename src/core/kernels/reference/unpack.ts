import type { Plane } from "../../image/plane.ts";
import type { PackedFormat } from "../pixel-kernels.ts";
import { checkPictureSize } from "./plane-checks.ts";

/** Bits that a pixel takes in the stream. GigE Vision's mono10packed leaves two of its twelve unused. */
const BITS: Record<PackedFormat, number> = { mono10p: 10, mono10packed: 12, mono12p: 12, mono12packed: 12 };

/** Ten bits fill sixteen when moved up by so many. */
const MOST_UP = 6;

/** Bytes of a packed picture; rows are not padded, only the last byte may be shared with nothing. */
export function packedBytes(width: number, height: number, format: PackedFormat): number {
  return bytesOfPixels(width * height, format);
}

function bytesOfPixels(pixels: number, format: PackedFormat): number {
  return Math.ceil((pixels * BITS[format]) / 8);
}

/** Throws RangeError unless the bytes are just those of the picture. */
export function checkPacked(packed: Uint8Array, width: number, height: number, format: PackedFormat): void {
  checkPictureSize(width, height, "unpack");
  const expected = packedBytes(width, height, format);
  if (packed.length !== expected) throw new RangeError(`unpack: ${packed.length} bytes are not ${width} x ${height} pixels of ${format} (${expected})`);
}

/** See PixelKernels.unpack. */
export function unpack(packed: Uint8Array, width: number, height: number, format: PackedFormat): Plane<Uint16Array> {
  checkPacked(packed, width, height, format);
  const data = new Uint16Array(width * height);
  unpackInto(packed, format, 0, data);
  return { width, height, data };
}

/** Throws RangeError unless the bytes are just those of the target's pixels, and the shift keeps them within 16 bits. */
export function checkUnpackInto(packed: Uint8Array, format: PackedFormat, up: number, target: Uint16Array): void {
  const expected = bytesOfPixels(target.length, format);
  if (packed.length !== expected) throw new RangeError(`unpackInto: ${packed.length} bytes are not ${target.length} pixels of ${format} (${expected})`);
  if (!Number.isInteger(up) || up < 0 || up > MOST_UP) throw new RangeError(`unpackInto: pixels cannot be moved up by ${up} bits`);
}

/** See PixelKernels.unpackInto. */
export function unpackInto(packed: Uint8Array, format: PackedFormat, up: number, target: Uint16Array): void {
  checkUnpackInto(packed, format, up, target);
  if (format === "mono10p" || format === "mono12p") unpackStream(packed, target, BITS[format], up);
  else unpackPairs(packed, target, format === "mono10packed" ? 2 : 4, up);
}

/** Pixel n is bits n * `bits` onwards of the stream, least significant first. */
function unpackStream(packed: Uint8Array, data: Uint16Array, bits: number, up: number): void {
  for (let n = bits === 12 ? pairsOf12(packed, data, up) : foursOf10(packed, data, up); n < data.length; n++) {
    const bit = n * bits;
    const byte = Math.floor(bit / 8);
    const word = (packed[byte] ?? 0) | ((packed[byte + 1] ?? 0) << 8) | ((packed[byte + 2] ?? 0) << 16);
    data[n] = ((word >> (bit % 8)) & ((1 << bits) - 1)) << up;
  }
}

/** The same for whole pairs in three bytes, several times as fast; returns how many pixels that were. */
function pairsOf12(packed: Uint8Array, data: Uint16Array, up: number): number {
  const count = data.length & ~1;
  for (let n = 0, i = 0; n < count; n += 2, i += 3) {
    const middle = packed[i + 1] ?? 0;
    data[n] = ((packed[i] ?? 0) | ((middle & 0x0f) << 8)) << up;
    data[n + 1] = ((middle >> 4) | ((packed[i + 2] ?? 0) << 4)) << up;
  }
  return count;
}

/** The same for whole fours in five bytes. */
function foursOf10(packed: Uint8Array, data: Uint16Array, up: number): number {
  const count = data.length & ~3;
  for (let n = 0, i = 0; n < count; n += 4, i += 5) {
    const b1 = packed[i + 1] ?? 0;
    const b2 = packed[i + 2] ?? 0;
    const b3 = packed[i + 3] ?? 0;
    data[n] = ((packed[i] ?? 0) | ((b1 & 0x03) << 8)) << up;
    data[n + 1] = ((b1 >> 2) | ((b2 & 0x0f) << 6)) << up;
    data[n + 2] = ((b2 >> 4) | ((b3 & 0x3f) << 4)) << up;
    data[n + 3] = ((b3 >> 6) | ((packed[i + 4] ?? 0) << 2)) << up;
  }
  return count;
}

/** Two pixels in three bytes: their high 8 bits are the outer bytes, their `low` low bits lie in the two halves of the middle one. */
function unpackPairs(packed: Uint8Array, data: Uint16Array, low: number, up: number): void {
  const mask = (1 << low) - 1;
  for (let n = 0; n < data.length; n++) {
    const first = 3 * (n >> 1);
    const middle = packed[first + 1] ?? 0;
    const value = n % 2 === 0 ? ((packed[first] ?? 0) << low) | (middle & mask) : ((packed[first + 2] ?? 0) << low) | ((middle >> 4) & mask);
    data[n] = value << up;
  }
}
