import type { ByteSource } from "../byte-source.ts";
import { unreadable } from "../picture.ts";

/** Tags this reader asks for (TIFF 6.0). */
export const TAG = {
  newSubfileType: 254, width: 256, height: 257, bitsPerSample: 258, compression: 259, photometric: 262, imageDescription: 270,
  stripOffsets: 273, samplesPerPixel: 277, rowsPerStrip: 278, stripByteCounts: 279, xResolution: 282, yResolution: 283, planarConfiguration: 284,
  predictor: 317, colorMap: 320, tileWidth: 322, tileLength: 323, tileOffsets: 324, tileByteCounts: 325, sampleFormat: 339,
} as const;

/** The tags of one page. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  /** All values of a tag; empty where it is missing. Rationals come divided. */
  numbers(tag: number): readonly number[];
  /** First value of a tag. */
  number(tag: number): number | undefined;
  text(tag: number): string | undefined;
}

/** Bytes per value of each field type. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 };
const ASCII = 2;
const MOST_VALUES = 50_000_000;

/**
 * The pages of a classic TIFF or BigTIFF, in file order; smaller copies of a page (thumbnails, pyramid levels) are left
 * out.
 *
 * @throws OcularError `ImageUnreadable`
 */
export async function* readDirectories(source: ByteSource): AsyncGenerator<TiffDirectory> {
  const head = await source.read(0, Math.min(16, source.size));
  const littleEndian = head[0] === 0x49;
  const reader = numberReader(littleEndian);
  const isBig = reader.u16(head, 2) === 43;
  if (head.length < (isBig ? 16 : 8)) throw unreadable(source.path, "it is cut off");
  const seen = new Set<number>();
  let offset = isBig ? reader.u64(head, 8) : reader.u32(head, 4);
  while (offset !== 0) {
    if (seen.has(offset)) throw unreadable(source.path, "its pages point at each other in a circle");
    seen.add(offset);
    const { directory, next } = await readDirectory(source, offset, littleEndian, isBig);
    const isSmallerCopy = ((directory.number(TAG.newSubfileType) ?? 0) & 1) === 1;
    if (!isSmallerCopy) yield directory;
    offset = next;
  }
  if (seen.size === 0) throw unreadable(source.path, "it has no page");
}

async function readDirectory(source: ByteSource, offset: number, littleEndian: boolean, isBig: boolean): Promise<{ directory: TiffDirectory; next: number }> {
  const reader = numberReader(littleEndian);
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const countField = await source.read(offset, countBytes);
  const count = isBig ? reader.u64(countField, 0) : reader.u16(countField, 0);
  if (count > 65_535) throw unreadable(source.path, "its page directory is damaged");
  const entries = await source.read(offset + countBytes, count * entryBytes + (isBig ? 8 : 4));
  const values = new Map<number, readonly number[] | string>();
  for (let index = 0; index < count; index++) {
    const at = index * entryBytes;
    const tag = reader.u16(entries, at);
    const type = reader.u16(entries, at + 2);
    const valueCount = isBig ? reader.u64(entries, at + 4) : reader.u32(entries, at + 4);
    const size = TYPE_BYTES[type];
    if (size === undefined) continue; // TIFF 6.0: readers skip field types they do not know.
    if (valueCount > MOST_VALUES) throw unreadable(source.path, "its page directory is damaged");
    const bytes = valueCount * size;
    const inline = isBig ? 8 : 4;
    const field = at + (isBig ? 12 : 8);
    const data = bytes <= inline ? entries.subarray(field, field + bytes) : await source.read(isBig ? reader.u64(entries, field) : reader.u32(entries, field), bytes);
    values.set(tag, type === ASCII ? textOf(data) : Array.from({ length: valueCount }, (_, i) => reader.value(type, data, i * size)));
  }
  const next = isBig ? reader.u64(entries, count * entryBytes) : reader.u32(entries, count * entryBytes);
  return { directory: directoryOf(values, littleEndian), next };
}

function directoryOf(values: ReadonlyMap<number, readonly number[] | string>, littleEndian: boolean): TiffDirectory {
  const numbers = (tag: number): readonly number[] => {
    const value = values.get(tag);
    return typeof value === "object" ? value : [];
  };
  return {
    littleEndian,
    numbers,
    number: (tag) => numbers(tag)[0],
    text(tag) {
      const value = values.get(tag);
      return typeof value === "string" ? value : undefined;
    },
  };
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Numbers in the file's byte order. */
function numberReader(littleEndian: boolean) {
  const u16 = (bytes: Buffer, at: number): number => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (bytes: Buffer, at: number): number => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const i32 = (bytes: Buffer, at: number): number => u32(bytes, at) | 0;
  const u64 = (bytes: Buffer, at: number): number => Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const value = (type: number, bytes: Buffer, at: number): number => {
    switch (type) {
      case 3: return u16(bytes, at);
      case 4: case 13: return u32(bytes, at);
      case 5: return u32(bytes, at) / u32(bytes, at + 4);
      case 6: return bytes.readInt8(at);
      case 8: return (u16(bytes, at) << 16) >> 16;
      case 9: return i32(bytes, at);
      case 10: return i32(bytes, at) / i32(bytes, at + 4);
      case 11: return littleEndian ? bytes.readFloatLE(at) : bytes.readFloatBE(at);
      case 12: return littleEndian ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
      case 16: case 17: case 18: return u64(bytes, at);
      default: return bytes.readUInt8(at);
    }
  };
  return { u16, u32, u64, value };
}
