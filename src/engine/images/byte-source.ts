import type { FileHandle } from "node:fs/promises";
import { unreadable } from "./picture.ts";

/** Bytes of a file by place, so that a stack of gigabytes is read page by page. */
export interface ByteSource {
  readonly path: string;
  readonly size: number;
  /** @throws OcularError `ImageUnreadable` when the file ends before that */
  read(offset: number, length: number): Promise<Buffer>;
}

export function byteSourceOf(path: string, file: FileHandle, size: number): ByteSource {
  return {
    path,
    size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw unreadable(path, "it is cut off");
      const bytes = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw unreadable(path, "it is cut off");
        done += bytesRead;
      }
      return bytes;
    },
  };
}
