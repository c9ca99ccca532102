/**
 * Which row a key chooses in a list that has the keyboard; undefined when the key is none of the list's, or there is no row.
 *
 * @param list `chosen` is where the chosen row is now, `place` where it was when it was chosen, `page` how many rows are in view
 */
export function chosenByKey(key: string, list: { readonly chosen: number | undefined; readonly place: number | undefined; readonly count: number; readonly page: number }): number | undefined {
  const { chosen, place, count, page } = list;
  if (count === 0) return undefined;
  const within = (index: number): number => Math.max(0, Math.min(count - 1, index));
  // A row that moved away since, or went, left its place to the one that came after it.
  const hasLeft = chosen === undefined || (place !== undefined && chosen !== place);
  const [after, before] = hasLeft ? [place ?? 0, (place ?? 0) - 1] : [chosen + 1, chosen - 1];
  switch (key) {
    case "ArrowDown":
      return within(after);
    case "ArrowUp":
      return within(before);
    case "PageDown":
      return within(after - 1 + page);
    case "PageUp":
      return within(before + 1 - page);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
