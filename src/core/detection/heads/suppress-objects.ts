import { overlapOfSmaller } from "../../contours/overlap.ts";
import { intersectionOverUnion } from "../box.ts";
import { suppressOverlaps } from "../non-maximum-suppression.ts";
import type { SuppressionSettings } from "../non-maximum-suppression.ts";
import type { DecodedObject } from "./decoded-object.ts";
import { overlapOfObjects } from "./object-overlap.ts";

/**
 * Greedy non-maximum suppression that looks at contours where both objects have one (touching slanted cells share much
 * of their boxes), at boxes else. Best first; see suppressOverlaps.
 *
 * @param over what the shared area is divided by: the two objects' union, or the smaller of them (StarDist). Boxes are
 * always compared over their union.
 */
export function suppressObjects<T extends DecodedObject>(objects: readonly T[], settings: SuppressionSettings, over: "union" | "smaller" = "union"): T[] {
  return suppressOverlaps(objects, settings, over === "union" ? overlapOfObjects : overlapOverSmaller);
}

function overlapOverSmaller(a: DecodedObject, b: DecodedObject): number {
  const ofBoxes = intersectionOverUnion(a, b);
  return ofBoxes === 0 || a.contour === undefined || b.contour === undefined ? ofBoxes : overlapOfSmaller(a.contour, b.contour);
}
