/** Register bytes read before, by place rather than by node: nodes that share a register see each other's writes. */
export interface RegisterCache {
  get(port: string, address: bigint, length: number): Uint8Array | undefined;
  put(node: string, port: string, address: bigint, bytes: Uint8Array): void;
  /** Forgets everything that overlaps these bytes. */
  dropOverlapping(port: string, address: bigint, length: number): void;
  /** Forgets what these nodes have read. */
  dropNodes(nodes: ReadonlySet<string>): void;
  clear(): void;
}

interface Cached {
  readonly port: string;
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly nodes: Set<string>;
}

/** Registers remembered before all are forgotten: far more than any camera has, for a selector of a million places. */
const MOST_ENTRIES = 20_000;

export function createRegisterCache(): RegisterCache {
  const entries = new Map<string, Cached>();
  const keyOf = (port: string, address: bigint, length: number): string => `${port} ${address} ${length}`;
  const drop = (isOld: (cached: Cached) => boolean): void => {
    for (const [key, cached] of entries) if (isOld(cached)) entries.delete(key);
  };
  return {
    get: (port, address, length) => entries.get(keyOf(port, address, length))?.bytes,
    put(node, port, address, bytes) {
      const key = keyOf(port, address, bytes.length);
      const nodes = entries.get(key)?.nodes ?? new Set();
      nodes.add(node);
      if (entries.size >= MOST_ENTRIES) entries.clear();
      entries.set(key, { port, address, bytes, nodes });
    },
    dropOverlapping(port, address, length) {
      drop((cached) => cached.port === port && cached.address < address + BigInt(length) && address < cached.address + BigInt(cached.bytes.length));
    },
    dropNodes(nodes) {
      drop((cached) => [...cached.nodes].some((node) => nodes.has(node)));
    },
    clear: () => entries.clear(),
  };
}
