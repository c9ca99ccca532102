import { basename } from "node:path";
import { OBJECT_FEATURES } from "../../core/features/object-feature-set.ts";
import { poissonInterval, wilsonInterval } from "../../core/counting/intervals.ts";
import { rounded } from "./csv.ts";
import type { ObjectRecord, PageRecord } from "./journal-records.ts";

/** A column of a table, the same in CSV and Parquet. */
export interface Column<Row> {
  readonly name: string;
  readonly type: "STRING" | "INT32" | "DOUBLE";
  /** Undefined is an empty cell (CSV) or null (Parquet). */
  readonly value: (row: Row) => string | number | undefined;
}

/** One object of a picture. */
export interface ObjectRow {
  /** The file, as it was named or listed. */
  readonly path: string;
  readonly page: PageRecord;
  /** Counted from 1 within the page. */
  readonly number: number;
  readonly object: ObjectRecord;
}

/** One class of a picture. */
export interface CountRow {
  readonly path: string;
  readonly page: PageRecord;
  readonly classId: string;
  /** Objects that count in this picture, see counted-objects.ts. */
  readonly n: number;
  /** Of all classes. */
  readonly total: number;
  /** Of the picture, or of its counting frame. */
  readonly areaUm2: number | undefined;
}

/** A file's name as a cell. Spreadsheets compute what begins as a formula does, fullwidth signs too: "./" before it leads to the same file. */
function fileCell(path: string): string {
  return /^[=+\-@＝＋－＠\t\r\n]/u.test(path) ? `./${path}` : path;
}

/** Two folders, or two sessions, have files of one name: `picture` alone does not tell whose a row is. */
const PATH_COLUMN = [{ name: "path", type: "STRING", value: ({ path }: { readonly path: string }) => fileCell(path) }] as const;

const um = ({ page }: ObjectRow, lengthPx: number): number | undefined => (page.pixel_size_um === undefined ? undefined : rounded(lengthPx * page.pixel_size_um, 6));

const PLACE_COLUMNS: ReadonlyArray<Column<ObjectRow>> = [
  { name: "picture", type: "STRING", value: ({ path }) => fileCell(basename(path)) },
  { name: "page", type: "INT32", value: (row) => row.page.page },
  { name: "object", type: "INT32", value: (row) => row.number },
  { name: "class", type: "STRING", value: (row) => row.object.class },
  { name: "score", type: "DOUBLE", value: (row) => rounded(row.object.score, 6) },
  { name: "x_px", type: "DOUBLE", value: (row) => rounded(row.object.box[0], 6) },
  { name: "y_px", type: "DOUBLE", value: (row) => rounded(row.object.box[1], 6) },
  { name: "width_px", type: "DOUBLE", value: (row) => rounded(row.object.box[2], 6) },
  { name: "height_px", type: "DOUBLE", value: (row) => rounded(row.object.box[3], 6) },
  { name: "width_um", type: "DOUBLE", value: (row) => um(row, row.object.box[2]) },
  { name: "height_um", type: "DOUBLE", value: (row) => um(row, row.object.box[3]) },
];

/** Box sizes are there already, as `width_um` and `height_um`. */
const FEATURE_COLUMNS: ReadonlyArray<Column<ObjectRow>> = OBJECT_FEATURES.flatMap(({ name }, index): Array<Column<ObjectRow>> =>
  name === "boxWidthUm" || name === "boxHeightUm" ? [] : [{ name: onDiskName(name), type: "DOUBLE", value: (row) => row.object.features?.[index] ?? undefined }]);

/** Columns of objects.csv and objects.parquet. What else is to be told of an object is added here. */
export function objectColumns(withFeatures: boolean): ReadonlyArray<Column<ObjectRow>> {
  return [...PLACE_COLUMNS, ...(withFeatures ? FEATURE_COLUMNS : []), ...PATH_COLUMN];
}

const share = ({ n, total }: CountRow): { low: number; high: number } | undefined => (total === 0 ? undefined : wilsonInterval(n, total));
const four = (value: number | undefined): number | undefined => (value === undefined ? undefined : rounded(value, 4));

/** Columns of counts.csv and counts.parquet; 95 % intervals, Poisson for counts and Wilson for shares. */
export const COUNT_COLUMNS: ReadonlyArray<Column<CountRow>> = [
  { name: "picture", type: "STRING", value: ({ path }) => fileCell(basename(path)) },
  { name: "page", type: "INT32", value: (row) => row.page.page },
  { name: "class", type: "STRING", value: (row) => row.classId },
  { name: "n", type: "INT32", value: (row) => row.n },
  { name: "n_low95", type: "DOUBLE", value: (row) => four(poissonInterval(row.n).low) },
  { name: "n_high95", type: "DOUBLE", value: (row) => four(poissonInterval(row.n).high) },
  { name: "share", type: "DOUBLE", value: (row) => (row.total === 0 ? undefined : four(row.n / row.total)) },
  { name: "share_low95", type: "DOUBLE", value: (row) => four(share(row)?.low) },
  { name: "share_high95", type: "DOUBLE", value: (row) => four(share(row)?.high) },
  { name: "area_um2", type: "DOUBLE", value: ({ areaUm2 }) => four(areaUm2) },
  { name: "pixel_size_from", type: "STRING", value: ({ page }) => page.pixel_size_from },
  { name: "estimated_um_per_px", type: "DOUBLE", value: ({ page }) => page.scale_estimate?.um_per_px },
  { name: "estimated_from_objects", type: "INT32", value: ({ page }) => page.scale_estimate?.objects },
  ...PATH_COLUMN,
];

/** `areaUm2` is `area_um2` on disk, as all names there. */
function onDiskName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
