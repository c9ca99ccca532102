import type { CameraFeature, CameraFeatureCategory } from "../../../../shared/domain/device-setup.ts";

/** How much a person wants to see: each level has those below it. Features marked Invisible are never shown. */
export const FEATURE_LEVELS = ["Beginner", "Expert", "Guru"] as const;
export type FeatureLevel = (typeof FEATURE_LEVELS)[number];

/** One line of the tree. */
export type FeatureRow =
  | { readonly kind: "category"; readonly key: string; readonly depth: number; readonly name: string; readonly label: string; readonly isOpen: boolean; readonly count: number }
  | { readonly kind: "feature"; readonly key: string; readonly depth: number; readonly feature: CameraFeature };

/** What is looked for in the tree. */
export interface FeatureSearch {
  readonly text: string;
  readonly level: FeatureLevel;
  /** Names of folded categories. A search opens all of them. */
  readonly folded: ReadonlySet<string>;
}

/** The lines that are to be seen, and how many more fit the words but lie above the level. */
export function featureRows(root: CameraFeatureCategory, { text, level, folded }: FeatureSearch): { readonly rows: readonly FeatureRow[]; readonly hidden: number } {
  const words = text.trim().toLowerCase().split(/\s+/u).filter((word) => word !== "");
  const searches = words.length > 0;
  let hidden = 0;
  const fits = (feature: CameraFeature): boolean => {
    if (!words.every((word) => textOf(feature).includes(word))) return false;
    if (isAtLevel(feature, level)) return true;
    if (feature.visibility !== "Invisible") hidden += 1;
    return false;
  };
  const walk = (category: CameraFeatureCategory, depth: number, path: string): readonly FeatureRow[] => category.members.flatMap((member): readonly FeatureRow[] => {
    const key = `${path}/${member.name}`;
    if (member.kind !== "category") return fits(member) ? [{ kind: "feature", key, depth, feature: member }] : [];
    const inside = walk(member, depth + 1, key);
    if (inside.length === 0) return [];
    const isOpen = searches || !folded.has(member.name);
    const count = inside.filter((row) => row.kind === "feature").length;
    return [{ kind: "category", key, depth, name: member.name, label: member.displayName, isOpen, count }, ...(isOpen ? inside : [])];
  });
  return { rows: walk(root, 0, ""), hidden: searches ? hidden : 0 };
}

function isAtLevel({ visibility }: CameraFeature, level: FeatureLevel): boolean {
  return visibility !== "Invisible" && FEATURE_LEVELS.indexOf(visibility) <= FEATURE_LEVELS.indexOf(level);
}

/** Names are also found by their parts: "exposure time" finds ExposureTime. */
function textOf({ name, displayName, toolTip, help }: CameraFeature): string {
  return `${name} ${displayName} ${toolTip} ${help}`.toLowerCase();
}

/** Every feature once, in the tree's order: some cameras hang one into several categories. */
export function allFeatures(root: CameraFeatureCategory): ReadonlyMap<string, CameraFeature> {
  const found = new Map<string, CameraFeature>();
  const walk = (category: CameraFeatureCategory): void => {
    for (const member of category.members) {
      if (member.kind === "category") walk(member);
      else if (!found.has(member.name)) found.set(member.name, member);
    }
  };
  walk(root);
  return found;
}

/** Names of all categories, for folding them at once. */
export function categoryNames(root: CameraFeatureCategory): readonly string[] {
  return root.members.flatMap((member) => (member.kind === "category" ? [member.name, ...categoryNames(member)] : []));
}

/** The few that everyone needs, by the names of the Standard Feature Naming Convention 2.7 and those older cameras use; the first that is there. */
const ESSENTIALS: readonly (readonly string[])[] = [
  ["ExposureTime", "ExposureTimeAbs"], ["ExposureAuto"], ["Gain", "GainRaw"], ["GainAuto"], ["BlackLevel", "BlackLevelRaw"],
  ["AcquisitionFrameRateEnable"], ["AcquisitionFrameRate", "AcquisitionFrameRateAbs"], ["PixelFormat"], ["BinningHorizontal"], ["BinningVertical"],
  ["Width"], ["Height"], ["OffsetX"], ["OffsetY"], ["TriggerMode"], ["TriggerSource"], ["TriggerSoftware"], ["BalanceWhiteAuto"],
];

export function essentialFeatures(features: ReadonlyMap<string, CameraFeature>): readonly CameraFeature[] {
  return ESSENTIALS.flatMap((names) => {
    const name = names.find((each) => features.has(each));
    const feature = name === undefined ? undefined : features.get(name);
    return feature === undefined ? [] : [feature];
  });
}
