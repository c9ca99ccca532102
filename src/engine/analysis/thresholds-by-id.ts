/** Lowest scores in the order of the classes, by class id, as results carry them. */
export function thresholdsById(classes: ReadonlyArray<{ readonly id: string }>, thresholds: readonly number[]): Record<string, number> {
  return Object.fromEntries(classes.map(({ id }, at) => [id, thresholds[at] ?? 0]));
}
