/** Median of the last `size` values; undefined before the first. */
export function createRollingMedian(size = 15): { add(value: number): void; median(): number | undefined } {
  const values: number[] = [];
  return {
    add: (value) => { values.push(value); if (values.length > size) values.shift(); },
    median: () => [...values].sort((a, b) => a - b)[values.length >> 1],
  };
}
