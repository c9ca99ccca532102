import type { BoxPx } from "../../shared/domain/detection.ts";

/** A place in the picture, px; origin at the top left corner of the top left pixel, so pixel centres lie at .5. */
export interface PointPx {
  readonly x: number;
  readonly y: number;
}

export function centreOf(box: BoxPx): PointPx {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export function areaOf(box: BoxPx): number {
  return box.width * box.height;
}

/** True for points inside; left and top edge belong to the box, right and bottom edge to its neighbour. */
export function containsPoint(box: BoxPx, point: PointPx): boolean {
  return point.x >= box.x && point.x < box.x + box.width && point.y >= box.y && point.y < box.y + box.height;
}

/** What two boxes have in common; undefined when they share no area. */
export function intersectionOf(a: BoxPx, b: BoxPx): BoxPx | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Intersection over union, 0 to 1; 0 for boxes without area. */
export function iou(a: BoxPx, b: BoxPx): number {
  const common = intersectionOf(a, b);
  if (common === undefined) return 0;
  const shared = areaOf(common);
  return Math.min(1, shared / (areaOf(a) + areaOf(b) - shared));
}

/** The smallest box around points; undefined for none. */
export function boxAround(points: readonly PointPx[]): BoxPx | undefined {
  if (points.length === 0) return undefined;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
