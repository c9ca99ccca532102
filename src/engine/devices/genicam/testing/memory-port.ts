import type { RegisterPort } from "../register-port.ts";

/** Registers that are plain memory, and a record of the traffic. */
export interface MemoryPort extends RegisterPort {
  readonly memory: Uint8Array;
  /** "r 0x10 4", "w 0x10 4", in order. */
  readonly traffic: string[];
}

export function createMemoryPort(byteLength = 4096): MemoryPort {
  const memory = new Uint8Array(byteLength);
  const traffic: string[] = [];
  const place = (address: bigint, length: number): number => {
    if (address < 0n || address + BigInt(length) > BigInt(byteLength)) throw new Error(`no such address ${address}`);
    return Number(address);
  };
  return {
    memory, traffic,
    async read(address, length) {
      traffic.push(`r 0x${address.toString(16)} ${length}`);
      const at = place(address, length);
      return memory.slice(at, at + length);
    },
    async write(address, bytes) {
      traffic.push(`w 0x${address.toString(16)} ${bytes.length}`);
      memory.set(bytes, place(address, bytes.length));
    },
  };
}
