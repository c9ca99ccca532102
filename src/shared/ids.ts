/** Where new identifiers come from; injected so that tests repeat. */
export interface IdSource {
  /** A new identifier, never used twice. Which was made first it does not say. */
  next(kind: string): string;
}

/** Identifiers from a counter: for tests and for reproducible runs. */
export function countingIds(start = 1): IdSource {
  let n = start;
  return { next: (kind) => `${kind}-${String(n++).padStart(6, "0")}` };
}
