import { readChunks } from "../chunks.ts";
import type { PictureTarget } from "./picture-target.ts";

/** Chunk bytes behind a picture that are kept for reading. */
export const MOST_CHUNK_BYTES = 65_536;

/** A payload in its order: the picture into its target, what comes behind it kept for its chunks. */
export interface PayloadSink {
  push(bytes: Uint8Array): void;
  /** Bytes taken so far. */
  received(): number;
  /**
   * Chunks behind the picture; undefined without any, or when they make no sense.
   * @param validBytes where the payload ends; what comes after is padding
   */
  chunks(validBytes: number): ReadonlyMap<bigint, Uint8Array> | undefined;
}

/** @param keepsTail true for payloads that may have chunks */
export function createPayloadSink(target: PictureTarget, keepsTail: boolean): PayloadSink {
  const tail: Uint8Array[] = [];
  let tailBytes = 0;
  let received = 0;
  return {
    received: () => received,
    push(bytes) {
      received += bytes.length;
      const rest = bytes.subarray(target.push(bytes));
      if (!keepsTail || tailBytes + rest.length > MOST_CHUNK_BYTES) return;
      // The transport's memory is used again: what is kept is copied, a few dozen bytes a frame.
      tail.push(rest.slice());
      tailBytes += rest.length;
    },
    chunks(validBytes) {
      if (tailBytes === 0) return undefined;
      const bytes = new Uint8Array(tailBytes);
      let at = 0;
      for (const piece of tail) {
        bytes.set(piece, at);
        at += piece.length;
      }
      const tailStart = received - tailBytes;
      const usable = Math.min(Math.max(0, validBytes - tailStart), bytes.length);
      return readChunks(bytes.subarray(0, usable), tailStart);
    },
  };
}
