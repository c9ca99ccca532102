/**
 * `next`, with every part that is equal to the same part of `previous` replaced by that part itself. Snapshots come ten
 * times a second as fresh copies; with this a panel whose part did not change is not painted again.
 */
export function shareUnchanged<T>(previous: T | undefined, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const before: readonly unknown[] = previous;
    const shared = next.map((item: unknown, index) => shareUnchanged(before[index], item));
    const same = before.length === shared.length && shared.every((item, index) => Object.is(item, before[index]));
    return (same ? previous : shared) as T;
  }
  if (isRecord(previous) && isRecord(next)) {
    const shared: Record<string, unknown> = {};
    let same = Object.keys(previous).length === Object.keys(next).length;
    for (const [key, value] of Object.entries(next)) {
      shared[key] = shareUnchanged(previous[key], value);
      same &&= key in previous && Object.is(shared[key], previous[key]);
    }
    return (same ? previous : shared) as T;
  }
  return next;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
