import { overlapOfContours } from "../../contours/overlap.ts";
import { intersectionOverUnion } from "../box.ts";
import type { Corners } from "../box.ts";

/** A box, and an outline where there is one. */
export interface Outlined extends Corners {
  readonly contour?: readonly number[];
}

/** Intersection over union of two objects: of their contours where both have one, of their boxes else. */
export function overlapOfObjects(a: Outlined, b: Outlined): number {
  const ofBoxes = intersectionOverUnion(a, b);
  return ofBoxes === 0 || a.contour === undefined || b.contour === undefined ? ofBoxes : overlapOfContours(a.contour, b.contour);
}
