/** A camera's features as people look through them: categories from the file's own root, searchable. */
import type { NodeDescription, Visibility } from "../description/node-description.ts";
import type { NodeMap } from "../map/node-map.ts";

/** What of a feature never changes. */
export interface FeatureLeaf {
  readonly kind: "integer" | "float" | "boolean" | "enumeration" | "command" | "string";
  readonly name: string;
  readonly displayName: string;
  readonly toolTip: string;
  readonly help: string;
  readonly unit: string;
  readonly visibility: Visibility;
  readonly isStreamable: boolean;
}

export interface FeatureCategory {
  readonly kind: "category";
  readonly name: string;
  readonly displayName: string;
  readonly members: readonly (FeatureCategory | FeatureLeaf)[];
}

const ROOT = "Root";
const RANK: Record<Visibility, number> = { Beginner: 0, Expert: 1, Guru: 2, Invisible: 3 };
/** Categories inside one another; cameras have two or three. */
const MOST_DEEP = 16;

/**
 * The tree under the file's `Root`, without features above that visibility and without empty categories. A category that
 * holds itself is shown once.
 */
export function featureTree(map: NodeMap, upTo: Visibility = "Guru"): FeatureCategory {
  const { nodes } = map.description;
  const category = (name: string, above: readonly string[]): FeatureCategory => {
    const node = nodes.get(name);
    const members: (FeatureCategory | FeatureLeaf)[] = [];
    for (const member of node?.kind === "category" ? node.features : []) {
      const found = nodes.get(member);
      if (found === undefined || RANK[found.visibility] > RANK[upTo] || above.includes(member)) continue;
      if (found.kind !== "category") members.push(...leafOf(found));
      else if (above.length < MOST_DEEP) members.push(category(member, [...above, member]));
    }
    return { kind: "category", name, displayName: spokenName(node, name), members: members.filter((each) => each.kind !== "category" || each.members.length > 0) };
  };
  return category(ROOT, [ROOT]);
}

/** Features whose name, display name or tool tip holds every word, in the order of the tree, each once. */
export function searchFeatures(tree: FeatureCategory, text: string): readonly FeatureLeaf[] {
  const words = text.toLowerCase().split(/\s+/u).filter((word) => word !== "");
  const found = new Map<string, FeatureLeaf>();
  const walk = (each: FeatureCategory | FeatureLeaf): void => {
    if (each.kind === "category") return each.members.forEach(walk);
    const told = `${each.name} ${each.displayName} ${each.toolTip}`.toLowerCase();
    if (words.every((word) => told.includes(word))) found.set(each.name, each);
  };
  walk(tree);
  return [...found.values()];
}

/** The feature of that name, wherever it stands in the tree; undefined for what is none. */
export function featureLeaf(map: NodeMap, name: string): FeatureLeaf | undefined {
  const node = map.description.nodes.get(name);
  return node === undefined ? undefined : leafOf(node)[0];
}

function leafOf(node: NodeDescription): readonly FeatureLeaf[] {
  const kind = leafKind(node);
  if (kind === undefined) return [];
  const { name, visibility, isStreamable, toolTip = "", help = "" } = node;
  return [{ kind, name, displayName: spokenName(node, name), toolTip, help, unit: "unit" in node ? (node.unit ?? "") : "", visibility, isStreamable }];
}

function leafKind(node: NodeDescription): FeatureLeaf["kind"] | undefined {
  switch (node.kind) {
    case "integer": case "float": case "boolean": case "enumeration": case "command": case "string": return node.kind;
    case "intReg": return "integer";
    case "floatReg": return "float";
    case "stringReg": return "string";
    case "swissKnife": case "converter": return node.isInteger ? "integer" : "float";
    case "category": case "port": case "register": return undefined;
  }
}

/** "AcquisitionFrameRate" as "Acquisition frame rate", where the file gives no name for people. */
function spokenName(node: NodeDescription | undefined, name: string): string {
  if (node?.displayName !== undefined) return node.displayName;
  const words = name.replaceAll(/([a-z\d])([A-Z])/gu, "$1 $2").replaceAll(/([A-Z]+)([A-Z][a-z])/gu, "$1 $2").split(" ");
  return words.map((word, index) => (index === 0 || /^[A-Z]{2,}/u.test(word) ? word : word.toLowerCase())).join(" ");
}
