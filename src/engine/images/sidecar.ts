import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import * as z from "zod";
import { StageUmFromPx } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";
import { stampOf } from "./file-stamp.ts";
import type { PicturePlace } from "./picture.ts";

/** What may be written beside a picture. */
export interface WrittenBeside extends PicturePlace {
  /** Bits of a 16-bit sample that carry signal: 12 where full white is 4095. */
  readonly significantBits?: number;
}

/** Depth, scale and place as written beside pictures: snake_case with units, as everything on disk. */
const PlaceOnDisk = z.object({
  pixel_size_um: z.number().positive().optional(),
  stage_position_um: z.object({ x: z.number(), y: z.number() }).optional(),
  stage_um_from_px: StageUmFromPx.optional(),
  focus_position_um: z.number().optional(),
  significant_bits: z.int().min(1).max(16).optional(),
});

/** `<picture>.json` (`a.png.json` or `a.json`). JSON without this `format` belongs to another program and is ignored. */
const PictureSidecar = PlaceOnDisk.extend({ format: z.literal("ocular-picture"), version: z.literal(1) });

/** `ocular.json` in the folder: what holds for all of its pictures, and for single ones by file name. */
const FolderSidecar = PlaceOnDisk.extend({ format: z.literal("ocular-pictures"), version: z.literal(1), pictures: z.record(z.string(), PlaceOnDisk).optional() });

/**
 * What is written beside the pictures of one folder. From weak to strong: `ocular.json`, its entry for the picture,
 * `positions.csv`, the picture's own `.json`. All of them outweigh what the picture file itself says.
 *
 * `positions.csv` has a header line with `file` and any of `page`, `x_um`, `y_um`, `z_um`, `pixel_size_um`; rows without
 * a page hold for all pages of the file.
 */
export interface FolderPlaces {
  /** @throws OcularError `InvalidInput` naming a sidecar that cannot be understood */
  placeOf(path: string, page: number): Promise<WrittenBeside>;
}

/** Files that may say something of a picture, whether they are there or not; from weak to strong. */
export function sidecarsOf(path: string): readonly string[] {
  return [...sharedSidecars(dirname(path)), ...ownSidecars(path).toReversed()];
}

function sharedSidecars(folder: string): readonly [string, string] {
  return [join(folder, "ocular.json"), join(folder, "positions.csv")];
}

/** The first that is there counts. */
function ownSidecars(path: string): readonly [string, string] {
  return [`${path}.json`, join(dirname(path), `${basename(path, extname(path))}.json`)];
}

/** Reads the folder's files on first use, and again when they have changed. */
export function folderPlaces(folder: string): FolderPlaces {
  const [forAll, positions] = sharedSidecars(folder);
  let stamp: string | undefined;
  let shared: Promise<{ folder: z.infer<typeof FolderSidecar> | undefined; rows: readonly PositionRow[] }> | undefined;
  return {
    async placeOf(path, page) {
      const now = await stampOf(sharedSidecars(folder));
      if (now !== stamp) shared = undefined;
      stamp = now;
      shared ??= Promise.all([readSidecar(forAll, FolderSidecar), readPositions(positions)]).then(([all, rows]) => ({ folder: all, rows }));
      const { folder: all, rows } = await shared;
      const name = basename(path);
      const row = rows.findLast((each) => each.file === name && (each.page === undefined || each.page === page));
      const [first, second] = ownSidecars(path);
      const own = (await readSidecar(first, PictureSidecar)) ?? (await readSidecar(second, PictureSidecar));
      return { ...placeFrom(all), ...placeFrom(all?.pictures?.[name]), ...row?.place, ...placeFrom(own) };
    },
  };
}

function placeFrom(written: z.infer<typeof PlaceOnDisk> | undefined): WrittenBeside {
  if (written === undefined) return {};
  const { pixel_size_um: pixelSizeUm, stage_position_um: stagePositionUm, stage_um_from_px: stageUmFromPx, focus_position_um: focusPositionUm, significant_bits: significantBits } = written;
  return {
    ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
    ...(stagePositionUm === undefined ? {} : { stagePositionUm }),
    ...(stageUmFromPx === undefined ? {} : { stageUmFromPx }),
    ...(focusPositionUm === undefined ? {} : { focusPositionUm }),
    ...(significantBits === undefined ? {} : { significantBits }),
  };
}

/** Undefined where there is no such file or it is not ours. */
async function readSidecar<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(path, "it is no JSON", error);
  }
  if (!isOurs(parsed)) return undefined;
  const result = schema.safeParse(parsed);
  if (!result.success) throw invalid(path, z.prettifyError(result.error).replaceAll(/\s+/gu, " "), result.error);
  return result.data;
}

function isOurs(parsed: unknown): boolean {
  return typeof parsed === "object" && parsed !== null && "format" in parsed && typeof parsed.format === "string" && parsed.format.startsWith("ocular-picture");
}

interface PositionRow {
  readonly file: string;
  readonly page: number | undefined;
  readonly place: PicturePlace;
}

/** Columns of `positions.csv` beside `file`. */
const NUMBER_COLUMNS = ["page", "x_um", "y_um", "z_um", "pixel_size_um"] as const;

/** The cells of a line, without blanks around them; one in quotes may hold commas, and quotes twice (RFC 4180). */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain ?? "").trim());
}

async function readPositions(path: string): Promise<PositionRow[]> {
  const text = await readIfThere(path);
  if (text === undefined) return [];
  const [header = "", ...lines] = text.replace(/^\uFEFF/u, "").split(/\r?\n/u);
  const columns = cellsOf(header);
  if (!columns.includes("file")) {
    const otherwise = header.split(/[;\t]/u).map((column) => column.trim().replaceAll('"', ""));
    if (otherwise.includes("file") && otherwise.some((column) => NUMBER_COLUMNS.some((ours) => ours === column))) throw invalid(path, "its columns must be parted by commas, and its numbers have a point");
    return [];
  }
  return lines.flatMap((line, index) => (line.trim() === "" ? [] : [rowOf(path, index + 2, columns, line)]));
}

function rowOf(path: string, lineNumber: number, columns: readonly string[], line: string): PositionRow {
  const written = cellsOf(line);
  // A comma in a number, or in a name without quotes, would move all that follows into other columns.
  if (written.length > columns.length) throw invalid(path, `line ${lineNumber} has ${written.length} cells for ${columns.length} columns: numbers have a point, and a name with a comma stands in quotes`);
  const cells = new Map(written.map((cell, index) => [columns[index] ?? "", cell]));
  const number = (column: (typeof NUMBER_COLUMNS)[number]): number | undefined => {
    const cell = cells.get(column);
    if (cell === undefined || cell === "") return undefined;
    const value = Number(cell);
    if (!Number.isFinite(value)) throw invalid(path, `line ${lineNumber}: "${cell}" in column ${column} is no number`);
    return value;
  };
  const [x, y, z, pixelSizeUm] = [number("x_um"), number("y_um"), number("z_um"), number("pixel_size_um")];
  if (pixelSizeUm !== undefined && pixelSizeUm <= 0) throw invalid(path, `line ${lineNumber}: pixel_size_um must be above 0`);
  return {
    file: cells.get("file") ?? "",
    page: number("page"),
    place: {
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
      ...(x === undefined || y === undefined ? {} : { stagePositionUm: { x, y } }),
      ...(z === undefined ? {} : { focusPositionUm: z }),
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw invalid(path, "it cannot be read", error);
  }
}

function invalid(path: string, reason: string, cause?: unknown): OcularError {
  return new OcularError({ tag: "InvalidInput", what: path, reason }, cause === undefined ? {} : { cause });
}
