/** Where new identifiers come from; injected so that tests repeat. */
export interface IdSource {
  /** A new identifier that sorts by time of making and is never used twice. */
  next(kind: string): string;
}

/** Identifiers from a counter: for tests and for reproducible runs. */
export function countingIds(start = 1): IdSource {
  let n = start;
  return { next: (kind) => `${kind}-${String(n++).padStart(6, "0")}` };
}
