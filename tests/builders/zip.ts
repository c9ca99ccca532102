import { crc32, deflateRawSync } from "node:zlib";

/** One file of a zip; what is stated of it may be untrue. */
export interface ZippedFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the zip says its size is; by default the truth. */
  readonly statedBytes?: number;
}

/** A zip (PKWARE APPNOTE 6.3.10, deflate, no zip64), also one that no good tool would write. */
export function zipOf(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, statedBytes = content.length } of files) {
    const named = Buffer.from(name);
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(statedBytes, 18);
    common.writeUInt16LE(named.length, 22);
    const local = [Buffer.from("PK\x03\x04", "latin1"), common, named, packed];
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, entry, named);
    parts.push(...local);
    at += local.reduce((sum, part) => sum + part.length, 0);
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.reduce((sum, part) => sum + part.length, 0), 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
