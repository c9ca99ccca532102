import { GenicamError } from "../genicam-error.ts";
import type { Access } from "../map/node-state.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";
import type { FeatureLeaf } from "./feature-tree.ts";

/** A feature as it stands now. Numbers as text, for 64 bits do not fit a double. */
export interface FeatureValue {
  readonly name: string;
  readonly access: Access;
  /** Absent where it cannot be read. */
  readonly value?: string;
  readonly min?: string;
  readonly max?: string;
  readonly inc?: string;
  /** Entries of an enumeration that can be chosen now. */
  readonly choices?: readonly { readonly name: string; readonly displayName: string; readonly toolTip: string }[];
  /** Why there is no value though there should be one. */
  readonly problem?: string;
}

/** Reads one feature. What of it fails is left out and said in `problem`; only the transport's own errors reject. */
export async function readFeature(map: NodeMap, leaf: FeatureLeaf, options: PortOptions = {}): Promise<FeatureValue> {
  const { name, kind } = leaf;
  let problem: string | undefined;
  /** The rest of a feature is worth showing: a value that is none of its entries can be mended by choosing one. */
  const unlessBroken = async <T>(part: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await part();
    } catch (error) {
      if (!(error instanceof GenicamError) || error.problem === "transport") throw error;
      problem ??= error.message;
      return undefined;
    }
  };
  const access = (await unlessBroken(() => map.access(name, options))) ?? "NA";
  const isThere = access !== "NI" && access !== "NA" && kind !== "command";
  const limits = isThere && (kind === "integer" || kind === "float") ? await unlessBroken(() => map.limits(name, options)) : undefined;
  const entries = isThere && kind === "enumeration" ? await unlessBroken(() => map.entries(name, options)) : undefined;
  const readValue = async (): Promise<string> => (kind === "boolean" ? String(await map.readBoolean(name, options)) : map.readText(name, options));
  const value = isThere && access !== "WO" ? await unlessBroken(readValue) : undefined;
  return {
    name, access,
    ...(value === undefined ? {} : { value }),
    ...(limits === undefined ? {} : { min: String(limits.min), max: String(limits.max) }),
    ...(limits?.inc === undefined ? {} : { inc: String(limits.inc) }),
    ...(entries === undefined ? {} : { choices: entries.map((entry) => ({ name: entry.name, displayName: entry.displayName ?? entry.name, toolTip: entry.toolTip ?? "" })) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/**
 * Sets a feature from what a person typed or chose; commands are given whatever the text says.
 * @throws GenicamError `range` for text that is no value, and what the map throws
 */
export async function writeFeature(map: NodeMap, leaf: FeatureLeaf, text: string, options: PortOptions = {}): Promise<void> {
  const { name, kind } = leaf;
  switch (kind) {
    case "command": return map.execute(name, options);
    case "string": return map.writeText(name, text, options);
    case "enumeration": return map.writeEnumeration(name, text, options);
    case "boolean":
      if (text !== "true" && text !== "false") throw new GenicamError("range", name, `"${text}" is neither true nor false`);
      return map.writeBoolean(name, text === "true", options);
    case "float": {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) throw new GenicamError("range", name, `"${text}" is no number`);
      return map.writeFloat(name, value, options);
    }
    case "integer": {
      if (!/^\s*-?(\d+|0[xX][\da-fA-F]+)\s*$/u.test(text)) throw new GenicamError("range", name, `"${text}" is no whole number`);
      const isNegative = text.trim().startsWith("-");
      const size = BigInt(text.trim().replace("-", ""));
      return map.writeInteger(name, isNegative ? -size : size, options);
    }
  }
}
