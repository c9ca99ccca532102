/** What became of the items offered: `offered` = `taken` + `replaced` + (1 if one waits). */
export interface LatestOnlyCounters {
  readonly offered: number;
  readonly taken: number;
  readonly replaced: number;
}

/** A queue of one where the newest wins. */
export interface LatestOnly<T> {
  /** Puts an item in place of one that waits; the one replaced is handed to `onReplace`, to be released and counted. */
  offer(item: T): void;
  /** The waiting item, which is the taker's from here on. */
  take(): T | undefined;
  /** Drops what waits, as if replaced. */
  clear(): void;
  counters(): LatestOnlyCounters;
}

export function createLatestOnly<T>(onReplace: (item: T) => void): LatestOnly<T> {
  let waiting: { readonly item: T } | undefined;
  let offered = 0;
  let taken = 0;
  let replaced = 0;
  const drop = (): void => {
    const old = waiting;
    waiting = undefined;
    if (old === undefined) return;
    replaced += 1;
    onReplace(old.item);
  };
  return {
    offer(item) {
      drop();
      offered += 1;
      waiting = { item };
    },
    take() {
      const item = waiting?.item;
      if (waiting !== undefined) taken += 1;
      waiting = undefined;
      return item;
    },
    clear: drop,
    counters: () => ({ offered, taken, replaced }),
  };
}
