/** Who depends on whom among the nodes, for forgetting values that a write made old. */
import { type AddressTerm, isNodeSource, type NodeDescription, type Source, type ValueSource } from "../description/node-description.ts";

export interface NodeGraph {
  /** Every node whose value, limits or access may differ after these were written, themselves included. */
  affectedBy(written: Iterable<string>): ReadonlySet<string>;
  /** The node and all that a write of it writes, down to the registers. */
  writtenBy(name: string): ReadonlySet<string>;
  /** These nodes and all that their values are made of, down to the registers. */
  behind(names: Iterable<string>): ReadonlySet<string>;
}

export function createNodeGraph(nodes: ReadonlyMap<string, NodeDescription>): NodeGraph {
  const dependents = new Map<string, string[]>();
  const invalidated = new Map<string, string[]>();
  const remember = (map: Map<string, string[]>, key: string, name: string): void => {
    const names = map.get(key);
    if (names === undefined) map.set(key, [name]);
    else names.push(name);
  };
  for (const node of nodes.values()) {
    for (const name of [...valueReferences(node), ...stateReferences(node)]) remember(dependents, name, node.name);
    for (const name of node.invalidators) remember(invalidated, name, node.name);
  }

  /** These nodes and all that lies below them, one step of the way told by `below`; what is in `into` already was walked. */
  const reach = (names: Iterable<string>, below: (node: NodeDescription) => readonly string[], into: Set<string>): Set<string> => {
    const queue = [...names];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (into.has(next)) continue;
      into.add(next);
      const node = nodes.get(next);
      if (node !== undefined) queue.push(...below(node));
    }
    return into;
  };

  return {
    writtenBy: (name) => reach([name], targets, new Set()),
    behind: (names) => reach(names, valueReferences, new Set()),
    affectedBy(written) {
      const affected = new Set<string>();
      const below = new Set<string>();
      const queue = [...written];
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (affected.has(next)) continue;
        affected.add(next);
        const old = [...(invalidated.get(next) ?? []), ...(nodes.get(next)?.selected ?? [])];
        // A feature that is told to be old: its own registers have to be read again.
        reach(old, valueReferences, below);
        queue.push(...old, ...(dependents.get(next) ?? []));
      }
      for (const name of below) affected.add(name);
      return affected;
    },
  };
}

/** Nodes that this one's value is made of. */
function valueReferences(node: NodeDescription): readonly string[] {
  switch (node.kind) {
    case "category": case "port": return [];
    case "integer": case "float": return [...valueSourceNames<bigint | number>(node.value), ...node.copies];
    case "boolean": case "enumeration": return valueSourceNames(node.value);
    case "command": return [...valueSourceNames(node.value), ...sourceNames(node.commandValue)];
    case "string": return sourceNames(node.value);
    case "swissKnife": return [...node.parts.variables.values()];
    case "converter": return [node.value, ...node.parts.variables.values()];
    case "intReg": case "floatReg": case "stringReg": case "register":
      return [...node.place.address.flatMap(addressNames), ...sourceNames(node.place.length)];
  }
}

/** Nodes to which this one's value is written. */
function targets(node: NodeDescription): readonly string[] {
  switch (node.kind) {
    case "integer": case "float": return [...targetNames<bigint | number>(node.value), ...node.copies];
    case "boolean": case "enumeration": case "command": return targetNames(node.value);
    case "string": return sourceNames(node.value);
    case "converter": return [node.value];
    case "category": case "port": case "swissKnife": case "intReg": case "floatReg": case "stringReg": case "register": return [];
  }
}

/** Which of an indexed value's nodes is written the index decides: any of them may be. */
function targetNames<T>(source: ValueSource<T>): readonly string[] {
  return "index" in source ? [...source.choices.values(), source.otherwise].flatMap(sourceNames) : sourceNames(source);
}

/** Nodes that decide on this one's limits and access. */
function stateReferences(node: NodeDescription): readonly string[] {
  const names = [node.isImplemented, node.isAvailable, node.isLocked].filter((name) => name !== undefined);
  if (node.kind === "integer" || node.kind === "float") names.push(...sourceNames<bigint | number>(node.min), ...sourceNames<bigint | number>(node.max), ...sourceNames<bigint | number>(node.inc));
  if (node.kind === "enumeration") {
    for (const entry of node.entries) names.push(...[entry.isImplemented, entry.isAvailable].filter((name) => name !== undefined));
  }
  return names;
}

function valueSourceNames<T>(source: ValueSource<T>): readonly string[] {
  if (!("index" in source)) return sourceNames(source);
  return [source.index, ...[...source.choices.values()].flatMap(sourceNames), ...sourceNames(source.otherwise)];
}

function addressNames(term: AddressTerm): readonly string[] {
  return "index" in term ? [term.index, ...sourceNames(term.offset)] : sourceNames(term);
}

function sourceNames<T>(source: Source<T> | undefined): readonly string[] {
  return source !== undefined && isNodeSource(source) ? [source.node] : [];
}
