import type { Matching } from "./match-objects.ts";

/** How far two sets agree on one class; counts of objects. */
export interface ClassAgreement {
  readonly classId: string;
  /** Matched, and of this class in both. */
  readonly agreed: number;
  /** Matched, of this class in the first only; and in the second only. */
  readonly otherInB: number;
  readonly otherInA: number;
  /** Of this class, and found in the first only; in the second only. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Agreed over all objects of this class in either set (a matched pair counts once): 0 to 1; undefined without any. */
  readonly share: number | undefined;
}

/** What two sets say of the classes of what both found. */
export interface Agreement {
  readonly classes: readonly ClassAgreement[];
  /** `table[i][j]`: matched pairs that are of class i in the first set and of class j in the second; order of `classIds`. */
  readonly table: ReadonlyArray<readonly number[]>;
  /**
   * Cohen's kappa of the matched pairs (1960): agreement beyond that of chance, 1 complete, 0 none; undefined where chance
   * alone would agree always (no pair, or one class only).
   */
  readonly kappa: number | undefined;
}

interface Classified {
  readonly classId: string;
}

/**
 * Class by class, how two matched sets agree. Classes are compared by id: those of two models that mean the same must be
 * named the same.
 *
 * @param classIds in the order of the answer; classes met and not named here come after, in the order of being met.
 */
export function classAgreement(a: readonly Classified[], b: readonly Classified[], matching: Matching, classIds: readonly string[]): Agreement {
  const ids = [...new Set([...classIds, ...a.map(({ classId }) => classId), ...b.map(({ classId }) => classId)])];
  const place = new Map(ids.map((id, index) => [id, index]));
  const classOf = (set: readonly Classified[], index: number): number => place.get(set[index]?.classId ?? "") ?? -1;
  const table = ids.map(() => new Array<number>(ids.length).fill(0));
  for (const pair of matching.pairs) {
    const row = table[classOf(a, pair.a)];
    const column = classOf(b, pair.b);
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  const onlyA = tally(matching.onlyA.map((index) => classOf(a, index)), ids.length);
  const onlyB = tally(matching.onlyB.map((index) => classOf(b, index)), ids.length);
  const classes = ids.map((classId, k): ClassAgreement => {
    const agreed = table[k]?.[k] ?? 0;
    const otherInB = sum(table[k] ?? []) - agreed;
    const otherInA = sum(table.map((row) => row[k] ?? 0)) - agreed;
    const all = agreed + otherInB + otherInA + (onlyA[k] ?? 0) + (onlyB[k] ?? 0);
    return { classId, agreed, otherInB, otherInA, onlyA: onlyA[k] ?? 0, onlyB: onlyB[k] ?? 0, share: all === 0 ? undefined : agreed / all };
  });
  return { classes, table, kappa: cohensKappa(table) };
}

/** Kappa of a square table of counts. */
export function cohensKappa(table: ReadonlyArray<readonly number[]>): number | undefined {
  const n = sum(table.map(sum));
  if (n === 0) return undefined;
  let observed = 0;
  let expected = 0;
  for (const [k, row] of table.entries()) {
    observed += row[k] ?? 0;
    expected += sum(row) * sum(table.map((other) => other[k] ?? 0));
  }
  const chance = expected / n / n;
  return chance >= 1 ? undefined : (observed / n - chance) / (1 - chance);
}

function tally(places: readonly number[], length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
