/** Leader and trailer of USB3 Vision blocks. Pure: bytes in, records out. */
import { isImagePayload, LEADER_IMAGE_BYTES, type PictureLeader, readLeaderImage, writeLeaderImage } from "../../../genicam/stream-leader.ts";

const LEADER_MAGIC = 0x4c563355;
const TRAILER_MAGIC = 0x54563355;
const LEADER_BYTES = 28;
const IMAGE_LEADER_BYTES = LEADER_BYTES + LEADER_IMAGE_BYTES;
const TRAILER_BYTES = 28;
/** Trailers are a few words long; one that claims more is none. */
const MOST_TRAILER_BYTES = 1024;

export interface Leader extends PictureLeader {
  readonly blockId: bigint;
}

export interface Trailer {
  readonly blockId: bigint;
  /** 0 for a whole block; 0xA100 and 0xA101 for one that the device cut. */
  readonly status: number;
  readonly validBytes: bigint;
  /** Lines that came. Absent in trailers that say nothing of it. */
  readonly height?: number;
  /** Bytes of the trailer itself. */
  readonly byteLength: number;
}

/** The leader at the beginning of these bytes; undefined for anything else. */
export function readLeader(bytes: Uint8Array): Leader | undefined {
  if (bytes.length < LEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== LEADER_MAGIC) return undefined;
  const payloadType = view.getUint16(18, true);
  const leader = { blockId: view.getBigUint64(8, true), payloadType, timestampNs: view.getBigUint64(20, true) };
  if (!isImagePayload(payloadType) || bytes.length < IMAGE_LEADER_BYTES) return leader;
  return { ...leader, image: readLeaderImage(view, LEADER_BYTES, true) };
}

/**
 * The trailer that ends these bytes, and where it begins; undefined where there is none. A device whose last payload
 * packet is full sends its trailer in the same transfer, hence not always at the beginning.
 *
 * @param blockId only that block's trailer; undefined takes any
 */
export function findTrailer(bytes: Uint8Array, blockId: bigint | undefined): { readonly trailer: Trailer; readonly at: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Math.max(0, bytes.length - MOST_TRAILER_BYTES);
  for (let at = bytes.length - TRAILER_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) !== TRAILER_MAGIC) continue;
    const rest = bytes.length - at;
    // Its own size must end where the transfer ends: pixels that look like a trailer are not that lucky.
    if (view.getUint16(at + 6, true) !== rest) continue;
    const id = view.getBigUint64(at + 8, true);
    if (blockId !== undefined && id !== blockId) continue;
    return {
      at,
      trailer: {
        blockId: id, status: view.getUint16(at + 16, true), validBytes: view.getBigUint64(at + 20, true), byteLength: rest,
        ...(rest >= 32 ? { height: view.getUint32(at + 28, true) } : {}),
      },
    };
  }
  return undefined;
}

/** For device models and tests. */
export function writeLeader(leader: Leader): Uint8Array {
  const bytes = new Uint8Array(leader.image === undefined ? LEADER_BYTES : IMAGE_LEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, LEADER_MAGIC, true);
  view.setUint16(6, bytes.length, true);
  view.setBigUint64(8, leader.blockId, true);
  view.setUint16(18, leader.payloadType, true);
  view.setBigUint64(20, leader.timestampNs, true);
  if (leader.image !== undefined) writeLeaderImage(view, LEADER_BYTES, true, leader.image);
  return bytes;
}

/** For device models and tests: 32 bytes, 36 with a chunk layout. */
export function writeTrailer(trailer: Omit<Trailer, "byteLength">, chunkLayout?: number): Uint8Array {
  const bytes = new Uint8Array(chunkLayout === undefined ? 32 : 36);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, TRAILER_MAGIC, true);
  view.setUint16(6, bytes.length, true);
  view.setBigUint64(8, trailer.blockId, true);
  view.setUint16(16, trailer.status, true);
  view.setBigUint64(20, trailer.validBytes, true);
  view.setUint32(28, trailer.height ?? 0, true);
  if (chunkLayout !== undefined) view.setUint32(32, chunkLayout, true);
  return bytes;
}
