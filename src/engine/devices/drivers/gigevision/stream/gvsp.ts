/** Packets of GVSP, GigE Vision's stream protocol, with standard and extended ids. Pure: bytes in, records out. */
import { isImagePayload, LEADER_IMAGE_BYTES, type LeaderImage, type PictureLeader, readLeaderImage, writeLeaderImage } from "../../../genicam/stream-leader.ts";

/** Of IP and UDP, which count into GigE Vision's packet size. */
export const IP_UDP_BYTES = 28;
export const STANDARD_HEADER_BYTES = 8;
export const EXTENDED_HEADER_BYTES = 20;
const EXTENDED = 0x80;

const PACKET_FORMAT = { leader: 1, trailer: 2, payload: 3 } as const;
const LEADER_BYTES = 12;
const IMAGE_LEADER_BYTES = LEADER_BYTES + LEADER_IMAGE_BYTES;

/** What every packet has. `blockId` counts from 1: to 65535 and round with standard ids. */
export interface StreamPacket {
  readonly status: number;
  readonly blockId: number;
  readonly packetId: number;
  readonly isExtended: boolean;
  /** `other`: a format we do not take, or none at all with an error status. */
  readonly format: "leader" | "payload" | "trailer" | "other";
  /** Behind the header. */
  readonly content: Uint8Array;
}

/** The packet in these bytes; undefined for what is none. */
export function readPacket(bytes: Uint8Array): StreamPacket | undefined {
  if (bytes.length < STANDARD_HEADER_BYTES) return undefined;
  const status = u16(bytes, 0);
  const kind = bytes[4] ?? 0;
  const isExtended = (kind & EXTENDED) !== 0;
  if (!isExtended) {
    return { status, blockId: u16(bytes, 2), packetId: u32(bytes, 4) & 0xffffff, isExtended, format: formatOf(kind), content: bytes.subarray(STANDARD_HEADER_BYTES) };
  }
  if (bytes.length < EXTENDED_HEADER_BYTES) return undefined;
  const blockId = u32(bytes, 8) * 2 ** 32 + u32(bytes, 12);
  // Beyond this numbers are not exact any more; at a thousand frames a second that is 285,000 years.
  if (blockId > Number.MAX_SAFE_INTEGER) return undefined;
  return { status, blockId, packetId: u32(bytes, 16), isExtended, format: formatOf(kind), content: bytes.subarray(EXTENDED_HEADER_BYTES) };
}

/** What a leader says; undefined for one that is too short. @param ticksPerSecond of the camera's clock */
export function readLeader(content: Uint8Array, ticksPerSecond: bigint): PictureLeader | undefined {
  if (content.length < LEADER_BYTES) return undefined;
  const payloadType = u16(content, 2);
  const ticks = (BigInt(u32(content, 4)) << 32n) | BigInt(u32(content, 8));
  const leader = { payloadType, timestampNs: (ticks * 1_000_000_000n) / ticksPerSecond };
  if (!isImagePayload(payloadType) || content.length < IMAGE_LEADER_BYTES) return leader;
  return { ...leader, image: readLeaderImage(new DataView(content.buffer, content.byteOffset, content.byteLength), LEADER_BYTES, false) };
}

/** For device models and tests. */
export interface PacketFields {
  readonly status?: number;
  readonly blockId: number;
  readonly packetId: number;
  readonly isExtended: boolean;
  readonly format: keyof typeof PACKET_FORMAT;
  readonly content: Uint8Array;
}

export function writePacket({ status = 0, blockId, packetId, isExtended, format, content }: PacketFields): Uint8Array {
  const headerBytes = isExtended ? EXTENDED_HEADER_BYTES : STANDARD_HEADER_BYTES;
  const bytes = new Uint8Array(headerBytes + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, status);
  if (isExtended) {
    view.setUint32(8, Math.floor(blockId / 2 ** 32));
    view.setUint32(12, blockId >>> 0);
    view.setUint32(16, packetId);
  } else {
    view.setUint16(2, blockId);
    view.setUint32(4, packetId & 0xffffff);
  }
  bytes[4] = PACKET_FORMAT[format] | (isExtended ? EXTENDED : 0);
  bytes.set(content, headerBytes);
  return bytes;
}

/** What a leader of an image has behind its header. */
export interface ImageLeaderFields extends LeaderImage {
  readonly payloadType: number;
  readonly timestampTicks: bigint;
}

export function writeImageLeader(fields: ImageLeaderFields): Uint8Array {
  const bytes = new Uint8Array(IMAGE_LEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, fields.payloadType);
  view.setBigUint64(4, fields.timestampTicks);
  writeLeaderImage(view, LEADER_BYTES, false, fields);
  return bytes;
}

export function writeTrailer(payloadType: number, height: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, payloadType);
  view.setUint32(4, height);
  return bytes;
}

function formatOf(kind: number): StreamPacket["format"] {
  switch (kind & 0x7f) {
    case PACKET_FORMAT.leader: return "leader";
    case PACKET_FORMAT.trailer: return "trailer";
    case PACKET_FORMAT.payload: return "payload";
    default: return "other";
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return ((u16(bytes, at) << 16) | u16(bytes, at + 2)) >>> 0;
}
