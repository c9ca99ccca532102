import { isEmptyRow, rowsOf } from "./matrix.ts";
import type { VectorTable } from "./matrix.ts";

/** An object and how alike it is: cosine of the angle between the vectors, -1 to 1. */
export interface Alike {
  readonly row: number;
  readonly similarity: number;
}

/**
 * Rows from the most to the least alike one of them, the one itself left out. Empty rows and rows of length nought are like
 * nothing and are left out. Of equal ones the earlier row comes first, so that the same question has the same answer.
 */
export function mostAlike(table: VectorTable, row: number, most = Infinity): Alike[] {
  const { dimensions, values } = table;
  const lengthOf = (at: number): number => Math.hypot(...values.subarray(at * dimensions, (at + 1) * dimensions));
  const own = lengthOf(row);
  if (!(own > 0)) return [];
  const found: Alike[] = [];
  for (let other = 0; other < rowsOf(table); other++) {
    if (other === row || isEmptyRow(table, other)) continue;
    const length = lengthOf(other);
    if (!(length > 0)) continue;
    let product = 0;
    for (let i = 0; i < dimensions; i++) product += (values[row * dimensions + i] as number) * (values[other * dimensions + i] as number);
    found.push({ row: other, similarity: Math.min(Math.max(product / (own * length), -1), 1) });
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, most);
}

/** Every row brought to length 1: straight distances then order as cosines do. Rows of length nought stay as they are. */
export function toUnitLength({ dimensions, values }: VectorTable): VectorTable {
  const out = Float64Array.from(values);
  for (let start = 0; start < out.length; start += dimensions) {
    const row = out.subarray(start, start + dimensions);
    const length = Math.hypot(...row);
    if (length > 0) for (let i = 0; i < dimensions; i++) row[i] = (row[i] as number) / length;
  }
  return { dimensions, values: out };
}
