/** Datagrams as GigE Vision needs them: the seam between its driver and the network, real or in memory. */

/** What went wrong with a socket. `closed`: it was closed by us; `unreachable`: no way leads there. */
export class DatagramError extends Error {
  readonly problem: "closed" | "unreachable" | "refused" | "failed";
  constructor(problem: DatagramError["problem"], reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = "DatagramError";
    this.problem = problem;
  }
}

export interface NetworkInterface {
  readonly name: string;
  /** IPv4. */
  readonly address: string;
  readonly netmask: string;
  readonly isLoopback: boolean;
}

export interface SocketOptions {
  /** The interface's address to listen at. */
  readonly address: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** Bytes that the system should hold for us while we are busy; it may lend less. */
  readonly receiveBufferBytes?: number;
  /** May send to broadcast addresses. */
  readonly isBroadcast?: boolean;
  /** One datagram, in memory of its own that may be kept. */
  readonly receive: (bytes: Uint8Array, fromAddress: string, fromPort: number) => void;
}

export interface DatagramSocket {
  readonly address: string;
  readonly port: number;
  /** What the system lends. */
  receiveBufferBytes(): number;
  /** Resolves when the system has taken it, which says nothing of its arrival. Rejects with DatagramError. */
  send(bytes: Uint8Array, port: number, address: string): Promise<void>;
  /** Nothing is received any more. Twice is harmless. */
  close(): Promise<void>;
}

/** The networks of this computer. */
export interface DatagramNet {
  interfaces(): readonly NetworkInterface[];
  /** Rejects with DatagramError. */
  open(options: SocketOptions): Promise<DatagramSocket>;
  /** Address of this computer from which that one is reached. Rejects with DatagramError `unreachable`. */
  localAddressFor(address: string): Promise<string>;
}

/** 192.168.1.7 as the number its register has. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) >>> 0;
}

export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** Whether both are in the network of that mask. */
export function isSameNetwork(a: string, b: string, netmask: string): boolean {
  const mask = addressNumber(netmask);
  return ((addressNumber(a) ^ addressNumber(b)) & mask) === 0;
}

/** Address that everybody in the interface's network hears. */
export function broadcastAddress({ address, netmask }: NetworkInterface): string {
  return addressText((addressNumber(address) | ~addressNumber(netmask)) >>> 0);
}
