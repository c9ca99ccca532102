/** Vectors of the same length, one after the other: row i is `values[i * dimensions]` on. */
export interface VectorTable {
  readonly dimensions: number;
  readonly values: Float32Array | Float64Array;
}

export function rowsOf({ dimensions, values }: VectorTable): number {
  return dimensions === 0 ? 0 : values.length / dimensions;
}

/** A row that holds nothing (an object without an embedding): its first value is not a number. */
export function isEmptyRow({ dimensions, values }: VectorTable, row: number): boolean {
  return Number.isNaN(values[row * dimensions]);
}

/** Chosen rows, in the given order. */
export function takeRows({ dimensions, values }: VectorTable, rows: readonly number[]): VectorTable {
  const taken = new Float64Array(rows.length * dimensions);
  for (const [at, row] of rows.entries()) taken.set(values.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
  return { dimensions, values: taken };
}

/**
 * Columns on one scale: less their mean, divided by their standard deviation. A value that is missing (NaN) becomes the mean,
 * and columns that say nothing (all missing, or all alike) are left out. `columns` names those that stay.
 */
export function standardise({ dimensions, values }: VectorTable): VectorTable & { readonly columns: readonly number[] } {
  const rows = dimensions === 0 ? 0 : values.length / dimensions;
  const scaled = Array.from({ length: dimensions }, (_, column) => scaledColumn(values, dimensions, rows, column));
  const columns = scaled.flatMap((column, index) => (column === undefined ? [] : [index]));
  const out = new Float64Array(rows * columns.length);
  for (const [at, column] of columns.entries()) {
    for (let row = 0; row < rows; row++) out[row * columns.length + at] = scaled[column]?.[row] ?? 0;
  }
  return { dimensions: columns.length, values: out, columns };
}

/** Smallest spread, as a share of the mean's size, that is more than rounding. */
const LEAST_SPREAD = 1e-9;

function scaledColumn(values: Float32Array | Float64Array, dimensions: number, rows: number, column: number): Float64Array | undefined {
  const at = (row: number): number => values[row * dimensions + column] as number;
  let [sum, n] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (!Number.isFinite(at(row))) continue;
    sum += at(row);
    n++;
  }
  if (n < 2) return undefined;
  const mean = sum / n;
  let squares = 0;
  for (let row = 0; row < rows; row++) if (Number.isFinite(at(row))) squares += (at(row) - mean) ** 2;
  const sd = Math.sqrt(squares / n);
  if (!(sd > LEAST_SPREAD * Math.max(Math.abs(mean), LEAST_SPREAD))) return undefined;
  return Float64Array.from({ length: rows }, (_, row) => (Number.isFinite(at(row)) ? (at(row) - mean) / sd : 0));
}
