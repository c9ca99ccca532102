import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { StoredFile } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import { diskError } from "./disk-errors.ts";
import type { OmeTiff } from "./ome-tiff.ts";
import { PART_SUFFIX, removeQuietly, type SessionFiles } from "./session-files.ts";

/** Folder of the kept pictures inside a session. */
export const FIELDS_FOLDER = "fields";

/** Path of a field's picture inside the session, with "/". @throws OcularError InvalidInput on an id that is no plain name */
export function fieldPath(fieldId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/u.test(fieldId)) {
    throw new OcularError({ tag: "InvalidInput", what: `Field id "${fieldId}"`, reason: "it must be a plain file name" });
  }
  return `${FIELDS_FOLDER}/${fieldId}.ome.tif`;
}

/** Hashed in one go: about half a millisecond of the event loop. */
const PIECE_BYTES = 256 * 1024;

/**
 * Writes a picture under a temporary name, syncs it, gives it its name and syncs the folder: after that it is whole and
 * durable, before that no file of that name exists. Hashing, as slow as the disk itself, runs beside the writing.
 *
 * @throws OcularError DiskFull or DiskUnwritable; nothing is left behind then
 */
export async function writeFieldFile(files: SessionFiles, sessionFolder: string, path: string, picture: OmeTiff): Promise<StoredFile> {
  const target = join(sessionFolder, ...path.split("/"));
  const part = `${target}${PART_SUFFIX}`;
  const parts = picture.parts.map(once);
  // Both are waited for, also when one fails: the pixels belong to the caller again when this promise settles.
  const [written, hashed] = await Promise.allSettled([writeAndName(files, part, target, parts), hashParts(parts)]);
  if (written.status === "rejected") {
    const failure = await diskError(written.reason, target, picture.byteLength, files);
    // What stays all the same is named by no record, and set aside at recovery.
    await removeQuietly(files, part);
    throw failure;
  }
  if (hashed.status === "rejected") throw hashed.reason;
  return { path, bytes: picture.byteLength, sha256: hashed.value };
}

async function writeAndName(files: SessionFiles, part: string, target: string, parts: readonly (() => Uint8Array)[]): Promise<void> {
  const file = await files.create(part);
  try {
    let position = 0;
    for (const bytesOf of parts) {
      const bytes = bytesOf();
      await file.write(bytes, position);
      position += bytes.byteLength;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(part, target);
  await files.syncFolder(dirname(target));
}

async function hashParts(parts: readonly (() => Uint8Array)[]): Promise<string> {
  const hash = createHash("sha256");
  for (const bytesOf of parts) {
    const bytes = bytesOf();
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      hash.update(bytes.subarray(start, start + PIECE_BYTES));
      await setImmediate();
    }
  }
  return hash.digest("hex");
}

/** Made when first asked for, by whoever comes first. */
function once(make: () => Uint8Array): () => Uint8Array {
  let made: Uint8Array | undefined;
  return () => (made ??= make());
}
