import { areaOf, containsPoint } from "../../core/geometry/box.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { PointPx } from "./view-transform.ts";

/**
 * The object under `point`: among those whose box holds it the smallest (a platelet on a red cell can be reached);
 * otherwise the one whose box comes nearest within `reachPx`. Box, point and reach are in the same pixels.
 */
export function objectAt<T extends { readonly box: BoxPx }>(objects: readonly T[], point: PointPx, reachPx: number): T | undefined {
  let under: T | undefined;
  let near: T | undefined;
  let nearest = reachPx;
  for (const object of objects) {
    if (containsPoint(object.box, point)) {
      if (under === undefined || areaOf(object.box) < areaOf(under.box)) under = object;
    } else if (under === undefined) {
      const distance = distanceTo(object.box, point);
      if (distance <= nearest) {
        nearest = distance;
        near = object;
      }
    }
  }
  return under ?? near;
}

/** From a point outside to the nearest point of the box. */
function distanceTo(box: BoxPx, point: PointPx): number {
  const dx = Math.max(box.x - point.x, 0, point.x - (box.x + box.width));
  const dy = Math.max(box.y - point.y, 0, point.y - (box.y + box.height));
  return Math.hypot(dx, dy);
}
