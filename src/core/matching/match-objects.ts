import { overlapOfObjects } from "../detection/heads/object-overlap.ts";
import type { Outlined } from "../detection/heads/object-overlap.ts";
import { cornersOf } from "../detection/box.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";

/** What of an object matters for matching. Detections and annotated objects are such. */
export interface Matchable {
  readonly box: BoxPx;
  /** x and y in turn, same pixels as the box. */
  readonly contour?: readonly number[] | undefined;
}

/** One object that both sets hold: places in the two lists, and their overlap. */
export interface MatchedPair {
  readonly a: number;
  readonly b: number;
  /** Intersection over union, 0 to 1. */
  readonly iou: number;
}

/** Two sets of objects side by side; every object is in one pair or in one of the `only` lists. */
export interface Matching {
  /** In the order of `a`. */
  readonly pairs: readonly MatchedPair[];
  /** Places in the first list, rising. */
  readonly onlyA: readonly number[];
  /** Places in the second list, rising. */
  readonly onlyB: readonly number[];
}

/**
 * Pairs up two sets of objects one to one, the pair that overlaps most first (greedy; of equal overlaps the lowest `a`,
 * then the lowest `b`). Overlap is intersection over union: of contours where both objects have one, else of boxes.
 *
 * Classes play no part: whether the two sets agree on them is asked afterwards (see class-agreement.ts). At 0.5 and above,
 * with objects that do not overlap within a set, no other pairing is possible; below, greedy may leave a pair
 * fewer than an optimal assignment, and never depends on anything but the overlaps.
 *
 * @param leastIou above 0: pairs overlap by at least this.
 */
export function matchObjects(a: readonly Matchable[], b: readonly Matchable[], leastIou: number): Matching {
  const pairs = candidatePairs(a.map(outlined), b.map(outlined), leastIou);
  pairs.sort((one, other) => other.iou - one.iou || one.a - other.a || one.b - other.b);
  const takenA = new Uint8Array(a.length);
  const takenB = new Uint8Array(b.length);
  const kept: MatchedPair[] = [];
  for (const pair of pairs) {
    if (takenA[pair.a] === 1 || takenB[pair.b] === 1) continue;
    takenA[pair.a] = 1;
    takenB[pair.b] = 1;
    kept.push(pair);
  }
  kept.sort((one, other) => one.a - other.a);
  return { pairs: kept, onlyA: placesOf(takenA), onlyB: placesOf(takenB) };
}

/** Every pair that overlaps enough. Objects of `b` are looked at from left to right, so that far ones cost nothing. */
function candidatePairs(a: readonly Outlined[], b: readonly Outlined[], leastIou: number): MatchedPair[] {
  const byLeft = b.map((object, index) => ({ object, index })).sort((one, other) => one.object.x0 - other.object.x0 || one.index - other.index);
  let widest = 0;
  for (const { x0, x1 } of b) widest = Math.max(widest, x1 - x0);
  const pairs: MatchedPair[] = [];
  for (const [index, object] of a.entries()) {
    for (let k = firstFrom(byLeft, object.x0 - widest); k < byLeft.length; k++) {
      const other = byLeft[k];
      if (other === undefined || other.object.x0 >= object.x1) break;
      const iou = overlapOfObjects(object, other.object);
      if (iou > 0 && iou >= leastIou) pairs.push({ a: index, b: other.index, iou });
    }
  }
  return pairs;
}

/** First place whose object starts at `x` or right of it. */
function firstFrom(byLeft: ReadonlyArray<{ readonly object: Outlined }>, x: number): number {
  let low = 0;
  let high = byLeft.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byLeft[middle]?.object.x0 ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function outlined({ box, contour }: Matchable): Outlined {
  return { ...cornersOf(box), ...(contour === undefined || contour.length < 6 ? {} : { contour }) };
}

function placesOf(taken: Uint8Array): number[] {
  const places: number[] = [];
  for (const [place, isTaken] of taken.entries()) {
    if (isTaken === 0) places.push(place);
  }
  return places;
}
