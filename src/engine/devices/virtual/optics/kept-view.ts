/**
 * The tiles of a slide's first view in a file, so that the next start need not draw them again. What is drawn depends
 * on the slide and on the code that draws it, and on nothing else; both are in the file's name, so a file is never out of date.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IMAGE_TILE_PX, type ImageTile } from "./image-tiles.ts";

/** Samples of one colour of a tile. */
const PLANE_SAMPLES = IMAGE_TILE_PX * IMAGE_TILE_PX;
const PLANE_BYTES = PLANE_SAMPLES * Uint16Array.BYTES_PER_ELEMENT;
const SUFFIX = ".view";
/** 9 MB each; the newest stay. */
const MAX_FILES = 3;
/** Bytes of the SHA-256 that a file begins with. */
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;

/** Tiles by their key in `ImageTiles`. */
export type KeptTiles = ReadonlyMap<string, ImageTile>;

/** File name of a slide's first view as this code draws it. */
export function keptViewName(scene: { readonly kind: string; readonly seed: number }, code: Uint8Array): string {
  return `${scene.kind}-${scene.seed}-${createHash("sha256").update(code).digest("hex").slice(0, 24)}${SUFFIX}`;
}

/** Undefined where there is none, or one that was cut or changed: then the view is drawn. */
export function readKeptView(folder: string, name: string): KeptTiles | undefined {
  const bytes = readIfThere(join(folder, name));
  if (bytes === undefined || bytes.byteLength < DIGEST_BYTES + LENGTH_BYTES) return undefined;
  const content = bytes.subarray(DIGEST_BYTES);
  if (!createHash("sha256").update(content).digest().equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
  const planesAt = LENGTH_BYTES + content.readUInt32LE(0);
  const keys = content.toString("utf8", LENGTH_BYTES, planesAt).trimEnd().split("\n");
  // A copy of its own, aligned for 16-bit samples: three planes a tile.
  const planes = new Uint8Array(content.subarray(planesAt)).buffer;
  const plane = (index: number): Uint16Array => new Uint16Array(planes, index * PLANE_BYTES, PLANE_SAMPLES);
  return new Map(keys.map((key, index) => [key, [plane(3 * index), plane(3 * index + 1), plane(3 * index + 2)]]));
}

/**
 * Writes the view beside those of other slides and lets the oldest go; a file is there whole or not at all.
 * @throws Error of the file system
 */
export function writeKeptView(folder: string, name: string, tiles: KeptTiles): void {
  const keys = Buffer.from([...tiles.keys()].join("\n"));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(keys.byteLength);
  const content = Buffer.concat([length, keys, ...[...tiles.values()].flat().map((plane) => Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength))]);
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `${name}.${process.pid}`);
  writeFileSync(unfinished, Buffer.concat([createHash("sha256").update(content).digest(), content]));
  renameSync(unfinished, join(folder, name));
  // What is there under a name of the moment was left by a start that ended while it wrote: one profile has one app.
  for (const file of readdirSync(folder)) if (!file.endsWith(SUFFIX)) rmSync(join(folder, file), { force: true });
  const writtenMs = (file: string): number => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const others = readdirSync(folder).filter((file) => file !== name && file.endsWith(SUFFIX)).toSorted((a, b) => writtenMs(b) - writtenMs(a));
  for (const file of others.slice(MAX_FILES - 1)) rmSync(join(folder, file), { force: true });
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
