/** Quantiles of the last `size` values, nearest rank; undefined before the first. */
export function createRollingQuantiles(size: number): { add(value: number): void; quantile(share: number): number | undefined } {
  const values: number[] = [];
  return {
    add: (value) => { values.push(value); if (values.length > size) values.shift(); },
    quantile: (share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))],
  };
}
