/** Chunk data behind a picture: each chunk is its bytes, then its id and length. Read from the end. */

const FOOTER_BYTES = 8;
/** Chunks of one frame we look at; cameras have a dozen. */
const MOST_CHUNKS = 256;

/**
 * Chunks by id, without the first one, which is the picture.
 *
 * Hosts disagree about the byte order of the footers (USB is little-endian, GigE Vision's chunks are big-endian, and
 * cameras of both kinds exist): the order is taken with which the chunks end exactly where the payload begins.
 *
 * @param tail the payload's end, from somewhere in the picture or right behind it
 * @param tailStart bytes of the payload before `tail`
 * @returns undefined when neither order fits
 */
export function readChunks(tail: Uint8Array, tailStart: number): ReadonlyMap<bigint, Uint8Array> | undefined {
  return chunksInOrder(tail, tailStart, true) ?? chunksInOrder(tail, tailStart, false);
}

function chunksInOrder(tail: Uint8Array, tailStart: number, isLittleEndian: boolean): ReadonlyMap<bigint, Uint8Array> | undefined {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const chunks = new Map<bigint, Uint8Array>();
  let end = tailStart + tail.length;
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const footer = end - FOOTER_BYTES - tailStart;
    if (footer < 0) return undefined;
    const id = view.getUint32(footer, isLittleEndian);
    const start = end - FOOTER_BYTES - view.getUint32(footer + 4, isLittleEndian);
    if (start < 0) return undefined;
    // The first chunk begins at 0 and is the picture, whose bytes are not in the tail.
    if (start === 0) return chunks;
    if (start < tailStart) return undefined;
    chunks.set(BigInt(id), tail.slice(start - tailStart, footer));
    end = start;
  }
  return undefined;
}
