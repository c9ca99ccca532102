import { setImmediate as nextTurn } from "node:timers/promises";

/** Copied between two turns of the event loop: about half a millisecond. */
const SLICE_BYTES = 2 << 20;

/**
 * The same pixels in memory that another thread can see. Frames from the pool are there already and cost nothing;
 * others are copied piece by piece, so that a huge picture does not hold up the event loop.
 */
export async function shareablePixels(pixels: Uint8Array): Promise<Uint8Array<SharedArrayBuffer>> {
  const { buffer } = pixels;
  if (buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer, pixels.byteOffset, pixels.byteLength);
  const shared = new Uint8Array(new SharedArrayBuffer(pixels.byteLength));
  for (let at = 0; at < pixels.byteLength; at += SLICE_BYTES) {
    if (at > 0) await nextTurn();
    shared.set(pixels.subarray(at, at + SLICE_BYTES), at);
  }
  return shared;
}
