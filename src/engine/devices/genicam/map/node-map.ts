import { createEmitter } from "../../../runtime/emitter.ts";
import { oneAtATime } from "../../../runtime/one-at-a-time.ts";
import type { Unsubscribe } from "../../api/device.ts";
import type { DeviceDescription, EnumEntry, NodeDescription } from "../description/node-description.ts";
import type { FormulaValue } from "../formula/evaluate-formula.ts";
import { GenicamError } from "../genicam-error.ts";
import type { PortOptions, RegisterPort } from "../register-port.ts";
import { createNodeGraph } from "./node-graph.ts";
import { type Access, createNodeState, type NodeLimits, type NodeState } from "./node-state.ts";
import { createNodeValues, type NodeValues } from "./node-values.ts";
import { type Chunks, createRegisterAccess } from "./register-access.ts";
import { startWalk, type Walk } from "./walk.ts";

/**
 * A camera's features by name, over its registers. Calls run one after another, in the order they were made; each is
 * checked against access and limits, and rejects with a GenicamError that names the node, or with what the port rejects
 * with. Whole numbers are bigint, for GenICam's have 64 bits.
 */
export interface NodeMap {
  readonly description: DeviceDescription;
  has(name: string): boolean;
  /** @throws GenicamError `unknown` */
  node(name: string): NodeDescription;
  /** Nodes whose value, limits or access may change when this one is written, itself included. */
  affectedBy(name: string): ReadonlySet<string>;
  access(name: string, options?: PortOptions): Promise<Access>;
  limits(name: string, options?: PortOptions): Promise<NodeLimits>;
  entries(name: string, options?: PortOptions): Promise<readonly EnumEntry[]>;
  readInteger(name: string, options?: PortOptions): Promise<bigint>;
  readFloat(name: string, options?: PortOptions): Promise<number>;
  readBoolean(name: string, options?: PortOptions): Promise<boolean>;
  /** Symbolic name of the entry in force. */
  readEnumeration(name: string, options?: PortOptions): Promise<string>;
  /** Any value as text: an entry's name, a number in its own digits. */
  readText(name: string, options?: PortOptions): Promise<string>;
  readBytes(name: string, options?: PortOptions): Promise<Uint8Array>;
  writeInteger(name: string, value: bigint, options?: PortOptions): Promise<void>;
  writeFloat(name: string, value: number, options?: PortOptions): Promise<void>;
  writeBoolean(name: string, value: boolean, options?: PortOptions): Promise<void>;
  writeEnumeration(name: string, entry: string, options?: PortOptions): Promise<void>;
  writeText(name: string, text: string, options?: PortOptions): Promise<void>;
  /** Gives a command. */
  execute(name: string, options?: PortOptions): Promise<void>;
  /** True once a command given before is carried out. */
  isDone(name: string, options?: PortOptions): Promise<boolean>;
  /** The chunks that chunk features are read from, of one frame. */
  attachChunks(chunks: Chunks | undefined): void;
  /** Forgets values older than their polling time; returns the nodes to read again, which `onDidChange` tells too. */
  poll(): ReadonlySet<string>;
  /** Forgets every value read. */
  forget(): void;
  /** Nodes whose value, limits or access may have changed by a write or a poll. */
  readonly onDidChange: (listener: (names: ReadonlySet<string>) => void) => Unsubscribe;
}

export interface NodeMapOptions {
  readonly description: DeviceDescription;
  readonly port: RegisterPort;
  /** Monotonic ms, for values that go old by themselves. */
  readonly nowMs: () => number;
}

export function createNodeMap({ description, port, nowMs }: NodeMapOptions): NodeMap {
  const { nodes } = description;
  const graph = createNodeGraph(nodes);
  const changed = createEmitter<ReadonlySet<string>>();
  const polledAtMs = new Map<string, number>();
  const inTurn = oneAtATime();

  const node = (name: string): NodeDescription => {
    const found = nodes.get(name);
    if (found === undefined) throw new GenicamError("unknown", name, "the camera has no such feature");
    return found;
  };
  const registers = createRegisterAccess({
    port, nowMs,
    portNode: (name) => {
      const found = nodes.get(name);
      return found?.kind === "port" ? found : undefined;
    },
    integerOf: (name, walk) => values.readInteger(name, walk),
  });
  const values: NodeValues = createNodeValues({ node, registers, facet: (name, facet, walk) => facetOf(name, facet, walk) });
  const state: NodeState = createNodeState({ node, values, registers });

  const facetOf = async (name: string, facet: string, walk: Walk): Promise<FormulaValue> => {
    if (facet === "Min" || facet === "Max") return (await state.limits(name, walk))[facet === "Min" ? "min" : "max"];
    if (facet === "Inc") return (await state.limits(name, walk)).inc ?? 1n;
    const found = node(name);
    const entry = found.kind === "enumeration" ? found.entries.find((each) => facet === `Entry.${each.name}`) : undefined;
    if (entry === undefined) throw new GenicamError("formula", name, `it has no ${facet}`);
    return entry.value;
  };

  /** One call at a time: a register read, changed and written back must not be changed in between by another. */
  const exclusive = <T>(options: PortOptions, work: (walk: Walk) => Promise<T>): Promise<T> => {
    const run = async (): Promise<T> => {
      options.signal?.throwIfAborted();
      const walk = startWalk(options);
      try {
        return await work(walk);
      } finally {
        if (walk.written.size > 0) announce(graph.affectedBy(walk.written));
      }
    };
    return inTurn(run);
  };
  const announce = (names: ReadonlySet<string>): void => {
    registers.cache.dropNodes(names);
    changed.emit(names);
  };

  const require = async (name: string, what: "read" | "write", walk: Walk): Promise<void> => {
    const access = await state.access(name, walk);
    if (access === "NI") throw new GenicamError("access", name, "the camera does not have it");
    if (access === "NA") throw new GenicamError("access", name, "it is not available in the camera's present state");
    if (what === "write" && access === "RO") throw new GenicamError("access", name, "it cannot be changed in the camera's present state");
    if (what === "read" && access === "WO") throw new GenicamError("access", name, "it cannot be read");
  };
  const reading = <T>(name: string, options: PortOptions | undefined, work: (walk: Walk) => Promise<T>): Promise<T> =>
    exclusive(options ?? {}, async (walk) => {
      await require(name, "read", walk);
      return work(walk);
    });
  const writing = (name: string, options: PortOptions | undefined, work: (walk: Walk) => Promise<void>): Promise<void> =>
    exclusive(options ?? {}, async (walk) => {
      await require(name, "write", walk);
      return work(walk);
    });
  const writeNumber = (name: string, value: FormulaValue, options: PortOptions | undefined): Promise<void> =>
    writing(name, options, async (walk) => {
      requireInside(name, value, await state.limits(name, walk));
      await values.write(name, value, walk);
    });

  return {
    description, node,
    has: (name) => nodes.has(name),
    onDidChange: changed.on,
    attachChunks: (chunks) => registers.attachChunks(chunks),
    forget: () => registers.cache.clear(),
    affectedBy: (name) => graph.affectedBy(graph.writtenBy(name)),
    access: (name, options = {}) => exclusive(options, (walk) => state.access(name, walk)),
    limits: (name, options = {}) => exclusive(options, (walk) => state.limits(name, walk)),
    entries: (name, options = {}) => exclusive(options, async (walk) => state.entries(enumeration(node(name)), walk)),
    readInteger: (name, options) => reading(name, options, (walk) => values.readInteger(name, walk)),
    readFloat: (name, options) => reading(name, options, async (walk) => Number(await values.read(name, walk))),
    readBoolean: (name, options) => reading(name, options, async (walk) => Number(await values.read(name, walk)) !== 0),
    readEnumeration: (name, options) => reading(name, options, async (walk) => entryName(node(name), await values.readInteger(name, walk))),
    readText: (name, options) =>
      reading(name, options, async (walk) => {
        const found = node(name);
        return found.kind === "enumeration" ? entryName(found, await values.readInteger(name, walk)) : values.readText(name, walk);
      }),
    readBytes: (name, options) =>
      reading(name, options, async (walk) => {
        const found = node(name);
        if (!("place" in found)) throw new GenicamError("unknown", name, `a ${found.kind} has no bytes of its own`);
        return registers.readBytes(found, walk);
      }),
    writeInteger: (name, value, options) => writeNumber(name, value, options),
    writeFloat: (name, value, options) => writeNumber(name, value, options),
    writeBoolean: (name, value, options) => writing(name, options, (walk) => values.write(name, value ? 1n : 0n, walk)),
    writeEnumeration: (name, entry, options) =>
      writing(name, options, async (walk) => {
        const present = await state.entries(enumeration(node(name)), walk);
        const chosen = present.find((each) => each.name === entry);
        if (chosen === undefined) throw new GenicamError("range", name, `"${entry}" is none of ${present.map((each) => each.name).join(", ")}`);
        await values.write(name, chosen.value, walk);
      }),
    writeText: (name, text, options) => writing(name, options, (walk) => values.writeText(name, text, walk)),
    execute: (name, options) =>
      writing(name, options, async (walk) => {
        const found = command(node(name));
        await values.write(name, await values.resolve(found.commandValue, walk), walk);
      }),
    isDone: (name, options = {}) =>
      exclusive(options, async (walk) => {
        const found = command(node(name));
        const access = await state.access(name, walk);
        if (access === "WO" || access === "NA" || access === "NI") return true;
        registers.cache.dropNodes(graph.behind([name]));
        return Number(await values.read(name, walk)) !== Number(await values.resolve(found.commandValue, walk));
      }),
    poll() {
      const due = new Set<string>();
      for (const { name, pollingMs } of nodes.values()) {
        if (pollingMs === undefined || nowMs() - (polledAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < pollingMs) continue;
        polledAtMs.set(name, nowMs());
        due.add(name);
      }
      if (due.size === 0) return due;
      const affected = graph.affectedBy(graph.behind(due));
      announce(affected);
      return affected;
    },
  };
}

function requireInside(name: string, value: FormulaValue, { min, max, inc }: NodeLimits): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new GenicamError("range", name, `${value} is no value`);
  if (value < min || value > max) throw new GenicamError("range", name, `${value} is outside ${min} to ${max}`);
  if (typeof value === "bigint" && typeof inc === "bigint" && typeof min === "bigint" && inc > 1n && (value - min) % inc !== 0n) {
    throw new GenicamError("range", name, `${value} is not ${min} plus a multiple of ${inc}`);
  }
}

function enumeration(node: NodeDescription): NodeDescription & { kind: "enumeration" } {
  if (node.kind !== "enumeration") throw new GenicamError("unknown", node.name, `a ${node.kind} has no entries`);
  return node;
}

function command(node: NodeDescription): NodeDescription & { kind: "command" } {
  if (node.kind !== "command") throw new GenicamError("unknown", node.name, `a ${node.kind} is no command`);
  return node;
}

function entryName(node: NodeDescription, value: bigint): string {
  const entry = enumeration(node).entries.find((each) => each.value === value);
  if (entry === undefined) throw new GenicamError("range", node.name, `its value ${value} is none of its entries`);
  return entry.name;
}
