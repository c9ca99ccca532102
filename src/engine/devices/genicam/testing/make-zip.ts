import { crc32, deflateRawSync } from "node:zlib";

/**
 * A zip of one deflated file, as cameras store their description (PKWARE's APPNOTE: local header, data, directory, end).
 * `announcedBytes` lets it lie about the unpacked size.
 */
export function makeZip(name: string, content: Uint8Array, options: { readonly announcedBytes?: number } = {}): Uint8Array {
  const packed = deflateRawSync(content);
  const nameBytes = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(options.announcedBytes ?? content.length, 18);
  common.writeUInt16LE(nameBytes.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, nameBytes, packed]);
  const madeBy = Buffer.from([20, 0]);
  const directory = Buffer.concat([Buffer.from("PK\u0001\u0002"), madeBy, common, Buffer.alloc(14), nameBytes]);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}
