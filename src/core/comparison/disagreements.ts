import type { BoxPx, Detection } from "../../shared/domain/detection.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { compareDetections, type Comparison } from "./compare-detections.ts";

/** One thing that two analyzers see differently on a kept field. */
export interface Disagreement {
  /** Of the first analyzer's object, or the second's where only that one found it. */
  readonly id: string;
  readonly kind: "class" | "only-first" | "only-second";
  readonly first: Detection | undefined;
  readonly second: Detection | undefined;
  readonly box: BoxPx;
  /** True when a person has said something of either object. */
  readonly settled: boolean;
}

/** Both analyzers' words on a field, compared; undefined without a second opinion or before the first answered. */
export function comparisonOf(field: FieldView, firstClassIds: readonly string[]): Comparison | undefined {
  if (field.detections === undefined || field.second === undefined) return undefined;
  return compareDetections(field.detections, field.second.detections, { first: firstClassIds, second: field.second.classIds });
}

/** The list a person works through: unsettled first, the surest contradictions before the rest. */
export function disagreementsOf(field: FieldView, firstClassIds: readonly string[]): Disagreement[] {
  const comparison = comparisonOf(field, firstClassIds);
  if (comparison === undefined) return [];
  const spoken = new Set(field.annotations.flatMap((said) => ("detectionId" in said ? [said.detectionId] : [])));
  const list: Disagreement[] = [
    ...comparison.shared.filter(({ first, second }) => first.classId !== second.classId).map(({ first, second }) => entry("class", first, second, spoken)),
    ...comparison.onlyFirst.map((first) => entry("only-first", first, undefined, spoken)),
    ...comparison.onlySecond.map((second) => entry("only-second", undefined, second, spoken)),
  ];
  return list.sort((a, b) => Number(a.settled) - Number(b.settled) || sureness(b) - sureness(a) || (a.id < b.id ? -1 : 1));
}

function entry(kind: Disagreement["kind"], first: Detection | undefined, second: Detection | undefined, spoken: ReadonlySet<string>): Disagreement {
  const object = first ?? second;
  if (object === undefined) throw new RangeError("A disagreement is about an object.");
  const ids = [first?.id, second?.id].filter((id) => id !== undefined);
  return { id: object.id, kind, first, second, box: object.box, settled: ids.some((id) => spoken.has(id)) };
}

/** The score of whoever speaks; of two that contradict, the less sure one's. */
function sureness({ first, second }: Disagreement): number {
  return Math.min(first?.score ?? 1, second?.score ?? 1);
}
