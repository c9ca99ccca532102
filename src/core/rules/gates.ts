import type { FeatureTable } from "../features/feature-table.ts";
import { isFeatureName } from "../features/feature-set.ts";
import type { Gate, Recipe } from "../../shared/domain/recipe.ts";

/** Value of a gate's feature for one object. @throws RangeError for an unknown feature: recipes are checked before. */
function valueOf(table: FeatureTable, { feature }: Gate, index: number): number {
  if (!isFeatureName(feature)) throw new RangeError(`there is no feature "${feature}"`);
  return table.column(feature)[index] ?? NaN;
}

/**
 * How far inside its gate a value lies: 0 on the edge, 1 in the middle of a gate of two ends; towards an open end
 * |value - end| / (|value| + |end|), which nears 1 far away. Undefined when it does not pass.
 */
function marginInside(value: number, { min, max }: Pick<Gate, "min" | "max">): number | undefined {
  if (!((min === undefined || value >= min) && (max === undefined || value <= max))) return undefined;
  if (min !== undefined && max !== undefined) return max === min ? 1 : Math.min(value - min, max - value) / ((max - min) / 2);
  const end = min ?? max ?? value;
  const scale = Math.abs(value) + Math.abs(end);
  return scale === 0 ? 0 : Math.abs(value - end) / scale;
}

/** The smallest margin over all gates, 1 where there is none; undefined when a gate is not passed. */
export function marginOf(table: FeatureTable, gates: readonly Gate[], index: number): number | undefined {
  let smallest = 1;
  for (const gate of gates) {
    const margin = marginInside(valueOf(table, gate, index), gate);
    if (margin === undefined) return undefined;
    smallest = Math.min(smallest, margin);
  }
  return smallest;
}

/** The class of an object: the first whose gates it passes, else what the recipe says of the others. */
export function classify(table: FeatureTable, recipe: Pick<Recipe, "classes" | "otherwise">, index: number): { classId: string; margin: number } | undefined {
  for (const { id, gates } of recipe.classes) {
    const margin = marginOf(table, gates, index);
    if (margin !== undefined) return { classId: id, margin };
  }
  // It passed no gate of that class: nothing speaks for it.
  return recipe.otherwise === "drop" ? undefined : { classId: recipe.otherwise, margin: 0 };
}
