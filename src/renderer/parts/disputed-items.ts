import { compareDetections, type Comparison } from "../../core/comparison/compare-detections.ts";
import { comparisonOf } from "../../core/comparison/disagreements.ts";
import type { ClassInfo, Detection } from "../../shared/domain/detection.ts";
import type { FieldView, Snapshot } from "../../shared/domain/snapshot.ts";
import type { ComparedEvent } from "../../shared/ipc/contract.ts";
import type { OverlayItem } from "../scene/overlay-item.ts";
import { classOf } from "./overlay-items.ts";

/** Both analyzers' words on a kept field. */
export function keptComparison(field: FieldView, classes: readonly ClassInfo[]): Comparison | undefined {
  return comparisonOf(field, classes.map((info) => info.id));
}

/** Both analyzers' words on the live frame whose overlay is drawn; undefined while the second one's is not there. */
export function liveComparison(compared: ComparedEvent | undefined, frameId: number, snapshot: Snapshot | undefined): Comparison | undefined {
  if (compared === undefined || compared.header.frameId !== frameId || snapshot?.second === undefined) return undefined;
  return compareDetections(compared.first.detections, compared.second.detections, {
    first: snapshot.analyzer.classes.map((info) => info.id), second: snapshot.second.classes.map((info) => info.id),
  });
}

/** The first analyzer's items with their disputes marked, and after them what only the second one found. */
export function disputedItems(items: readonly OverlayItem[], comparison: Comparison | undefined, secondClasses: readonly ClassInfo[]): OverlayItem[] {
  if (comparison === undefined) return [...items];
  const onlyFirst = new Set(comparison.onlyFirst.map(({ id }) => id));
  const otherClass = new Set(comparison.shared.filter(({ first, second }) => first.classId !== second.classId).map(({ first }) => first.id));
  const marked = items.map((item) => (onlyFirst.has(item.id) ? { ...item, disputed: "1" as const } : otherClass.has(item.id) ? { ...item, disputed: "?" as const } : item));
  const known = new Set(items.map((item) => item.id));
  return [...marked, ...comparison.onlySecond.filter(({ id }) => !known.has(id)).map((object) => secondItem(object, secondClasses))];
}

function secondItem({ id, classId, box, contour, score }: Detection, classes: readonly ClassInfo[]): OverlayItem {
  const info = classOf(classes, classId);
  return { id: `second ${id}`, classId, colorIndex: info.colorIndex, letter: info.letter, box, contour, score, corrected: false, rejected: false, counted: false, disputed: "2" };
}
