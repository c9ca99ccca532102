import type { ClassCount, CountReport } from "../../shared/domain/counting.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { stageOutlineOf } from "../geometry/stage-from-image.ts";
import { effectiveDetections } from "../session/effective-detections.ts";
import { cellsOnce, type SeenCell } from "./cells-once.ts";
import { countingBox, isCounted } from "./counting-rule.ts";
import { dispersionOf } from "./dispersion.ts";
import { poissonInterval, wilsonInterval } from "./intervals.ts";
import { type Outline, unionArea } from "./union-area.ts";

/**
 * Counts over kept fields, corrections applied, by the counting frame's rules. Fields still waiting for their detections,
 * and those whose analysis failed, are in neither the counts nor the denominator. Classes come in the order of
 * `classIds`, each present also with n = 0; a class found but not listed follows, by name, so that nothing found goes
 * missing. The spread between fields is that of each field counted for itself, and is told of fields of one size only.
 */
export function countReport(fields: readonly FieldView[], countingFrame: CountingFrame, classIds: readonly string[]): CountReport {
  const analysed = fields.filter((field) => field.detections !== undefined);
  const cells = countedCells(analysed, countingFrame);
  const perClass = new Map<string, number>(classIds.map((classId) => [classId, 0]));
  for (const { classId } of cells) perClass.set(classId, (perClass.get(classId) ?? 0) + 1);
  // Under another objective a field has more cells, or fewer, for its size alone.
  const perField = areOfOneSize(analysed, countingFrame) ? analysed.map((field) => countsOfField(field, countingFrame)) : [];
  const unlisted = [...perClass.keys()].filter((classId) => !classIds.includes(classId)).sort();
  const classes = [...classIds, ...unlisted].map((classId) => classCount(classId, perClass.get(classId) ?? 0, cells.length, perField.map((counts) => counts.get(classId) ?? 0)));
  const areaUm2 = areaOfFrames(analysed, countingFrame);
  const seenAgain = cells.reduce((sum, cell) => sum + cell.sightings.length - 1, 0);
  return {
    fields: analysed.length, classes, total: cells.length, outsideFrame: outsideOf(analysed, countingFrame),
    ...(areaUm2 === undefined ? {} : { areaUm2 }), ...(countingFrame.overlaps === "once" ? { seenAgain } : {}),
  };
}

/** The cells that a report counts: inside the counting frame, not rejected, and each once where the rule says so. */
export function countedCells(fields: readonly FieldView[], countingFrame: CountingFrame): SeenCell[] {
  const isIn: Parameters<typeof cellsOnce>[1] = (object, field) => isCounted(object.detection.box, field.header, countingFrame);
  // One field at a time joins nothing: each sighting is a cell.
  const cells = countingFrame.overlaps === "once" ? cellsOnce(fields, isIn, countingFrame.verdict) : fields.flatMap((field) => cellsOnce([field], isIn));
  return cells.filter((cell) => !cell.rejected);
}

function countsOfField(field: FieldView, countingFrame: CountingFrame): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { detection, classId, rejected } of effectiveDetections(field)) {
    if (!rejected && isCounted(detection.box, field.header, countingFrame)) counts.set(classId, (counts.get(classId) ?? 0) + 1);
  }
  return counts;
}

function outsideOf(fields: readonly FieldView[], countingFrame: CountingFrame): number {
  const outside = (field: FieldView): number => effectiveDetections(field).filter(({ detection, rejected }) => !rejected && !isCounted(detection.box, field.header, countingFrame)).length;
  return fields.reduce((sum, field) => sum + outside(field), 0);
}

function classCount(classId: string, n: number, total: number, perField: readonly number[]): ClassCount {
  const betweenFields = dispersionOf(perField);
  const count = { classId, n, ...poissonInterval(n), ...(betweenFields === undefined ? {} : { betweenFields }) };
  return total === 0 ? count : { ...count, share: { value: n / total, ...wilsonInterval(n, total) } };
}

/** Sizes that differ by less are those of one setting, a pixel size measured anew between. */
const SAME_SIZE = 0.01;

function areOfOneSize(fields: readonly FieldView[], countingFrame: CountingFrame): boolean {
  if (new Set(fields.map(({ header }) => header.pixelSizeUm === undefined)).size > 1) return false;
  const areas = fields.map(({ header }) => {
    const box = countingBox(header, countingFrame);
    return box.width * box.height * (header.pixelSizeUm ?? 1) ** 2;
  });
  return Math.max(...areas) <= Math.min(...areas) * (1 + SAME_SIZE);
}

/** Undefined as soon as one field's scale is unknown: a part of an area is no denominator. */
function areaOfFrames(fields: readonly FieldView[], countingFrame: CountingFrame): number | undefined {
  const outlines: Outline[] = [];
  let placedUm2 = 0;
  // Fields whose place is unknown are counted each for itself, and so is their area.
  let otherUm2 = 0;
  for (const { header } of fields) {
    if (header.pixelSizeUm === undefined) return undefined;
    const box = countingBox(header, countingFrame);
    const areaUm2 = box.width * box.height * header.pixelSizeUm ** 2;
    const outline = countingFrame.overlaps === "once" ? stageOutlineOf(header, box) : undefined;
    if (outline === undefined) otherUm2 += areaUm2;
    else {
      outlines.push(outline);
      placedUm2 += areaUm2;
    }
  }
  // The pixel size is the measure; the stage, whose um may be a little other, says what share of the fields is covered twice.
  const severallyUm2 = outlines.reduce((sum, outline) => sum + unionArea([outline]), 0);
  return otherUm2 + (severallyUm2 === 0 ? 0 : placedUm2 * (unionArea(outlines) / severallyUm2));
}
