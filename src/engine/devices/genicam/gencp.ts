/**
 * Packets of GenCP, GenICam's control protocol, as USB3 Vision carries them: little-endian, a header of 12 bytes, then
 * the data. Pure: bytes in, records out. Facts: docs/devices/usb3vision.md names the standards.
 */

/** "U3VC", the first four bytes of every control packet. */
const PREFIX = 0x43563355;
const HEADER_BYTES = 12;
const FLAG_ACK_WANTED = 0x4000;

export const READ_COMMAND = 0x0800;
export const WRITE_COMMAND = 0x0802;
const PENDING_ACK = 0x0805;

/** What a packet with a header adds to its data: the most a read returns, or a write takes, is the transfer less this. */
export const READ_OVERHEAD_BYTES = HEADER_BYTES;
export const WRITE_OVERHEAD_BYTES = HEADER_BYTES + 8;

/** What came back. `other` is whatever is no answer to the command asked about: it is put aside. */
export type GencpReply =
  | { readonly kind: "ack"; readonly status: number; readonly payload: Uint8Array }
  | { readonly kind: "pending"; readonly waitMs: number }
  | { readonly kind: "other"; readonly why: string };

export function encodeRead(requestId: number, address: bigint, byteCount: number): Uint8Array {
  const { packet, view } = command(READ_COMMAND, requestId, 12);
  view.setBigUint64(HEADER_BYTES, address, true);
  view.setUint16(HEADER_BYTES + 10, byteCount, true);
  return packet;
}

export function encodeWrite(requestId: number, address: bigint, bytes: Uint8Array): Uint8Array {
  const { packet, view } = command(WRITE_COMMAND, requestId, 8 + bytes.length);
  view.setBigUint64(HEADER_BYTES, address, true);
  packet.set(bytes, WRITE_OVERHEAD_BYTES);
  return packet;
}

/** What a packet is to the command with that id and number. Never throws: what makes no sense is `other`. */
export function decodeReply(packet: Uint8Array, commandId: number, requestId: number): GencpReply {
  if (packet.length < HEADER_BYTES) return { kind: "other", why: `${packet.length} bytes are no header` };
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.getUint32(0, true) !== PREFIX) return { kind: "other", why: "it is no control packet" };
  const id = view.getUint16(6, true);
  const request = view.getUint16(10, true);
  if (request !== requestId) return { kind: "other", why: `it answers request ${request}, not ${requestId}` };
  const length = view.getUint16(8, true);
  if (packet.length < HEADER_BYTES + length) return { kind: "other", why: `it has ${packet.length - HEADER_BYTES} bytes of data instead of ${length}` };
  const payload = packet.slice(HEADER_BYTES, HEADER_BYTES + length);
  if (id === PENDING_ACK) {
    if (length < 4) return { kind: "other", why: "it asks for patience without saying how long" };
    return { kind: "pending", waitMs: view.getUint16(HEADER_BYTES + 2, true) };
  }
  if (id !== commandId + 1) return { kind: "other", why: `it has id 0x${id.toString(16)}, not 0x${(commandId + 1).toString(16)}` };
  return { kind: "ack", status: view.getUint16(4, true), payload };
}

/** The number after this one; 0 is never used. */
export function nextRequestId(requestId: number): number {
  return requestId >= 0xffff ? 1 : requestId + 1;
}

/** A command as the device sees it; undefined for what is none. For device models and tests. */
export function decodeCommand(packet: Uint8Array): { readonly commandId: number; readonly requestId: number; readonly payload: Uint8Array; readonly wantsAck: boolean } | undefined {
  if (packet.length < HEADER_BYTES) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const length = view.getUint16(8, true);
  if (view.getUint32(0, true) !== PREFIX || packet.length !== HEADER_BYTES + length) return undefined;
  return {
    commandId: view.getUint16(6, true), requestId: view.getUint16(10, true),
    payload: packet.slice(HEADER_BYTES), wantsAck: (view.getUint16(4, true) & FLAG_ACK_WANTED) !== 0,
  };
}

/** An answer as the device sends it. */
export function encodeReply(ackId: number, requestId: number, status: number, payload: Uint8Array): Uint8Array {
  const packet = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(packet.buffer);
  view.setUint32(0, PREFIX, true);
  view.setUint16(4, status, true);
  view.setUint16(6, ackId, true);
  view.setUint16(8, payload.length, true);
  view.setUint16(10, requestId, true);
  packet.set(payload, HEADER_BYTES);
  return packet;
}

/** A plea for patience as the device sends it. */
export function encodePending(requestId: number, waitMs: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint16(2, waitMs, true);
  return encodeReply(PENDING_ACK, requestId, 0, payload);
}

function command(commandId: number, requestId: number, dataBytes: number): { packet: Uint8Array; view: DataView } {
  const packet = encodeReply(commandId, requestId, FLAG_ACK_WANTED, new Uint8Array(dataBytes));
  return { packet, view: new DataView(packet.buffer) };
}
