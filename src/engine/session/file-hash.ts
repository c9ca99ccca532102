import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** Who waits for long reading: told of every piece that was read, and may end it between two. */
export interface ReadWatch {
  readonly signal: AbortSignal;
  readonly onRead: (bytes: number) => void;
}

const PIECE_BYTES = 1 << 20;

/** SHA-256 (hex) and length of a file, read in pieces. Rejects with Node's own error, or the reason of the watch's signal. */
export async function hashFile(path: string, watch?: ReadWatch): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, "r");
  try {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, bytes);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
      bytes += bytesRead;
      watch?.onRead(bytesRead);
      watch?.signal.throwIfAborted();
    }
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}
