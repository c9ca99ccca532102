import type { UsbDescription, UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { type LabController } from "../serial/lab-controller.ts";
import type { UsbModel, UsbWiring } from "./usb-model.ts";

/** Class requests of CDC PSTN 1.2, table 13. */
const REQUEST = { setLineCoding: 0x20, getLineCoding: 0x21, setControlLineState: 0x22, sendBreak: 0x23 } as const;
const TO_CLASS_INTERFACE = 0x21;
/** Notifications, pictures of words: both halves of the data interface. */
export const CDC_PIPES = { notify: 0x81, input: 0x82, output: 0x02 } as const;
const PACKET_BYTES = 512;
const STOP_BITS = [1, 1.5, 2] as const;
const PARITIES = ["none", "odd", "even", "mark", "space"] as const;
/** A host that opens the port and never reads: what it misses is lost, as with a real converter. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** How the host has set the line. */
export interface LineCoding {
  readonly baudRate: number;
  readonly stopBits: (typeof STOP_BITS)[number];
  readonly parity: (typeof PARITIES)[number];
  readonly dataBits: number;
}

/** A serial controller behind a USB plug: what the host did to its line. */
export interface CdcAcmModel extends UsbModel {
  readonly controller: LabController;
  lineCoding(): LineCoding;
  modemLines(): { readonly dtr: boolean; readonly rts: boolean };
  /** Opens by the host (DTR raised), and breaks, since the beginning. */
  openCount(): number;
  breakCount(): number;
}

export interface CdcAcmOptions {
  readonly controller: LabController;
  readonly serial: string;
  readonly product: string;
}

/** Puts any controller of the lab behind CDC-ACM: baud rate and parity count, DTR opens its line. */
export function createCdcAcmModel({ controller, serial, product }: CdcAcmOptions): CdcAcmModel {
  const listeners = new Set<() => void>();
  let coding: LineCoding = { baudRate: 9600, stopBits: 1, parity: "none", dataBits: 8 };
  let lines = { dtr: false, rts: false };
  let unread = Buffer.alloc(0);
  let opens = 0;
  let breaks = 0;

  const connect = (): void => {
    const { baudRate, parity = "none" } = controller.model.line;
    controller.attach(
      {
        async write(bytes) {
          if (unread.length + bytes.length <= MOST_UNREAD_BYTES) unread = Buffer.concat([unread, bytes]);
          for (const listener of [...listeners]) listener();
        },
      },
      coding.baudRate !== baudRate || coding.parity !== parity,
    );
  };
  const disconnect = (): void => {
    lines = { dtr: false, rts: false };
    unread = Buffer.alloc(0);
    controller.detach();
  };
  const setLines = (value: number): void => {
    const wasOpen = lines.dtr;
    lines = { dtr: (value & 1) !== 0, rts: (value & 2) !== 0 };
    if (lines.dtr && !wasOpen) {
      opens += 1;
      connect();
      controller.hostOpened();
    } else if (!lines.dtr && wasOpen) disconnect();
  };
  const setCoding = (bytes: Uint8Array): boolean => {
    const next = readCoding(bytes);
    if (next === undefined) return false;
    const isSame = next.baudRate === coding.baudRate && next.parity === coding.parity;
    coding = next;
    if (isSame || !lines.dtr) return true;
    controller.detach();
    connect();
    return true;
  };

  return {
    controller,
    description: descriptionOf(serial, product),
    wiring: WIRING,
    lineCoding: () => coding,
    modemLines: () => lines,
    openCount: () => opens,
    breakCount: () => breaks,
    control(setup: UsbSetup, _length: number, bytes = new Uint8Array(0)) {
      const none = new Uint8Array(0);
      if ((setup.requestType & 0x7f) !== TO_CLASS_INTERFACE) return setup.request === 3 ? none : "stall";
      switch (setup.request) {
        case REQUEST.setLineCoding: return setCoding(bytes) ? none : "stall";
        case REQUEST.getLineCoding: return writeCoding(coding);
        case REQUEST.setControlLineState:
          setLines(setup.value);
          return none;
        case REQUEST.sendBreak:
          // 0 ends a break that was begun.
          if (setup.value !== 0) breaks += 1;
          return none;
        default: return "stall";
      }
    },
    push(endpoint, bytes) {
      if (endpoint !== CDC_PIPES.output) return "stall";
      if (bytes.length > 0) controller.receive(bytes.slice());
      return "ok";
    },
    pull(endpoint, into) {
      // The state of the modem's lines never changes: there is nothing to notify of.
      if (endpoint === CDC_PIPES.notify) return "nothing";
      if (endpoint !== CDC_PIPES.input) return "stall";
      if (unread.length === 0) return "nothing";
      const count = Math.min(unread.length, into.length);
      into.set(unread.subarray(0, count));
      unread = unread.subarray(count);
      return count;
    },
    onDidHaveData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    powerOff: disconnect,
  };
}

function readCoding(bytes: Uint8Array): LineCoding | undefined {
  if (bytes.length < 7) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stopBits = STOP_BITS[view.getUint8(4)];
  const parity = PARITIES[view.getUint8(5)];
  if (stopBits === undefined || parity === undefined) return undefined;
  return { baudRate: view.getUint32(0, true), stopBits, parity, dataBits: view.getUint8(6) };
}

function writeCoding({ baudRate, stopBits, parity, dataBits }: LineCoding): Uint8Array {
  const bytes = new Uint8Array(7);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, baudRate, true);
  bytes.set([STOP_BITS.indexOf(stopBits), PARITIES.indexOf(parity), dataBits], 4);
  return bytes;
}

function descriptionOf(serial: string, product: string): UsbDescription {
  return {
    vendorId: 0x1209, productId: 0x0002, deviceClass: 0xef, deviceSubclass: 2, deviceProtocol: 1,
    manufacturer: "Ocular Lab", product, serial, place: "in process",
    interfaces: [
      { number: 0, classCode: 2, subclass: 2, protocol: 1, endpoints: [{ address: CDC_PIPES.notify, kind: "interrupt", maxPacketBytes: 16 }] },
      { number: 1, classCode: 0x0a, subclass: 0, protocol: 0, endpoints: [{ address: CDC_PIPES.input, kind: "bulk", maxPacketBytes: PACKET_BYTES }, { address: CDC_PIPES.output, kind: "bulk", maxPacketBytes: PACKET_BYTES }] },
    ],
  };
}

/** Functional descriptors: header, call management, what it can do (line coding and break), and which interfaces belong together. */
const WIRING: UsbWiring = {
  speed: "high",
  functions: [{ first: 0, count: 2, classCode: 2, subclass: 2, protocol: 1 }],
  classDescriptors: (interfaceNumber) => new Uint8Array(interfaceNumber === 0 ? [5, 0x24, 0x00, 0x10, 0x01, 5, 0x24, 0x01, 0x00, 1, 4, 0x24, 0x02, 0x06, 5, 0x24, 0x06, 0, 1] : []),
};
