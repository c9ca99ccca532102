import { rowsOf } from "./matrix.ts";
import type { VectorTable } from "./matrix.ts";
import { eigenvectorsOf } from "./symmetric-eigen.ts";

export interface PrincipalComponents {
  /** Each row's place along the components, in turn; variance along the first is the largest there is. */
  readonly scores: VectorTable;
  /** Share of the whole variance that each component has, 0 to 1. */
  readonly shares: readonly number[];
}

/**
 * The directions in which the rows differ most (Pearson 1901, Hotelling 1933): eigenvectors of the covariance matrix. A
 * component's sign is free; here its entry of the largest size is positive. There are never more than dimensions.
 */
export function principalComponents(table: VectorTable, components: number): PrincipalComponents {
  const { dimensions } = table;
  const rows = rowsOf(table);
  const kept = Math.min(components, dimensions);
  const centred = centre(table);
  const covariance = new Float64Array(dimensions * dimensions);
  for (let row = 0; row < rows; row++) {
    const values = centred.subarray(row * dimensions, (row + 1) * dimensions);
    for (let i = 0; i < dimensions; i++) {
      const value = values[i] as number;
      for (let j = i; j < dimensions; j++) covariance[i * dimensions + j] = (covariance[i * dimensions + j] as number) + (value * (values[j] as number)) / rows;
    }
  }
  for (let i = 0; i < dimensions; i++) for (let j = 0; j < i; j++) covariance[i * dimensions + j] = covariance[j * dimensions + i] as number;
  const pairs = eigenvectorsOf(covariance, dimensions);
  const total = pairs.reduce((sum, { value }) => sum + Math.max(value, 0), 0);
  const scores = new Float64Array(rows * kept);
  for (const [component, { vector }] of pairs.slice(0, kept).entries()) {
    const sign = signOf(vector);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = 0; i < dimensions; i++) sum += (centred[row * dimensions + i] as number) * (vector[i] as number);
      scores[row * kept + component] = sign * sum;
    }
  }
  return { scores: { dimensions: kept, values: scores }, shares: pairs.slice(0, kept).map(({ value }) => (total > 0 ? Math.max(value, 0) / total : 0)) };
}

function centre({ dimensions, values }: VectorTable): Float64Array {
  const out = Float64Array.from(values);
  const rows = dimensions === 0 ? 0 : out.length / dimensions;
  for (let column = 0; column < dimensions; column++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += out[row * dimensions + column] as number;
    for (let row = 0; row < rows; row++) out[row * dimensions + column] = (out[row * dimensions + column] as number) - sum / rows;
  }
  return out;
}

function signOf(vector: Float64Array): 1 | -1 {
  let largest = 0;
  for (const entry of vector) if (Math.abs(entry) > Math.abs(largest) + 1e-12) largest = entry;
  return largest < 0 ? -1 : 1;
}
