/** Spread of a count from field to field. */
export interface Dispersion {
  readonly mean: number;
  /** Sample standard deviation (n - 1). */
  readonly sd: number;
  /** Coefficient of variation, sd / mean; undefined when the mean is 0. */
  readonly cv?: number;
}

/** Undefined below two values: one field has no spread. */
export function dispersionOf(values: readonly number[]): Dispersion | undefined {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return mean === 0 ? { mean, sd } : { mean, sd, cv: sd / mean };
}
