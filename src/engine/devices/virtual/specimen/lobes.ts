/** Distance to the edge of a nucleus made of lobes. */
import type { Lobe } from "./body.ts";

/** Positive inside the union of the lobes (um from its edge), negative outside. */
export function depthInLobes(lobes: readonly Lobe[], x: number, y: number): number {
  let best = -Infinity;
  for (const lobe of lobes) {
    const ax = lobe.x2 - lobe.x1;
    const ay = lobe.y2 - lobe.y1;
    const length2 = ax * ax + ay * ay;
    const along = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((x - lobe.x1) * ax + (y - lobe.y1) * ay) / length2));
    const ex = x - lobe.x1 - along * ax;
    const ey = y - lobe.y1 - along * ay;
    const depth = lobe.r - Math.sqrt(ex * ex + ey * ey);
    if (depth > best) best = depth;
  }
  return best;
}
