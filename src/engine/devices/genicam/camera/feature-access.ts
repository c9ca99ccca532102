import { isNodeSource, type NodeDescription } from "../description/node-description.ts";
import { featureLeaf } from "../features/feature-tree.ts";
import { writeFeature } from "../features/feature-value.ts";
import { toInteger } from "../formula/int64.ts";
import type { NodeLimits } from "../map/node-state.ts";
import type { NodeMap } from "../map/node-map.ts";
import type { PortOptions } from "../register-port.ts";
import { FEATURES, type FeatureRole } from "./feature-names.ts";

/** A number with its limits, as doubles. */
export interface NumericFeature {
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Step from `min`; absent where any value goes. */
  readonly inc?: number;
  /** As the camera's description has it; "" where it has none. */
  readonly unit: string;
}

/** A camera's features by what they are for, whatever the camera calls them. Absent ones read as undefined and are not written. */
export interface FeatureAccess {
  name(role: FeatureRole, options: PortOptions): Promise<string | undefined>;
  readNumber(role: FeatureRole, options: PortOptions): Promise<NumericFeature | undefined>;
  /** Brought onto the feature's steps. Returns false where there is nothing to write to. */
  writeNumber(role: FeatureRole, value: number, options: PortOptions): Promise<boolean>;
  /** Sets a switch to "off" or "on", where it can be set. */
  writeSwitch(role: FeatureRole, isOn: boolean, options: PortOptions): Promise<void>;
  /** What a switch or an automatic stands at, in the camera's own words; undefined where it has none. */
  readMode(role: FeatureRole, options: PortOptions): Promise<string | undefined>;
  /** Sets it so, where it can be set. */
  writeMode(role: FeatureRole, mode: string, options: PortOptions): Promise<void>;
  execute(role: FeatureRole, options: PortOptions): Promise<void>;
}

export function createFeatureAccess(map: NodeMap): FeatureAccess {
  const name = async (role: FeatureRole, options: PortOptions): Promise<string | undefined> => {
    for (const candidate of FEATURES[role]) {
      if (!map.has(candidate)) continue;
      const access = await map.access(candidate, options);
      if (access !== "NI" && access !== "NA") return candidate;
    }
    return undefined;
  };
  const isWritable = async (feature: string, options: PortOptions): Promise<boolean> => {
    const access = await map.access(feature, options);
    return access === "RW" || access === "WO";
  };

  return {
    name,
    async readNumber(role, options) {
      const feature = await name(role, options);
      if (feature === undefined) return undefined;
      const limits = await map.limits(feature, options);
      const { min, max, inc } = limits;
      const value = await map.readFloat(feature, options);
      return { name: feature, unit: unitOf(map, feature), value, min: Number(min), max: Number(max), ...(inc === undefined ? {} : { inc: Number(inc) }) };
    },
    async writeNumber(role, value, options) {
      const feature = await name(role, options);
      if (feature === undefined || !(await isWritable(feature, options))) return false;
      const limits = await map.limits(feature, options);
      if (typeof limits.min === "bigint") await map.writeInteger(feature, steppedInteger(value, limits), options);
      else await map.writeFloat(feature, Math.min(Number(limits.max), Math.max(Number(limits.min), value)), options);
      return true;
    },
    async writeSwitch(role, isOn, options) {
      const feature = await name(role, options);
      if (feature === undefined || !(await isWritable(feature, options))) return;
      if (map.node(feature).kind === "enumeration") await map.writeEnumeration(feature, isOn ? "On" : "Off", options);
      else await map.writeBoolean(feature, isOn, options);
    },
    async readMode(role, options) {
      const feature = await name(role, options);
      if (feature === undefined) return undefined;
      return map.node(feature).kind === "boolean" ? String(await map.readBoolean(feature, options)) : map.readText(feature, options);
    },
    async writeMode(role, mode, options) {
      const feature = await name(role, options);
      const leaf = feature === undefined ? undefined : featureLeaf(map, feature);
      if (leaf !== undefined && (await isWritable(leaf.name, options))) await writeFeature(map, leaf, mode, options);
    },
    async execute(role, options) {
      const feature = await name(role, options);
      if (feature !== undefined) await map.execute(feature, options);
    },
  };
}

/** Its own unit, or that of the number it stands for. */
function unitOf(map: NodeMap, name: string): string {
  const passed = new Set<string>();
  for (let next: string | undefined = name; next !== undefined && map.has(next) && !passed.has(next); ) {
    passed.add(next);
    const node: NodeDescription = map.node(next);
    if ("unit" in node && node.unit !== undefined && node.unit.trim() !== "") return node.unit;
    next = (node.kind === "integer" || node.kind === "float") && !("index" in node.value) && isNodeSource<bigint | number>(node.value) ? node.value.node : undefined;
  }
  return "";
}

/** The nearest step at or below the value, inside the limits. */
function steppedInteger(value: number, limits: NodeLimits): bigint {
  const min = toInteger(limits.min);
  const max = toInteger(limits.max);
  const inc = limits.inc === undefined ? 1n : toInteger(limits.inc);
  const wanted = BigInt(Math.round(value));
  const inside = wanted < min ? min : wanted > max ? max : wanted;
  return inc > 1n ? inside - ((inside - min) % inc) : inside;
}
