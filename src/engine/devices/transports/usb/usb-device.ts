import type { Unsubscribe } from "../../api/device.ts";

/** Address bit that says "towards the host". */
export const ENDPOINT_IN = 0x80;

export interface UsbEndpoint {
  readonly address: number;
  readonly kind: "control" | "isochronous" | "bulk" | "interrupt";
  readonly maxPacketBytes: number;
}

/** One interface, in its first alternate setting. */
export interface UsbInterface {
  readonly number: number;
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly endpoints: readonly UsbEndpoint[];
}

/** What a device says of itself before it is opened, and its strings where the system could read them. */
export interface UsbDescription {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass: number;
  readonly deviceSubclass: number;
  readonly deviceProtocol: number;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  readonly interfaces: readonly UsbInterface[];
  /** Where it is plugged in, for people: "bus 2, port 1.4". */
  readonly place: string;
}

/** Setup packet of a control transfer; the length is that of the data. */
export interface UsbSetup {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

/** Why a transfer ended otherwise than wanted. */
export type UsbProblem = "disconnected" | "stalled" | "canceled" | "overflow" | "busy" | "refused" | "failed";

export class UsbError extends Error {
  readonly problem: UsbProblem;
  constructor(problem: UsbProblem, reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = "UsbError";
    this.problem = problem;
  }
}

export interface TransferOptions {
  /** Aborting cancels the transfer, which then rejects as `canceled`; bytes that came meanwhile may be lost. */
  readonly signal?: AbortSignal;
}

/**
 * One USB device as a driver sees it. Promises:
 *  - transfers on one endpoint are carried out, and settle, in the order they were asked for; several may wait at once;
 *  - every call rejects with a {@link UsbError}; once the device is gone all rejects as `disconnected`, also what waits;
 *  - there are no deadlines here: who waits brings a signal;
 *  - `close` cancels what waits, gives the interfaces back and resolves in time, also when the device is gone; a closed
 *    device may be opened again.
 */
export interface UsbDevice {
  readonly description: UsbDescription;
  open(): Promise<void>;
  close(): Promise<void>;
  /** Takes the interface from whatever driver has it. Rejects as `busy` when another program does. */
  claim(interfaceNumber: number): Promise<void>;
  controlIn(setup: UsbSetup, length: number, options?: TransferOptions): Promise<Uint8Array>;
  controlOut(setup: UsbSetup, bytes: Uint8Array, options?: TransferOptions): Promise<void>;
  /** Fills `into` until it is full or a short packet ends the transfer; resolves with the bytes that came. */
  bulkIn(endpoint: number, into: Uint8Array, options?: TransferOptions): Promise<number>;
  bulkOut(endpoint: number, bytes: Uint8Array, options?: TransferOptions): Promise<void>;
  /** Ends a stall, on both sides. */
  clearHalt(endpoint: number): Promise<void>;
  /** As if it were plugged in anew; it must be opened again afterwards. */
  reset(): Promise<void>;
  /** Tells once that the device is gone. */
  onDidDetach(listener: () => void): Unsubscribe;
}

/** All devices plugged in. */
export interface UsbBus {
  list(): Promise<readonly UsbDevice[]>;
  onDidAttach(listener: () => void): Unsubscribe;
  /** Lets go of the system's notifications. */
  dispose(): Promise<void>;
}

/** Sets or clears nothing but ENDPOINT_HALT of one endpoint: how a host starts a pipe afresh. */
export function haltSetup(endpoint: number): UsbSetup {
  return { requestType: 0x02, request: 0x03, value: 0, index: endpoint };
}
