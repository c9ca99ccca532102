import { inflateSync } from "node:zlib";

/** Undoes the compression of one strip or tile, which holds `expectedBytes` once unpacked. */
export type Unpack = (packed: Buffer, expectedBytes: number) => Uint8Array;

/** The compressions this reader knows, by their tag value (TIFF 6.0 and Adobe's supplement 2). */
export function unpackerOf(compression: number): Unpack | undefined {
  switch (compression) {
    case 1: return (packed) => packed;
    case 5: return unpackLzw;
    case 8: case 32946: return (packed, expectedBytes) => inflateSync(packed, { maxOutputLength: Math.max(1024, expectedBytes * 2) });
    case 32773: return unpackBits;
    default: return undefined;
  }
}

/** Name of a compression this reader does not know, for the message. */
export function compressionName(compression: number): string {
  const names: Readonly<Record<number, string>> = { 2: "CCITT", 3: "CCITT G3", 4: "CCITT G4", 6: "old JPEG", 7: "JPEG", 34712: "JPEG 2000", 50000: "Zstandard", 50001: "WebP", 34925: "LZMA" };
  return names[compression] ?? `number ${compression}`;
}

const CLEAR = 256;
const END = 257;

/** TIFF 6.0 section 13: codes of 9 to 12 bits, most significant bit first, width changed one code early. */
function unpackLzw(packed: Buffer, expectedBytes: number): Uint8Array {
  const target = new Uint8Array(expectedBytes);
  // A table entry is the entry it extends, its last byte and its length: strings are written from the back.
  const prefix = new Uint16Array(4096);
  const last = new Uint8Array(4096);
  const length = new Uint16Array(4096);
  for (let code = 0; code < 256; code++) {
    last[code] = code;
    length[code] = 1;
  }
  let next = 258;
  let width = 9;
  let previous = -1;
  let written = 0;
  let bits = 0;
  let bitCount = 0;
  let at = 0;

  const write = (code: number): void => {
    const size = length[code] ?? 0;
    let step = code;
    for (let to = written + size - 1; to >= written; to--) {
      if (to < expectedBytes) target[to] = last[step] ?? 0;
      if (to > written) step = prefix[step] ?? 0;
    }
    written += size;
  };

  while (written < expectedBytes) {
    while (bitCount < width) {
      if (at >= packed.length) throw new Error("its LZW data is cut off");
      bits = ((bits << 8) | (packed[at++] ?? 0)) & 0xff_ffff;
      bitCount += 8;
    }
    const code = (bits >> (bitCount - width)) & ((1 << width) - 1);
    bitCount -= width;
    if (code === END) break;
    if (code === CLEAR) {
      next = 258;
      width = 9;
      previous = -1;
      continue;
    }
    if (code > next || (code === next && previous < 0)) throw new Error("its LZW data is damaged");
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      length[next] = (length[previous] ?? 0) + 1;
      // The new entry ends with the first byte of what comes now; for the entry itself that is the previous one's.
      last[next] = firstByte(code === next ? previous : code, prefix, last, length);
      next += 1;
    }
    write(code);
    previous = code;
    if (next >= (1 << width) - 1 && width < 12) width += 1;
  }
  return target;
}

function firstByte(code: number, prefix: Uint16Array, last: Uint8Array, length: Uint16Array): number {
  let step = code;
  for (let left = length[code] ?? 1; left > 1; left--) step = prefix[step] ?? 0;
  return last[step] ?? 0;
}

/** TIFF 6.0 section 9. */
function unpackBits(packed: Buffer, expectedBytes: number): Uint8Array {
  const target = new Uint8Array(expectedBytes);
  let written = 0;
  for (let at = 0; at < packed.length && written < expectedBytes; ) {
    const count = packed.readInt8(at);
    at += 1;
    if (count >= 0) {
      target.set(packed.subarray(at, at + Math.min(count + 1, expectedBytes - written)), written);
      at += count + 1;
      written += count + 1;
    } else if (count !== -128) {
      target.fill(packed[at] ?? 0, written, Math.min(expectedBytes, written + 1 - count));
      at += 1;
      written += 1 - count;
    }
  }
  return target;
}
