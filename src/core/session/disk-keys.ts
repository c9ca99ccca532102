/**
 * camelCase in code, snake_case with the same unit suffix on disk: `exposureMs` and `exposure_ms`. The conversion is
 * generic and exact in both directions; only the keys of maps are data (class ids, reasons) and stay as they are.
 */

/** Members whose value is a map from data to values: their inner keys are not names of ours. */
const MAP_MEMBERS: ReadonlySet<string> = new Set(["counts", "scoreThresholds", "lost", "analysisLost"]);

const MOST_NAMES = 1000;

/** @throws TypeError when a key could not be turned back. */
export function toDisk(value: unknown): unknown {
  return convert(value, snakeCase, (key) => key);
}

/** Undoes {@link toDisk}. @throws TypeError on a key that {@link toDisk} never writes. */
export function fromDisk(value: unknown): unknown {
  return convert(value, camelCase, camelCase);
}

export const snakeCase = remembered((key) => {
  if (!/^[a-z][A-Za-z0-9]*$/u.test(key)) throw new TypeError(`"${key}" is not a camelCase name`);
  return key.replace(/[A-Z]/gu, (capital) => `_${capital.toLowerCase()}`);
});

export const camelCase = remembered((key) => {
  if (!/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*$/u.test(key)) throw new TypeError(`"${key}" is not a snake_case name`);
  return key.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
});

/** Our names are few and come in every record; a foreign file with many must not fill the memory. */
function remembered(rename: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const name = known.get(key);
    if (name !== undefined) return name;
    const renamed = rename(key);
    if (known.size < MOST_NAMES) known.set(key, renamed);
    return renamed;
  };
}

/** `codeName` gives the in-code name of a key, by which maps are known. */
function convert(value: unknown, rename: (key: string) => string, codeName: (key: string) => string): unknown {
  if (Array.isArray(value)) return isPlainList(value) ? value : value.map((item) => convert(item, rename, codeName));
  if (typeof value !== "object" || value === null) return value;
  const converted: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const inner: unknown = member;
    converted[rename(key)] = MAP_MEMBERS.has(codeName(key)) ? inner : convert(inner, rename, codeName);
  }
  return converted;
}

/** Contours are long lists of numbers: nothing to rename in there. */
function isPlainList(list: readonly unknown[]): boolean {
  return typeof list[0] === "number";
}
