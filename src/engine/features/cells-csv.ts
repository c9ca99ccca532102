import { countedCells } from "../../core/counting/count-report.ts";
import { OBJECT_FEATURES } from "../../core/features/object-feature-set.ts";
import { effectiveDetections } from "../../core/session/effective-detections.ts";
import type { FieldFeatures } from "../../shared/domain/features.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { csvLine } from "../batch/csv.ts";
import { PartFile } from "../batch/part-file.ts";

const ABOUT = ["field", "cell", "class", "analyzer_class", "score", "x_px", "y_px", "width_px", "height_px", "counted_as"] as const;

/**
 * Every object of a session that nobody rejected as one row of a CSV file: field (from 1), class in force and as the analyzer had
 * it, place in its picture, what it is counted as, and all features by their names, which hold their units. What cannot be told is
 * an empty cell; so is `counted_as` for what lies outside the counting frame and for a cell that another row counts already: the
 * rows that have it add up to the session's counts. The file is there when it is whole, not before.
 *
 * @returns rows written
 * @throws OcularError DiskFull, DiskUnwritable, and whatever `measure` throws; nothing is left behind then
 */
export async function writeCellsCsv(file: string, fields: readonly FieldView[], countingFrame: CountingFrame, measure: (fieldId: string) => Promise<FieldFeatures>): Promise<number> {
  const table = await PartFile.create(file);
  let rows = 0;
  try {
    const countedAs = countedClasses(fields, countingFrame);
    await table.write(csvLine([...ABOUT, ...OBJECT_FEATURES.map(({ name }) => name)]));
    for (const [index, field] of fields.entries()) {
      const cells = effectiveDetections(field).filter(({ rejected }) => !rejected);
      if (cells.length === 0) continue;
      const { detectionIds, values } = await measure(field.fieldId);
      const rowOf = new Map(detectionIds.map((id, row) => [id, row]));
      for (const { detection: { id, classId: found, score, box }, classId } of cells) {
        const row = rowOf.get(id);
        const features = OBJECT_FEATURES.map((_, column) => finite(row === undefined ? undefined : values[row * OBJECT_FEATURES.length + column]));
        await table.write(csvLine([index + 1, id, classId, found, score, box.x, box.y, box.width, box.height, countedAs.get(id), ...features]));
        rows += 1;
      }
    }
    await table.commit();
  } catch (error) {
    await table.discard();
    throw error;
  }
  return rows;
}

/** Of each cell that counts, one object that is no rejected one, and the cell's class. */
function countedClasses(fields: readonly FieldView[], countingFrame: CountingFrame): Map<string, string> {
  return new Map(countedCells(fields, countingFrame).flatMap(({ sightings, classId }): Array<[string, string]> => {
    const shown = sightings.find(({ object }) => !object.rejected);
    return shown === undefined ? [] : [[shown.object.detection.id, classId]];
  }));
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
