import { convertIndexedToRgb, decode, type DecodedPng } from "fast-png";
import { unfilteredRows } from "./png-rows.ts";
import { type DecodedPixels, type PictureLimits, type PictureSize, requireReasonableSize, takeChannels, unreadable } from "./picture.ts";

/** Bytes of a PNG's beginning that {@link pngSize} wants to see. */
export const PNG_HEAD_BYTES = 33;

/** Size and format from the header. */
export function pngSize(path: string, head: Buffer, limits: PictureLimits): PictureSize {
  const { width, height } = sizeOf(path, head);
  requireReasonableSize(path, width, height, limits);
  // Colour types (PNG 11.2.1): bit 1 is colour, bit 0 a palette, whose colours are 8-bit.
  const colourType = head.readUInt8(25);
  const isDeep = head.readUInt8(24) === 16;
  if ((colourType & 2) === 0) return { width, height, pixelFormat: isDeep ? "Mono16" : "Mono8" };
  return { width, height, pixelFormat: isDeep ? "RGB16" : "RGB8" };
}

/**
 * Pixels of a PNG: grey to Mono8/Mono16, colour and palette to RGB8/RGB16; 1, 2 and 4-bit grey is spread to 8 bits.
 * Alpha is dropped, not blended: measured values stand as they were stored.
 *
 * @throws OcularError `ImageUnreadable`, `ImageTooLarge`
 */
export function decodePng(path: string, bytes: Buffer, limits: PictureLimits): DecodedPixels {
  pngSize(path, bytes, limits);
  requireAllChunks(path, bytes);
  try {
    return decodePlain(bytes) ?? toPicture(decode(bytes, { checkCrc: true }));
  } catch (error) {
    throw unreadable(path, "its PNG data is damaged", error);
  }
}

/** Samples per pixel of the colour types that need no palette (PNG 11.2.1). */
const SAMPLES: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** The usual PNG: 8 or 16 bits, no palette, not interlaced. Undefined for all others, which fast-png reads. */
function decodePlain(bytes: Buffer): DecodedPixels | undefined {
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const depth = bytes.readUInt8(24);
  const samples = SAMPLES[bytes.readUInt8(25)];
  const isInterlaced = bytes.readUInt8(28) !== 0;
  if (samples === undefined || isInterlaced || (depth !== 8 && depth !== 16)) return undefined;
  const sampleBytes = depth / 8;
  const rows = unfilteredRows(bytes, height, width * samples * sampleBytes, samples * sampleBytes);
  const channels = samples >= 3 ? 3 : 1;
  const isDeep = depth === 16;
  if (isDeep) rows.swap16();
  const pixelFormat = channels === 3 ? (isDeep ? "RGB16" : "RGB8") : isDeep ? "Mono16" : "Mono8";
  if (channels === samples) return { width, height, pixelFormat, pixels: new Uint8Array(rows.buffer) };
  const count = width * height * channels;
  if (!isDeep) return { width, height, pixelFormat, pixels: takeChannels(rows, new Uint8Array(count), samples, channels) };
  const values = takeChannels(new Uint16Array(rows.buffer), new Uint16Array(count), samples, channels);
  return { width, height, pixelFormat, pixels: littleEndianBytes(values) };
}

function toPicture(png: DecodedPng): DecodedPixels {
  const { width, height, depth, channels, palette } = png;
  const count = width * height;
  if (palette !== undefined) {
    // One entry of a palette with transparency has four values, of which the first three are colour.
    const samples = palette[0]?.length ?? 3;
    const colours = convertIndexedToRgb(png);
    return { width, height, pixelFormat: "RGB8", pixels: takeChannels(new Uint8Array(colours), new Uint8Array(count * 3), samples, 3) };
  }
  const wanted = channels >= 3 ? 3 : 1;
  if (depth === 16) {
    const values = takeChannels(Uint16Array.from(png.data), new Uint16Array(count * wanted), channels, wanted);
    return { width, height, pixelFormat: wanted === 3 ? "RGB16" : "Mono16", pixels: littleEndianBytes(values) };
  }
  const source = depth === 8 ? new Uint8Array(png.data.buffer, png.data.byteOffset, png.data.length) : spreadToBytes(png);
  return { width, height, pixelFormat: wanted === 3 ? "RGB8" : "Mono8", pixels: takeChannels(source, new Uint8Array(count * wanted), channels, wanted) };
}

/** Packed 1, 2 or 4-bit grey, each row starting on a byte, to the full range of 8 bits. */
function spreadToBytes({ data, width, height, depth }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const largest = 2 ** depth - 1;
  const target = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * rowBytes + (bit >> 3)] ?? 0;
      target[y * width + x] = (((byte >> (8 - depth - (bit & 7))) & largest) * 255) / largest;
    }
  }
  return target;
}

/** Node runs on little-endian machines only, so the memory is the file format already. */
function littleEndianBytes(values: Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function sizeOf(path: string, bytes: Buffer): { width: number; height: number } {
  if (bytes.length < PNG_HEAD_BYTES || bytes.toString("latin1", 12, 16) !== "IHDR") throw unreadable(path, "it is cut off");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** A PNG is whole when its chunks follow one another up to IEND. */
function requireAllChunks(path: string, bytes: Buffer): void {
  for (let offset = 8; offset + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(offset);
    if (bytes.toString("latin1", offset + 4, offset + 8) === "IEND") return;
    offset += 12 + length;
  }
  throw unreadable(path, "it is cut off");
}
