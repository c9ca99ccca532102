/**
 * USB/IP on the wire, both directions: bytes in, records out, no I/O. All numbers are big-endian.
 * Source: Documentation/usb/usbip_protocol.rst of the Linux kernel (version 1.1.1).
 */
import type { UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";

const VERSION = 0x0111;
export const OP = { requestList: 0x8005, replyList: 0x0005, requestImport: 0x8003, replyImport: 0x0003 } as const;
const COMMAND = { submit: 1, unlink: 2, submitted: 3, unlinked: 4 } as const;
const OP_BYTES = 8;
const BUS_ID_BYTES = 32;
const PATH_BYTES = 256;
const DEVICE_BYTES = PATH_BYTES + BUS_ID_BYTES + 24;
export const HEADER_BYTES = 48;
/** Linux's usbfs takes at most 16 MiB in one transfer, and no host of ours asks for more. */
export const MOST_TRANSFER_BYTES = 16 * 2 ** 20;
const MOST_DEVICES = 128;

/** Linux error numbers as they travel, negative. */
export const STATUS = { ok: 0, stalled: -32, unlinked: -104, invalid: -22 } as const;
/** Of an import: granted, no such device, in use. */
export const IMPORT = { ok: 0, notAvailable: 1, busy: 2 } as const;
export const SPEED = { high: 3, super: 5 } as const;

/** What arrived cannot be USB/IP: the connection is of no more use. */
export class UsbipError extends Error {
  override readonly name = "UsbipError";
}

/** A device as the lists name it. */
export interface ExportedDevice {
  readonly busId: string;
  readonly busNumber: number;
  readonly deviceNumber: number;
  readonly speed: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly release: number;
  readonly classCodes: readonly [number, number, number];
  readonly interfaces: readonly (readonly [number, number, number])[];
}

export type Request =
  | { readonly kind: "list" }
  | { readonly kind: "import"; readonly busId: string }
  | { readonly kind: "submit"; readonly sequence: number; readonly deviceId: number; readonly endpoint: number; readonly isIn: boolean; readonly length: number; readonly setup: UsbSetup; readonly bytes: Uint8Array }
  | { readonly kind: "unlink"; readonly sequence: number; readonly victim: number };

export type Reply =
  | { readonly kind: "submitted"; readonly sequence: number; readonly status: number; readonly actualLength: number }
  | { readonly kind: "unlinked"; readonly sequence: number; readonly status: number };

/** Bytes as they come from a socket, taken off the front in the pieces a protocol has. */
export class Incoming {
  #held = Buffer.alloc(0);

  add(bytes: Uint8Array): void {
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes]);
  }

  get length(): number {
    return this.#held.length;
  }

  /** The first bytes, left where they are; undefined while there are fewer. */
  peek(count: number): Buffer | undefined {
    return this.#held.length < count ? undefined : this.#held.subarray(0, count);
  }

  /** Takes bytes that `peek` has shown. */
  take(count: number): Buffer {
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }
}

/**
 * The next request before a device is imported, taken off; undefined while it is not whole.
 * @throws UsbipError for anything else
 */
export function takeOperation(incoming: Incoming): Extract<Request, { kind: "list" | "import" }> | undefined {
  const head = incoming.peek(OP_BYTES);
  if (head === undefined) return undefined;
  const code = head.readUInt16BE(2);
  if (head.readUInt16BE(0) !== VERSION) throw new UsbipError(`version 0x${head.readUInt16BE(0).toString(16)} is not spoken here`);
  if (code === OP.requestList) {
    incoming.take(OP_BYTES);
    return { kind: "list" };
  }
  if (code !== OP.requestImport) throw new UsbipError(`there is no operation 0x${code.toString(16)}`);
  if (incoming.peek(OP_BYTES + BUS_ID_BYTES) === undefined) return undefined;
  incoming.take(OP_BYTES);
  return { kind: "import", busId: textOf(incoming.take(BUS_ID_BYTES)) };
}

/**
 * The next request of an imported device, taken off; undefined while it is not whole.
 * @throws UsbipError for anything else
 */
export function takeCommand(incoming: Incoming): Extract<Request, { kind: "submit" | "unlink" }> | undefined {
  const head = incoming.peek(HEADER_BYTES);
  if (head === undefined) return undefined;
  const command = head.readUInt32BE(0);
  const sequence = head.readUInt32BE(4);
  if (command === COMMAND.unlink) {
    const victim = head.readUInt32BE(20);
    incoming.take(HEADER_BYTES);
    return { kind: "unlink", sequence, victim };
  }
  if (command !== COMMAND.submit) throw new UsbipError(`there is no command ${command}`);
  const isIn = head.readUInt32BE(12) === 1;
  const endpoint = head.readUInt32BE(16);
  const length = head.readInt32BE(24);
  const packets = head.readInt32BE(32);
  if (endpoint > 15) throw new UsbipError(`there is no endpoint ${endpoint}`);
  if (length < 0 || length > MOST_TRANSFER_BYTES) throw new UsbipError(`a transfer of ${length} bytes is not believable`);
  if (packets !== 0 && packets !== -1) throw new UsbipError("isochronous transfers are not served");
  const dataBytes = isIn ? 0 : length;
  if (incoming.length < HEADER_BYTES + dataBytes) return undefined;
  const own = incoming.take(HEADER_BYTES);
  return {
    kind: "submit", sequence, deviceId: own.readUInt32BE(8), isIn, length,
    endpoint: isIn ? endpoint | 0x80 : endpoint,
    setup: { requestType: own.readUInt8(40), request: own.readUInt8(41), value: own.readUInt16LE(42), index: own.readUInt16LE(44) },
    bytes: new Uint8Array(incoming.take(dataBytes)),
  };
}

export function encodeList(devices: readonly ExportedDevice[]): Buffer {
  const head = Buffer.alloc(OP_BYTES + 4);
  writeOperation(head, OP.replyList, 0);
  head.writeUInt32BE(devices.length, OP_BYTES);
  return Buffer.concat([head, ...devices.flatMap((device) => [encodeDevice(device), ...device.interfaces.map((codes) => Buffer.from([...codes, 0]))])]);
}

/** @param device what was imported; undefined where it was refused with `status` */
export function encodeImported(status: number, device?: ExportedDevice): Buffer {
  const head = Buffer.alloc(OP_BYTES);
  writeOperation(head, OP.replyImport, status);
  return device === undefined ? head : Buffer.concat([head, encodeDevice(device)]);
}

/** Writes the head of an answer to a transfer in front of its data. */
export function writeSubmitted(into: Buffer, reply: { readonly sequence: number; readonly status: number; readonly actualLength: number }): void {
  into.fill(0, 0, HEADER_BYTES);
  into.writeUInt32BE(COMMAND.submitted, 0);
  into.writeUInt32BE(reply.sequence, 4);
  into.writeInt32BE(reply.status, 20);
  into.writeInt32BE(reply.actualLength, 24);
}

export function encodeUnlinked(sequence: number, status: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(COMMAND.unlinked, 0);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeInt32BE(status, 20);
  return bytes;
}

/* The host's half: for the client of the tests. */

export function encodeRequest(request: Request): Buffer {
  switch (request.kind) {
    case "list": {
      const bytes = Buffer.alloc(OP_BYTES);
      writeOperation(bytes, OP.requestList, 0);
      return bytes;
    }
    case "import": {
      const bytes = Buffer.alloc(OP_BYTES + BUS_ID_BYTES);
      writeOperation(bytes, OP.requestImport, 0);
      bytes.write(request.busId, OP_BYTES, BUS_ID_BYTES - 1, "latin1");
      return bytes;
    }
    case "unlink": {
      const bytes = Buffer.alloc(HEADER_BYTES);
      bytes.writeUInt32BE(COMMAND.unlink, 0);
      bytes.writeUInt32BE(request.sequence, 4);
      bytes.writeUInt32BE(request.victim, 20);
      return bytes;
    }
    case "submit": {
      const bytes = Buffer.alloc(HEADER_BYTES);
      bytes.writeUInt32BE(COMMAND.submit, 0);
      bytes.writeUInt32BE(request.sequence, 4);
      bytes.writeUInt32BE(request.deviceId, 8);
      bytes.writeUInt32BE(request.isIn ? 1 : 0, 12);
      bytes.writeUInt32BE(request.endpoint & 0x0f, 16);
      bytes.writeInt32BE(request.length, 24);
      bytes.writeInt32BE(-1, 32);
      bytes.writeUInt8(request.setup.requestType, 40);
      bytes.writeUInt8(request.setup.request, 41);
      bytes.writeUInt16LE(request.setup.value, 42);
      bytes.writeUInt16LE(request.setup.index, 44);
      bytes.writeUInt16LE(request.length & 0xffff, 46);
      return Buffer.concat([bytes, request.bytes]);
    }
  }
}

/** The next answer of an imported device; its data, if any, follows and is left. */
export function takeReply(incoming: Incoming): Reply | undefined {
  if (incoming.peek(HEADER_BYTES) === undefined) return undefined;
  const head = incoming.take(HEADER_BYTES);
  const command = head.readUInt32BE(0);
  const sequence = head.readUInt32BE(4);
  const status = head.readInt32BE(20);
  if (command === COMMAND.unlinked) return { kind: "unlinked", sequence, status };
  if (command !== COMMAND.submitted) throw new UsbipError(`there is no answer ${command}`);
  return { kind: "submitted", sequence, status, actualLength: head.readInt32BE(24) };
}

/** The whole answer to a list or an import: status and devices; undefined while it is not whole. */
export function takeOperationReply(incoming: Incoming): { readonly status: number; readonly devices: readonly ExportedDevice[] } | undefined {
  const head = incoming.peek(OP_BYTES);
  if (head === undefined) return undefined;
  const code = head.readUInt16BE(2);
  const status = head.readUInt32BE(4);
  if (code === OP.replyImport) {
    const whole = incoming.peek(OP_BYTES + (status === 0 ? DEVICE_BYTES : 0));
    if (whole === undefined) return undefined;
    incoming.take(whole.length);
    return { status, devices: status === 0 ? [decodeDevice(whole.subarray(OP_BYTES), [])] : [] };
  }
  if (code !== OP.replyList) throw new UsbipError(`there is no answer 0x${code.toString(16)}`);
  const count = incoming.peek(OP_BYTES + 4)?.readUInt32BE(OP_BYTES);
  if (count === undefined) return undefined;
  if (count > MOST_DEVICES) throw new UsbipError(`a list of ${count} devices is not believable`);
  const devices: ExportedDevice[] = [];
  let at = OP_BYTES + 4;
  for (let index = 0; index < count; index++) {
    const device = incoming.peek(at + DEVICE_BYTES)?.subarray(at);
    const interfaceBytes = 4 * (device?.[DEVICE_BYTES - 1] ?? 0);
    const whole = incoming.peek(at + DEVICE_BYTES + interfaceBytes);
    if (device === undefined || whole === undefined) return undefined;
    devices.push(decodeDevice(device, [...whole.subarray(at + DEVICE_BYTES)]));
    at = whole.length;
  }
  incoming.take(at);
  return { status, devices };
}

function writeOperation(bytes: Buffer, code: number, status: number): void {
  bytes.writeUInt16BE(VERSION, 0);
  bytes.writeUInt16BE(code, 2);
  bytes.writeUInt32BE(status, 4);
}

function encodeDevice(device: ExportedDevice): Buffer {
  const bytes = Buffer.alloc(DEVICE_BYTES);
  bytes.write(`/sys/devices/lab/${device.busId}`, 0, PATH_BYTES - 1, "latin1");
  bytes.write(device.busId, PATH_BYTES, BUS_ID_BYTES - 1, "latin1");
  const at = PATH_BYTES + BUS_ID_BYTES;
  bytes.writeUInt32BE(device.busNumber, at);
  bytes.writeUInt32BE(device.deviceNumber, at + 4);
  bytes.writeUInt32BE(device.speed, at + 8);
  bytes.writeUInt16BE(device.vendorId, at + 12);
  bytes.writeUInt16BE(device.productId, at + 14);
  bytes.writeUInt16BE(device.release, at + 16);
  bytes.set(device.classCodes, at + 18);
  // Configuration in force, configurations, interfaces.
  bytes.set([1, 1, device.interfaces.length], at + 21);
  return bytes;
}

function decodeDevice(bytes: Buffer, interfaceBytes: readonly number[]): ExportedDevice {
  const at = PATH_BYTES + BUS_ID_BYTES;
  const triple = (codes: readonly number[]): [number, number, number] => [codes[0] ?? 0, codes[1] ?? 0, codes[2] ?? 0];
  return {
    busId: textOf(bytes.subarray(PATH_BYTES, at)),
    busNumber: bytes.readUInt32BE(at), deviceNumber: bytes.readUInt32BE(at + 4), speed: bytes.readUInt32BE(at + 8),
    vendorId: bytes.readUInt16BE(at + 12), productId: bytes.readUInt16BE(at + 14), release: bytes.readUInt16BE(at + 16),
    classCodes: triple([...bytes.subarray(at + 18, at + 21)]),
    interfaces: Array.from({ length: interfaceBytes.length / 4 }, (_, index) => triple(interfaceBytes.slice(4 * index))),
  };
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
}
