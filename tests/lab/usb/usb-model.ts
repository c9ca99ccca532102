import type { UsbDescription, UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";

/** What a host's enumeration asks for and {@link UsbDescription} leaves out. */
export interface UsbWiring {
  /** "super" brings 1024-byte packets, companion descriptors and a BOS; "high" 512-byte packets. */
  readonly speed: "high" | "super";
  /** Interfaces that belong together as one function. */
  readonly functions?: readonly { readonly first: number; readonly count: number; readonly classCode: number; readonly subclass: number; readonly protocol: number }[];
  /** Class-specific descriptors that follow an interface's own. `text` files a string and gives its index. */
  readonly classDescriptors?: (interfaceNumber: number, text: (value: string) => number) => Uint8Array;
}

/**
 * A device as its pipes: what a USB host, in process or over USB/IP, asks of it. `pull` is one IN transfer's look at a
 * pipe: bytes written into the host's memory, "nothing" while there is nothing to send (a NAK), or "stall".
 */
export interface UsbModel {
  readonly description: UsbDescription;
  readonly wiring: UsbWiring;
  /** Requests of its class, and SET_FEATURE(ENDPOINT_HALT): data for an IN request, nothing for an OUT request; "stall" for what it does not know. */
  control(setup: UsbSetup, length: number, bytes?: Uint8Array): Uint8Array | "stall";
  push(endpoint: number, bytes: Uint8Array): "ok" | "stall";
  pull(endpoint: number, into: Uint8Array): number | "nothing" | "stall";
  /** Called whenever a pipe may have something to send again. */
  onDidHaveData(listener: () => void): () => void;
  /** The host let go or the cable is out: everything stops. */
  powerOff(): void;
  /** The cable that fed it is out: what hosts have set is forgotten. */
  coldStart?(): void;
}
