import { areaOf, intersectionOverUnion } from "./box.ts";
import { byRank } from "./candidate.ts";
import type { Candidate } from "./candidate.ts";

/** How much two objects cover each other, 0 to 1; 0 where their boxes are apart. */
export type Overlap<T extends Candidate> = (a: T, b: T) => number;

export interface SuppressionSettings {
  /** Two objects of one class that overlap by more than this are one. */
  readonly iou: number;
  /** The same for objects of two classes; undefined lets classes overlap as they like. */
  readonly crossClassIou?: number | undefined;
}

/**
 * Greedy non-maximum suppression: best first, an object is kept unless a kept one overlaps it by more than the limit.
 * Same result as the O(n^2) textbook loop; a grid of cells as large as the largest box finds the neighbours, so that
 * a slide with 100,000 objects stays linear.
 *
 * @param overlap of two objects; of their boxes, intersection over union, unless given.
 * @returns the kept ones, best first (see {@link byRank}).
 */
export function suppressOverlaps<T extends Candidate>(candidates: readonly T[], settings: SuppressionSettings, overlap: Overlap<T> = intersectionOverUnion): T[] {
  const ranked = [...candidates].sort(byRank);
  const grid = new NeighbourGrid<T>(ranked);
  const kept: T[] = [];
  for (const candidate of ranked) {
    if (areaOf(candidate) <= 0) continue;
    if (grid.some(candidate, (other) => isSameObject(candidate, other, settings, overlap))) continue;
    grid.add(candidate);
    kept.push(candidate);
  }
  return kept;
}

function isSameObject<T extends Candidate>(a: T, b: T, { iou, crossClassIou }: SuppressionSettings, overlap: Overlap<T>): boolean {
  const limit = a.label === b.label ? iou : crossClassIou;
  return limit !== undefined && overlap(a, b) > limit;
}

/** Kept boxes by the grid cell of their top left corner. */
class NeighbourGrid<T extends Candidate> {
  readonly #cellSize: number;
  readonly #cells = new Map<string, T[]>();

  constructor(boxes: readonly Candidate[]) {
    let largest = 1;
    for (const box of boxes) largest = Math.max(largest, box.x1 - box.x0, box.y1 - box.y0);
    this.#cellSize = largest;
  }

  add(box: T): void {
    const key = keyOf(this.#cellOf(box.x0), this.#cellOf(box.y0));
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [box]);
    else cell.push(box);
  }

  /** Whether any kept box that may touch `box` passes the test. */
  some(box: Candidate, test: (other: T) => boolean): boolean {
    // No box is larger than a cell: one that touches starts at most one cell before.
    for (let row = this.#cellOf(box.y0) - 1; row <= this.#cellOf(box.y1); row++) {
      for (let column = this.#cellOf(box.x0) - 1; column <= this.#cellOf(box.x1); column++) {
        if (this.#cells.get(keyOf(column, row))?.some(test) === true) return true;
      }
    }
    return false;
  }

  #cellOf(coordinate: number): number {
    return Math.floor(coordinate / this.#cellSize);
  }
}

function keyOf(column: number, row: number): string {
  return `${column},${row}`;
}
