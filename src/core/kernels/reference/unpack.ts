import type { Plane } from "../../image/plane.ts";
import type { PackedFormat } from "../pixel-kernels.ts";
import { checkPictureSize } from "./plane-checks.ts";

/** Bits that a pixel takes in the stream. GigE Vision's mono10packed leaves two of its twelve unused. */
const BITS: Record<PackedFormat, number> = { mono10p: 10, mono10packed: 12, mono12p: 12, mono12packed: 12 };

/** Bytes of a packed picture; rows are not padded, only the last byte may be shared with nothing. */
export function packedBytes(width: number, height: number, format: PackedFormat): number {
  return Math.ceil((width * height * BITS[format]) / 8);
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
  if (format === "mono10p" || format === "mono12p") unpackStream(packed, data, BITS[format]);
  else unpackPairs(packed, data, format === "mono10packed" ? 2 : 4);
  return { width, height, data };
}

/** Pixel n is bits n * `bits` onwards of the stream, least significant first. */
function unpackStream(packed: Uint8Array, data: Uint16Array, bits: number): void {
  for (let n = 0; n < data.length; n++) {
    const bit = n * bits;
    const byte = Math.floor(bit / 8);
    const word = (packed[byte] ?? 0) | ((packed[byte + 1] ?? 0) << 8) | ((packed[byte + 2] ?? 0) << 16);
    data[n] = (word >> (bit % 8)) & ((1 << bits) - 1);
  }
}

/** Two pixels in three bytes: their high 8 bits are the outer bytes, their `low` low bits lie in the two halves of the middle one. */
function unpackPairs(packed: Uint8Array, data: Uint16Array, low: number): void {
  const mask = (1 << low) - 1;
  for (let n = 0; n < data.length; n++) {
    const first = 3 * (n >> 1);
    const middle = packed[first + 1] ?? 0;
    data[n] = n % 2 === 0 ? ((packed[first] ?? 0) << low) | (middle & mask) : ((packed[first + 2] ?? 0) << low) | ((middle >> 4) & mask);
  }
}
