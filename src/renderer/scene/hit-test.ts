import { contourHolds, distanceToContour } from "../../core/contours/polygon.ts";
import { areaOf, containsPoint } from "../../core/geometry/box.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { PointPx } from "./view-transform.ts";

/** What of an object is needed to hit it. */
export interface Target {
  readonly box: BoxPx;
  /** Outline, x and y in turn, same pixels as the box. */
  readonly contour?: readonly number[] | undefined;
}

/**
 * The object under `point`: among those that hold it the smallest (a platelet on a red cell can be reached); otherwise the
 * one that comes nearest within `reachPx`. An object is what is seen of it: its contour where contours are shown and it
 * has one, else its box. Object, point and reach are in the same pixels.
 */
export function objectAt<T extends Target>(objects: readonly T[], point: PointPx, reachPx: number, shown: "boxes" | "contours"): T | undefined {
  let under: T | undefined;
  let near: T | undefined;
  let nearest = reachPx;
  for (const object of objects) {
    // Nothing of an object lies outside its box.
    const toBox = distanceTo(object.box, point);
    if (toBox > nearest) continue;
    const contour = shown === "contours" && (object.contour?.length ?? 0) >= 6 ? object.contour : undefined;
    if (contour === undefined ? containsPoint(object.box, point) : contourHolds(contour, point.x, point.y)) {
      if (under === undefined || areaOf(object.box) < areaOf(under.box)) under = object;
    } else if (under === undefined) {
      const distance = contour === undefined ? toBox : distanceToContour(contour, point.x, point.y);
      if (distance <= nearest) {
        nearest = distance;
        near = object;
      }
    }
  }
  return under ?? near;
}

/** To the nearest point of the box; 0 inside. */
function distanceTo(box: BoxPx, point: PointPx): number {
  const dx = Math.max(box.x - point.x, 0, point.x - (box.x + box.width));
  const dy = Math.max(box.y - point.y, 0, point.y - (box.y + box.height));
  return Math.hypot(dx, dy);
}
