export interface EigenPair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

/** Sweeps over all pairs; a matrix of a few hundred rows needs about ten. */
const MOST_SWEEPS = 60;

/**
 * Eigenvalues, largest first, and eigenvectors of a symmetric matrix, row by row: cyclic Jacobi rotations (Jacobi 1846;
 * Golub and Van Loan, Matrix Computations, 8.5). Slower than what large matrices need, and as exact as doubles allow.
 */
export function eigenvectorsOf(matrix: Float64Array, size: number): EigenPair[] {
  const a = matrix.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const scale = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, size) > 1e-24 * scale; sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
  }
  const pairs = Array.from({ length: size }, (_, i) => ({ value: a[i * size + i] as number, vector: Float64Array.from({ length: size }, (__, row) => v[row * size + i] as number) }));
  return pairs.sort((one, other) => other.value - one.value);
}

/** Turns the plane of p and q so that the entry (p, q) vanishes. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q] as number;
  if (apq === 0) return;
  const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: Float64Array, at: number, other: number): void => {
    const x = m[at] as number;
    const y = m[other] as number;
    m[at] = c * x - s * y;
    m[other] = s * x + c * y;
  };
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q);
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) sum += 2 * (a[i * size + j] as number) ** 2;
  return sum;
}
