import type { FloatRegNode, IntRegNode, PortNode, RegisterNode, Source, StringRegNode } from "../description/node-description.ts";
import { isNodeSource } from "../description/node-description.ts";
import { bitRange } from "../description/read-register.ts";
import { GenicamError } from "../genicam-error.ts";
import type { RegisterPort } from "../register-port.ts";
import { bitLimits, bytesFromInteger, integerFromBytes, putBits, takeBits, type BitRange } from "./register-bytes.ts";
import { createRegisterCache, type RegisterCache } from "./register-cache.ts";
import type { Walk } from "./walk.ts";

export type AnyRegister = IntRegNode | FloatRegNode | StringRegNode | RegisterNode;
/** Chunks of the frame looked at, by their id. */
export type Chunks = ReadonlyMap<bigint, Uint8Array>;

/** Bytes that one register may have: larger ones are files, which have ways of their own. */
const MOST_BYTES = 65_536n;

export interface RegisterAccess {
  readBytes(node: AnyRegister, walk: Walk): Promise<Uint8Array>;
  writeBytes(node: AnyRegister, bytes: Uint8Array, walk: Walk): Promise<void>;
  readInteger(node: IntRegNode, walk: Walk): Promise<bigint>;
  /** @throws GenicamError `range` for what the bits do not hold */
  writeInteger(node: IntRegNode, value: bigint, walk: Walk): Promise<void>;
  limits(node: IntRegNode, walk: Walk): Promise<{ readonly min: bigint; readonly max: bigint }>;
  lengthOf(node: AnyRegister, walk: Walk): Promise<number>;
  /** False for the port of a chunk or event that is not there. */
  hasPort(node: AnyRegister): boolean;
  attachChunks(chunks: Chunks | undefined): void;
  readonly cache: RegisterCache;
}

export interface RegisterParts {
  readonly port: RegisterPort;
  readonly portNode: (name: string) => PortNode | undefined;
  readonly integerOf: (name: string, walk: Walk) => Promise<bigint>;
  readonly nowMs: () => number;
}

export function createRegisterAccess({ port, portNode, integerOf, nowMs }: RegisterParts): RegisterAccess {
  const cache = createRegisterCache();
  const readAtMs = new Map<string, number>();
  let chunks: Chunks | undefined;

  const constantOr = async (source: Source<bigint>, walk: Walk): Promise<bigint> => (isNodeSource(source) ? integerOf(source.node, walk) : source.constant);

  const lengthOf = async (node: AnyRegister, walk: Walk): Promise<number> => {
    const length = await constantOr(node.place.length, walk);
    if (length < 1n || length > MOST_BYTES) throw new GenicamError("malformed", node.name, `a register has no ${length} bytes`);
    return Number(length);
  };

  const addressOf = async (node: AnyRegister, length: number, walk: Walk): Promise<bigint> => {
    let sum = 0n;
    for (const term of node.place.address) {
      if (!("index" in term)) sum += await constantOr(term, walk);
      else sum += (await integerOf(term.index, walk)) * (term.offset === undefined ? BigInt(length) : await constantOr(term.offset, walk));
    }
    return BigInt.asUintN(64, sum);
  };

  const chunkOf = (node: AnyRegister): Uint8Array | undefined | "device" => {
    const owner = portNode(node.place.port);
    if (owner?.eventId !== undefined) return undefined;
    return owner?.chunkId === undefined ? "device" : chunks?.get(owner.chunkId);
  };

  const isStale = (node: AnyRegister): boolean => node.pollingMs !== undefined && nowMs() - (readAtMs.get(node.name) ?? Number.NEGATIVE_INFINITY) >= node.pollingMs;

  const readBytes = async (node: AnyRegister, walk: Walk): Promise<Uint8Array> => {
    const { place } = node;
    const length = await lengthOf(node, walk);
    const address = await addressOf(node, length, walk);
    const chunk = chunkOf(node);
    if (chunk !== "device") return chunkBytes(node.name, chunk, address, length);
    const mayCache = place.caching !== "NoCache";
    const known = mayCache && !isStale(node) ? cache.get(place.port, address, length) : undefined;
    if (known !== undefined) {
      // Read by another node of the same place: from now on it is this node's value too.
      cache.put(node.name, place.port, address, known);
      return known;
    }
    const bytes = await port.read(address, length, walk.options);
    if (bytes.length !== length) throw new GenicamError("transport", node.name, `${bytes.length} bytes came instead of ${length}`);
    if (mayCache) cache.put(node.name, place.port, address, bytes);
    if (node.pollingMs !== undefined) readAtMs.set(node.name, nowMs());
    return bytes;
  };

  const writeBytes = async (node: AnyRegister, bytes: Uint8Array, walk: Walk): Promise<void> => {
    if (chunkOf(node) !== "device") throw new GenicamError("access", node.name, "what came with a frame cannot be changed");
    const address = await addressOf(node, bytes.length, walk);
    try {
      await port.write(address, bytes, walk.options);
    } finally {
      // Also after a failure: whether the device took it is then unknown.
      cache.dropOverlapping(node.place.port, address, bytes.length);
      walk.written.add(node.name);
    }
  };

  const rangeOf = async (node: IntRegNode, walk: Walk): Promise<{ readonly length: number; readonly range: BitRange }> => {
    const length = await lengthOf(node, walk);
    return { length, range: node.bits === undefined ? { lsb: 0, msb: 8 * length - 1 } : bitRange(node.bits, length, node.place.isBigEndian) };
  };

  const limits = async (node: IntRegNode, walk: Walk): Promise<{ min: bigint; max: bigint }> => {
    const { range } = await rangeOf(node, walk);
    return bitLimits(range.msb - range.lsb + 1, node.isSigned);
  };

  return {
    cache, readBytes, writeBytes, limits, lengthOf,
    hasPort: (node) => chunkOf(node) !== undefined,
    attachChunks(next) {
      chunks = next;
    },
    async readInteger(node, walk) {
      const { range } = await rangeOf(node, walk);
      return takeBits(integerFromBytes(await readBytes(node, walk), node.place.isBigEndian), range, node.isSigned);
    },
    async writeInteger(node, value, walk) {
      const { length, range } = await rangeOf(node, walk);
      const { min, max } = bitLimits(range.msb - range.lsb + 1, node.isSigned);
      if (value < min || value > max) throw new GenicamError("range", node.name, `${value} does not fit its register (${min} to ${max})`);
      const isWhole = node.bits === undefined || node.place.access === "WO";
      const before = isWhole ? 0n : integerFromBytes(await freshBytes(node, walk), node.place.isBigEndian);
      await writeBytes(node, bytesFromInteger(putBits(before, range, value), length, node.place.isBigEndian), walk);
    },
  };

  /** The neighbours' bits of a register about to be changed come from the device, not from memory. */
  async function freshBytes(node: IntRegNode, walk: Walk): Promise<Uint8Array> {
    const length = await lengthOf(node, walk);
    cache.dropOverlapping(node.place.port, await addressOf(node, length, walk), length);
    return readBytes(node, walk);
  }
}

function chunkBytes(name: string, chunk: Uint8Array | undefined, address: bigint, length: number): Uint8Array {
  if (chunk === undefined) throw new GenicamError("access", name, "the frame did not bring it");
  if (address + BigInt(length) > BigInt(chunk.length)) throw new GenicamError("access", name, `the frame brought only ${chunk.length} bytes of it`);
  return chunk.slice(Number(address), Number(address) + length);
}

