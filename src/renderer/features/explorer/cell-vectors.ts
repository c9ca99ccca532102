import { isEmptyRow, rowsOf, standardise, takeRows } from "../../../core/embedding/matrix.ts";
import type { VectorTable } from "../../../core/embedding/matrix.ts";
import { toUnitLength } from "../../../core/embedding/similarity.ts";
import { OBJECT_FEATURES } from "../../../core/features/object-feature-set.ts";
import type { FieldEmbedding } from "../../../shared/domain/features.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";
import type { CellTable } from "./cell-table.ts";
import { explorerWords as words } from "./words.ts";

/** What cells are compared by: rows are cells. `reason` says why it is not the model's own. */
export interface CellVectors {
  readonly source: "embedding" | "features";
  readonly table: VectorTable;
  readonly reason?: string;
}

/** Features that say where a cell lies and how it is turned, not what it is like. */
const NO_LIKENESS: ReadonlySet<string> = new Set(["touchesBorder", "orientationDeg", "nearestNeighbourUm", "localDensityPerMm2"]);

/** The model's own features of every cell; undefined when there are none at all, or of different lengths. */
export function embeddingVectors(table: CellTable, embedded: ReadonlyMap<string, FieldEmbedding>): CellVectors | undefined {
  const lengths = new Set([...embedded.values()].flatMap(({ dimensions }) => (dimensions > 0 ? [dimensions] : [])));
  const [dimensions] = lengths;
  if (dimensions === undefined || lengths.size > 1) return undefined;
  const values = new Float64Array(table.cells.length * dimensions).fill(NaN);
  for (const [row, cell] of table.cells.entries()) {
    const field = embedded.get(cell.fieldId);
    // A second analyzer's cells come after the first one's: the first one's model says nothing of them.
    if (field?.dimensions === dimensions) values.set(field.values.subarray(cell.detectionRow * dimensions, (cell.detectionRow + 1) * dimensions), row * dimensions);
  }
  return { source: "embedding", table: { dimensions, values } };
}

/**
 * What was measured, each feature less its mean and divided by its spread over these cells. Texture is of pairs of pixels: between
 * fields of different pixel sizes it says how large the pixels are, not what the cells are like, and is left out.
 */
export function featureVectors(table: CellTable, fields: readonly FieldView[], reason: string): CellVectors {
  const isMixed = haveDifferentPixels(fields.filter(({ fieldId }) => table.cells.some((cell) => cell.fieldId === fieldId)));
  const columns = OBJECT_FEATURES.flatMap(({ name }, column) => (NO_LIKENESS.has(name) || (isMixed && name.startsWith("texture")) ? [] : [column]));
  const values = Float64Array.from({ length: table.cells.length * columns.length }, (_, at) => {
    const column = columns[at % columns.length] ?? 0;
    return table.values[Math.floor(at / columns.length) * OBJECT_FEATURES.length + column] ?? NaN;
  });
  return { source: "features", table: standardise({ dimensions: columns.length, values }), reason: isMixed ? `${reason}; ${words.noTexture}` : reason };
}

/** One sample of the slide to the next, within a hundredth; a field that states none is unlike those that do. */
function haveDifferentPixels(fields: readonly FieldView[]): boolean {
  const sizes = fields.map(({ header }) => header.pixelSizeUm ?? 0);
  return sizes.length > 0 && Math.max(...sizes) > 1.01 * Math.min(...sizes);
}

/** Rows that can be laid out, and their numbers as the projection wants them: embeddings by direction alone, as likeness is. */
export function projectable({ source, table }: CellVectors): { readonly rows: readonly number[]; readonly table: VectorTable } {
  const rows = Array.from({ length: rowsOf(table) }, (_, row) => row).filter((row) => !isEmptyRow(table, row));
  const taken = takeRows(table, rows);
  return { rows, table: source === "embedding" ? toUnitLength(taken) : taken };
}
