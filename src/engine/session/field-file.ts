import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { StoredFile } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import { diskError } from "./disk-errors.ts";
import type { OmeTiff } from "./ome-tiff.ts";
import { type OpenFile, PART_SUFFIX, type SessionFiles } from "./session-files.ts";

/** Folder of the kept pictures inside a session. */
export const FIELDS_FOLDER = "fields";

/** Path of a field's picture inside the session, with "/". @throws OcularError InvalidInput on an id that is no plain name */
export function fieldPath(fieldId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/u.test(fieldId)) {
    throw new OcularError({ tag: "InvalidInput", what: `Field id "${fieldId}"`, reason: "it must be a plain file name" });
  }
  return `${FIELDS_FOLDER}/${fieldId}.ome.tif`;
}

/** Small enough that hashing one piece does not hold up the event loop. */
const PIECE_BYTES = 512 * 1024;

/**
 * Writes a picture under a temporary name, syncs it, gives it its name and syncs the folder: after that it is whole and
 * durable, before that no file of that name exists. Hashing runs while the system writes.
 *
 * @throws OcularError DiskFull or DiskUnwritable; nothing is left behind then
 */
export async function writeFieldFile(files: SessionFiles, sessionFolder: string, path: string, picture: OmeTiff): Promise<StoredFile> {
  const target = join(sessionFolder, ...path.split("/"));
  const part = `${target}${PART_SUFFIX}`;
  try {
    const sha256 = await writePart(files, part, picture);
    await files.rename(part, target);
    await files.syncFolder(dirname(target));
    return { path, bytes: picture.byteLength, sha256 };
  } catch (error) {
    const failure = await diskError(error, target, picture.byteLength, files);
    await removeQuietly(files, part);
    throw failure;
  }
}

async function writePart(files: SessionFiles, path: string, picture: OmeTiff): Promise<string> {
  const file = await files.create(path);
  try {
    const sha256 = await writeParts(file, picture);
    await file.sync();
    return sha256;
  } finally {
    await file.close();
  }
}

async function writeParts(file: OpenFile, picture: OmeTiff): Promise<string> {
  const hash = createHash("sha256");
  let position = 0;
  for (const part of picture.parts) {
    const bytes = part();
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      const piece = bytes.subarray(start, start + PIECE_BYTES);
      const written = file.write(piece, position);
      hash.update(piece);
      await written;
      position += piece.byteLength;
    }
  }
  return hash.digest("hex");
}

/** The first failure is the one to tell; a leftover part is named by no record and set aside at recovery. */
export async function removeQuietly(files: SessionFiles, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch {
    // See above: told once, by the first failure.
  }
}
