import { isCounted } from "../../core/counting/counting-rule.ts";
import { effectiveDetections } from "../../core/session/effective-detections.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { OverlayItem } from "../scene/overlay-item.ts";

/** Stands for a class the analyzer did not announce: shown, never hidden for want of a name. */
const UNKNOWN_CLASS: ClassInfo = { id: "?", name: "Unknown class", plural: "Unknown class", letter: "?", colorIndex: 7 };

export function classOf(classes: readonly ClassInfo[], classId: string): ClassInfo {
  return classes.find((info) => info.id === classId) ?? { ...UNKNOWN_CLASS, id: classId, name: classId, plural: classId };
}

/** The objects of a field as the picture draws them, corrections worked in. */
export function overlayItems(field: FieldView, classes: readonly ClassInfo[], countingFrame: CountingFrame | undefined, selectedId: string | undefined): OverlayItem[] {
  return effectiveDetections(field).map(({ detection, classId, rejected }) => {
    const info = classOf(classes, classId);
    return {
      id: detection.id,
      classId,
      colorIndex: info.colorIndex,
      letter: info.letter,
      box: detection.box,
      contour: detection.contour,
      score: detection.score,
      corrected: classId !== detection.classId,
      rejected,
      counted: countingFrame === undefined || isCounted(detection.box, field.header, countingFrame),
      selected: detection.id === selectedId,
    };
  });
}

/** An object as a line of the list. */
export interface CellRow {
  readonly item: OverlayItem;
  /** How far the score lies above its class's threshold: the smaller, the more doubtful. */
  readonly margin: number;
  /** Mean of both sides of the box; undefined where the scale is unknown. */
  readonly sizeUm: number | undefined;
}

/** Doubtful cells first, then those that do not count anyway; what a person has already judged comes last. */
export function cellRows(items: readonly OverlayItem[], thresholds: Readonly<Record<string, number>>, pixelSizeUm: number | undefined): CellRow[] {
  const rows = items.map((item) => ({
    item,
    margin: item.score - (thresholds[item.classId] ?? 0),
    sizeUm: pixelSizeUm === undefined ? undefined : ((item.box.width + item.box.height) / 2) * pixelSizeUm,
  }));
  const rank = ({ item }: CellRow): number => (item.corrected || item.rejected ? 2 : item.counted ? 0 : 1);
  return rows.sort((a, b) => rank(a) - rank(b) || a.margin - b.margin || (a.item.id < b.item.id ? -1 : 1));
}
