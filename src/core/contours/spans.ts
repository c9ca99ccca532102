import type { Contour } from "./polygon.ts";

/**
 * Where a level line runs inside a contour: start and end in turn, from left to right (even-odd rule). An edge counts
 * from its upper end on and not to its lower one, so that a line through a corner meets it once.
 */
export function spansAt(contour: Contour, y: number): number[] {
  const crossings: number[] = [];
  const last = contour.length - 2;
  for (let i = 0, j = last; i <= last; j = i, i += 2) {
    const ay = contour[j + 1] ?? 0;
    const by = contour[i + 1] ?? 0;
    if (ay <= y === by <= y) continue;
    const ax = contour[j] ?? 0;
    crossings.push(ax + ((y - ay) / (by - ay)) * ((contour[i] ?? 0) - ax));
  }
  return crossings.sort((a, b) => a - b);
}

/** Summed length of spans. */
export function lengthOfSpans(spans: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < spans.length; i += 2) sum += (spans[i + 1] ?? 0) - (spans[i] ?? 0);
  return sum;
}

/** Length that two lists of spans have in common. */
export function commonLength(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0, j = 0; i + 1 < a.length && j + 1 < b.length; ) {
    const endA = a[i + 1] ?? 0;
    const endB = b[j + 1] ?? 0;
    sum += Math.max(Math.min(endA, endB) - Math.max(a[i] ?? 0, b[j] ?? 0), 0);
    if (endA <= endB) i += 2;
    else j += 2;
  }
  return sum;
}
