import { type EnumEntry, type EnumerationNode, type FloatNode, type IntegerNode, isNodeSource, type NodeDescription, type Source, type ValueSource } from "../description/node-description.ts";
import type { FormulaValue } from "../formula/evaluate-formula.ts";
import { INT64_MAX, INT64_MIN } from "../formula/int64.ts";
import { GenicamError } from "../genicam-error.ts";
import type { NodeValues } from "./node-values.ts";
import type { RegisterAccess } from "./register-access.ts";
import type { Walk } from "./walk.ts";

/** What may be done with a node now: NI not implemented, NA not available, WO, RO, RW. */
export type Access = "NI" | "NA" | "WO" | "RO" | "RW";

/** Limits of a number; whole numbers where the node is one. */
export interface NodeLimits {
  readonly min: FormulaValue;
  readonly max: FormulaValue;
  /** Step from `min`; absent where any value between goes. */
  readonly inc?: FormulaValue;
}

/** What the device's state makes of nodes: access, limits, entries that exist. */
export interface NodeState {
  access(name: string, walk: Walk): Promise<Access>;
  limits(name: string, walk: Walk): Promise<NodeLimits>;
  /** Entries that can be chosen now. */
  entries(node: EnumerationNode, walk: Walk): Promise<readonly EnumEntry[]>;
}

export interface StateParts {
  readonly node: (name: string) => NodeDescription;
  readonly values: NodeValues;
  readonly registers: RegisterAccess;
}

export function createNodeState({ node: nodeOf, values, registers }: StateParts): NodeState {
  const isTrue = async (name: string | undefined, walk: Walk, otherwise: boolean): Promise<boolean> =>
    name === undefined ? otherwise : Number(await values.read(name, walk)) !== 0;

  const access = async (name: string, from: Walk): Promise<Access> => {
    const walk = from.enter(name, "access");
    const node = nodeOf(name);
    if (!(await isTrue(node.isImplemented, walk, true))) return "NI";
    if (!(await isTrue(node.isAvailable, walk, true))) return "NA";
    const granted = narrowed(await ownAccess(node, walk), node.imposedAccess);
    if (granted !== "RW" && granted !== "WO") return granted;
    if (!(await isTrue(node.isLocked, walk, false))) return granted;
    return granted === "RW" ? "RO" : "NA";
  };

  const ownAccess = async (node: NodeDescription, walk: Walk): Promise<Access> => {
    switch (node.kind) {
      case "category": case "port": case "swissKnife": return "RO";
      case "intReg": case "floatReg": case "stringReg": case "register": return registers.hasPort(node) ? node.place.access : "NA";
      case "converter": return access(node.value, walk);
      case "integer": case "float": case "boolean": case "enumeration": case "command": return sourceAccess<bigint | number>(node.value, node.name, walk);
      case "string": return sourceAccess(node.value, node.name, walk);
    }
  };

  const sourceAccess = async <T>(source: ValueSource<T>, owner: string, walk: Walk): Promise<Access> => {
    const chosen = await values.chosen(source, owner, walk);
    if (isNodeSource(chosen)) return access(chosen.node, walk);
    return "index" in source ? "RO" : "RW";
  };

  const limits = async (name: string, from: Walk): Promise<NodeLimits> => {
    const walk = from.enter(name, "limits");
    const node = nodeOf(name);
    switch (node.kind) {
      case "integer": {
        const behind = await behindLimits(node.value, walk, { min: INT64_MIN, max: INT64_MAX });
        const { min, max, inc } = await ownLimits(node, walk);
        return { min: whole(min ?? behind.min), max: whole(max ?? behind.max), inc: whole(inc ?? behind.inc ?? 1n) };
      }
      case "float": {
        const behind = await behindLimits(node.value, walk, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE });
        const { min, max, inc } = await ownLimits(node, walk);
        return { min: Number(min ?? behind.min), max: Number(max ?? behind.max), ...(inc === undefined ? {} : { inc: Number(inc) }) };
      }
      case "intReg": return registers.limits(node, walk);
      case "floatReg": return { min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
      case "converter": {
        const raw = await limits(node.value, walk);
        const ends = [await values.fromRaw(node, raw.min, walk), await values.fromRaw(node, raw.max, walk)];
        const [first = 0n, second = 0n] = ends;
        return first < second ? { min: first, max: second } : { min: second, max: first };
      }
      case "boolean": return { min: 0n, max: 1n };
      case "swissKnife": case "enumeration": case "command": {
        const value = await values.read(name, from);
        return { min: value, max: value };
      }
      case "category": case "port": case "string": case "stringReg": case "register": throw new GenicamError("unknown", name, `a ${node.kind} has no limits`);
    }
  };

  const own = async (source: Source<bigint | number> | undefined, walk: Walk): Promise<FormulaValue | undefined> =>
    source === undefined ? undefined : values.resolve(source, walk);

  const ownLimits = async (node: IntegerNode | FloatNode, walk: Walk): Promise<Partial<Record<"min" | "max" | "inc", FormulaValue | undefined>>> => ({
    min: await own(node.min, walk), max: await own(node.max, walk), inc: await own(node.inc, walk),
  });

  const behindLimits = async <T>(source: ValueSource<T>, walk: Walk, otherwise: NodeLimits): Promise<NodeLimits> => {
    if ("index" in source || !isNodeSource(source)) return otherwise;
    const { kind } = nodeOf(source.node);
    // Nodes that only show a value say nothing of what else it could be.
    return kind === "swissKnife" || kind === "enumeration" || kind === "register" ? otherwise : limits(source.node, walk);
  };

  return {
    access, limits,
    async entries(node, walk) {
      const present: EnumEntry[] = [];
      for (const entry of node.entries) {
        if ((await isTrue(entry.isImplemented, walk, true)) && (await isTrue(entry.isAvailable, walk, true))) present.push(entry);
      }
      return present;
    },
  };
}

function narrowed(access: Access, imposed: "RO" | "WO" | "RW"): Access {
  if (access === "NI" || access === "NA" || imposed === "RW") return access;
  if (access === "RW") return imposed;
  return access === imposed ? access : "NA";
}

function whole(value: FormulaValue): bigint {
  if (typeof value === "bigint") return value;
  if (value >= Number(INT64_MAX)) return INT64_MAX;
  return value <= Number(INT64_MIN) ? INT64_MIN : BigInt(Math.round(value));
}
