import { OBJECT_FEATURES } from "../../../core/features/object-feature-set.ts";
import { effectiveDetections } from "../../../core/session/effective-detections.ts";
import type { BoxPx } from "../../../shared/domain/detection.ts";
import type { FieldFeatures } from "../../../shared/domain/features.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";

/** One cell of a session, as it counts. */
export interface ExploredCell {
  readonly id: string;
  readonly fieldId: string;
  /** From 1, as people count fields. */
  readonly fieldNumber: number;
  /** Row of its detection in the field. */
  readonly detectionRow: number;
  readonly classId: string;
  readonly score: number;
  readonly box: BoxPx;
}

/** All cells of a session with their numbers: rows are cells, columns {@link OBJECT_FEATURES}. NaN where one cannot be told. */
export interface CellTable {
  readonly cells: readonly ExploredCell[];
  readonly values: Float64Array;
}

/** Cells that a person rejected are left out; corrected ones have their class in force. */
export function cellTable(fields: readonly FieldView[], measured: ReadonlyMap<string, FieldFeatures>): CellTable {
  const cells: ExploredCell[] = [];
  const rows: Float64Array[] = [];
  const width = OBJECT_FEATURES.length;
  for (const [index, field] of fields.entries()) {
    const features = measured.get(field.fieldId);
    if (features === undefined) continue;
    const rowOf = new Map(features.detectionIds.map((id, row) => [id, row]));
    for (const { detection, classId, rejected } of effectiveDetections(field)) {
      const row = rowOf.get(detection.id);
      if (rejected || row === undefined) continue;
      cells.push({ id: detection.id, fieldId: field.fieldId, fieldNumber: index + 1, detectionRow: row, classId, score: detection.score, box: detection.box });
      rows.push(features.values.subarray(row * width, (row + 1) * width));
    }
  }
  const values = new Float64Array(cells.length * width);
  for (const [at, row] of rows.entries()) values.set(row, at * width);
  return { cells, values };
}

/** What an axis shows: the score, or a feature by its name. */
export interface Axis {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  /** How it is computed, for the tooltip. */
  readonly source: string;
}

const SCORE: Axis = { name: "score", label: "Score", unit: "", source: "how sure the analyzer was, 0 to 1" };

/** The axes that say something of these cells: at least one has a number there. */
export function axesOf(table: CellTable): readonly Axis[] {
  const width = OBJECT_FEATURES.length;
  const known = OBJECT_FEATURES.filter((_, column) => table.cells.some((__, row) => Number.isFinite(table.values[row * width + column])));
  return [...known, SCORE];
}

/** Values of one axis, one a cell. */
export function columnValues(table: CellTable, axis: string): Float64Array {
  if (axis === SCORE.name) return Float64Array.from(table.cells, ({ score }) => score);
  const column = OBJECT_FEATURES.findIndex(({ name }) => name === axis);
  return Float64Array.from(table.cells, (_, row) => (column < 0 ? NaN : (table.values[row * OBJECT_FEATURES.length + column] ?? NaN)));
}

/** The axes to begin with: size and brightness. */
export function firstAxes(axes: readonly Axis[]): { readonly x: string; readonly y: string } {
  const has = (name: string): boolean => axes.some((axis) => axis.name === name);
  return { x: ["areaUm2", "boxWidthUm"].find(has) ?? axes[0]?.name ?? SCORE.name, y: ["meanIntensity"].find(has) ?? SCORE.name };
}
