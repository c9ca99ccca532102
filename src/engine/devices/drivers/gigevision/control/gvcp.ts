/**
 * Packets of GVCP, GigE Vision's control protocol: big-endian, a header of 8 bytes, then the data. Pure: bytes in,
 * records out. Facts: docs/devices/gigevision.md names the standard and what was read.
 */

/** Cameras listen for commands here. */
export const GVCP_PORT = 3956;

const COMMAND_KEY = 0x42;
const HEADER_BYTES = 8;
const FLAG_ACK_WANTED = 0x01;
const FLAG_EXTENDED_IDS = 0x10;

export const GVCP = {
  discovery: 0x0002, packetResend: 0x0040, readRegister: 0x0080, writeRegister: 0x0082, readMemory: 0x0084, writeMemory: 0x0086, pendingAck: 0x0089,
} as const;

/** Data of one memory access at most: 576 bytes of IP packet less all headers (20 + 8 + 8) and the address. */
export const MOST_MEMORY_BYTES = 536;

/** What came back. `other` is whatever is no answer to the command asked about: it is put aside. */
export type GvcpReply =
  | { readonly kind: "ack"; readonly status: number; readonly payload: Uint8Array }
  | { readonly kind: "pending"; readonly waitMs: number }
  | { readonly kind: "other"; readonly why: string };

export function encodeDiscovery(requestId: number): Uint8Array {
  return encodeCommand(GVCP.discovery, requestId, new Uint8Array(0));
}

export function encodeReadRegister(requestId: number, address: number): Uint8Array {
  return encodeCommand(GVCP.readRegister, requestId, words(address));
}

/** @param wantsAck false: nobody waits for an answer */
export function encodeWriteRegister(requestId: number, address: number, value: number, wantsAck = true): Uint8Array {
  return encodeCommand(GVCP.writeRegister, requestId, words(address, value), wantsAck ? FLAG_ACK_WANTED : 0);
}

/** @param byteCount a multiple of 4 */
export function encodeReadMemory(requestId: number, address: number, byteCount: number): Uint8Array {
  return encodeCommand(GVCP.readMemory, requestId, words(address, byteCount));
}

/** @param bytes a multiple of 4 of them */
export function encodeWriteMemory(requestId: number, address: number, bytes: Uint8Array): Uint8Array {
  const payload = new Uint8Array(4 + bytes.length);
  payload.set(words(address));
  payload.set(bytes, 4);
  return encodeCommand(GVCP.writeMemory, requestId, payload);
}

/** Asks for packets `first` to `last` of a block again; there is no answer but the packets themselves. */
export function encodePacketResend(requestId: number, request: ResendRequest): Uint8Array {
  const { blockId, first, last, isExtended } = request;
  if (!isExtended) return encodeCommand(GVCP.packetResend, requestId, words(blockId & 0xffff, first & 0xffffff, last & 0xffffff), 0);
  return encodeCommand(GVCP.packetResend, requestId, words(0, first, last, Math.floor(blockId / 2 ** 32), blockId), FLAG_EXTENDED_IDS);
}

/** Which packets of which block. */
export interface ResendRequest {
  readonly blockId: number;
  readonly first: number;
  readonly last: number;
  /** Block ids of 64 bits, packet ids of 32. */
  readonly isExtended: boolean;
}

/** What a packet is to the command with that id and number. Never throws: what makes no sense is `other`. */
export function decodeReply(packet: Uint8Array, command: number, requestId: number): GvcpReply {
  if (packet.length < HEADER_BYTES) return { kind: "other", why: `${packet.length} bytes are no header` };
  const view = viewOf(packet);
  const status = view.getUint16(0);
  const acknowledged = view.getUint16(2);
  const length = view.getUint16(4);
  const id = view.getUint16(6);
  if (id !== requestId) return { kind: "other", why: `it answers request ${id}, not ${requestId}` };
  if (packet.length < HEADER_BYTES + length) return { kind: "other", why: `it has ${packet.length - HEADER_BYTES} bytes of data instead of ${length}` };
  if (acknowledged === GVCP.pendingAck) {
    if (length < 4) return { kind: "other", why: "it asks for patience without saying how long" };
    return { kind: "pending", waitMs: view.getUint16(HEADER_BYTES + 2) };
  }
  if (acknowledged !== command + 1) return { kind: "other", why: `it has id 0x${acknowledged.toString(16)}, not 0x${(command + 1).toString(16)}` };
  return { kind: "ack", status, payload: packet.slice(HEADER_BYTES, HEADER_BYTES + length) };
}

/** A command as the camera sees it; undefined for what is none. For device models and tests. */
export interface GvcpCommand {
  readonly command: number;
  readonly requestId: number;
  readonly payload: Uint8Array;
  readonly wantsAck: boolean;
  readonly isExtended: boolean;
}

export function decodeCommand(packet: Uint8Array): GvcpCommand | undefined {
  if (packet.length < HEADER_BYTES || packet[0] !== COMMAND_KEY) return undefined;
  const view = viewOf(packet);
  if (packet.length !== HEADER_BYTES + view.getUint16(4)) return undefined;
  const flags = packet[1] ?? 0;
  return {
    command: view.getUint16(2), requestId: view.getUint16(6), payload: packet.slice(HEADER_BYTES),
    wantsAck: (flags & FLAG_ACK_WANTED) !== 0, isExtended: (flags & FLAG_EXTENDED_IDS) !== 0,
  };
}

/** The request in a resend command; undefined for what is none. For device models and tests. */
export function decodePacketResend({ command, payload, isExtended }: GvcpCommand): ResendRequest | undefined {
  if (command !== GVCP.packetResend || payload.length < (isExtended ? 20 : 12)) return undefined;
  const view = viewOf(payload);
  const [first, last] = [view.getUint32(4), view.getUint32(8)];
  if (!isExtended) return { blockId: view.getUint16(2), first: first & 0xffffff, last: last & 0xffffff, isExtended };
  return { blockId: view.getUint32(12) * 2 ** 32 + view.getUint32(16), first, last, isExtended };
}

/** An answer as the camera sends it. */
export function encodeReply(acknowledged: number, requestId: number, status: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER_BYTES + payload.length);
  const view = viewOf(packet);
  view.setUint16(0, status);
  view.setUint16(2, acknowledged);
  view.setUint16(4, payload.length);
  view.setUint16(6, requestId);
  packet.set(payload, HEADER_BYTES);
  return packet;
}

/** A plea for patience as the camera sends it. */
export function encodePending(requestId: number, waitMs: number): Uint8Array {
  return encodeReply(GVCP.pendingAck, requestId, 0, words(waitMs & 0xffff));
}

/** Numbers of 32 bits, high byte first. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = viewOf(bytes);
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value >>> 0);
  return bytes;
}

function encodeCommand(command: number, requestId: number, payload: Uint8Array, flags = FLAG_ACK_WANTED): Uint8Array {
  const packet = encodeReply(command, requestId, 0, payload);
  packet[0] = COMMAND_KEY;
  packet[1] = flags;
  return packet;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
