import type { Mask } from "../image/plane.ts";

/** Intersection over union of two masks of one size: 0 apart (or both empty), 1 the same. */
export function overlapOfMasks(a: Mask, b: Mask): number {
  if (a.width !== b.width || a.height !== b.height) throw new RangeError(`masks of ${a.width} x ${a.height} and ${b.width} x ${b.height} cannot be compared`);
  let shared = 0;
  let union = 0;
  for (let i = 0; i < a.data.length; i++) {
    const inA = a.data[i] ?? 0;
    const inB = b.data[i] ?? 0;
    shared += inA & inB;
    union += inA | inB;
  }
  return union === 0 ? 0 : shared / union;
}
