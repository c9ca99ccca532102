import type { Contour } from "./polygon.ts";

/**
 * The outline of a labelled object through the middle of every pixel edge instead of along the corners: no staircase, and
 * the same pixels inside (a cut corner is 0.35 px from its pixel's centre). Slanted edges come out straight, so that
 * perimeters are not counted along steps; the area is that of the pixels less half a pixel for the whole object.
 *
 * @param corners an outline along pixel corners, whole coordinates, straight runs in one step or in several.
 */
export function midwayOutline(corners: Contour): number[] {
  const points: number[] = [];
  const last = corners.length - 2;
  for (let i = 0; i <= last; i += 2) {
    const ax = corners[i] ?? 0;
    const ay = corners[i + 1] ?? 0;
    const next = i === last ? 0 : i + 2;
    const dx = (corners[next] ?? 0) - ax;
    const dy = (corners[next + 1] ?? 0) - ay;
    const length = Math.max(Math.abs(dx), Math.abs(dy));
    for (let k = 0; k < length; k++) points.push(ax + (dx / length) * (k + 0.5), ay + (dy / length) * (k + 0.5));
  }
  return points;
}
