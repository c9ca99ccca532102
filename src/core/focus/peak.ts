/** A focus score at a place of the focus drive. */
export interface FocusSample {
  readonly zUm: number;
  readonly score: number;
}

/**
 * Place of the maximum: vertex of the parabola through the best sample and its two neighbours (equal steps not needed).
 * @returns undefined when the best sample lies at an end: the peak is outside what was looked at.
 */
export function focusPeak(samples: readonly FocusSample[]): number | undefined {
  const sorted = [...samples].sort((a, b) => a.zUm - b.zUm);
  let best = 0;
  for (let i = 1; i < sorted.length; i++) if ((sorted[i]?.score ?? 0) > (sorted[best]?.score ?? 0)) best = i;
  const [left, middle, right] = [sorted[best - 1], sorted[best], sorted[best + 1]];
  if (left === undefined || middle === undefined || right === undefined) return undefined;
  const slopeLeft = (middle.score - left.score) / (middle.zUm - left.zUm);
  const slopeRight = (right.score - middle.score) / (right.zUm - middle.zUm);
  const curvature = slopeRight - slopeLeft;
  if (curvature >= 0) return middle.zUm;
  // Derivative of the parabola at the two midpoints is known; it is zero in between at the vertex.
  const midLeft = (left.zUm + middle.zUm) / 2;
  const midRight = (middle.zUm + right.zUm) / 2;
  const vertex = midLeft + ((0 - slopeLeft) * (midRight - midLeft)) / curvature;
  return Math.min(right.zUm, Math.max(left.zUm, vertex));
}
