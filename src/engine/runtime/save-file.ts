import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles, errorCode, PART_SUFFIX, removeQuietly, type SessionFiles } from "../session/session-files.ts";

/**
 * Writes a small file under a name of the moment, syncs it and gives it its own: a full disk, a crash or a cut power leaves
 * the one that was there before, or the whole new one. Folders that are missing are made.
 *
 * @throws OcularError DiskFull, DiskUnwritable; nothing is left behind then
 */
export async function saveFile(path: string, content: string | Uint8Array, files: SessionFiles = diskFiles): Promise<void> {
  // Another Ocular may save the same file at the same time.
  const part = `${path}.${randomUUID()}${PART_SUFFIX}`;
  await write(part, path, content, files);
}

/**
 * The same for a file that must not take another's place.
 *
 * @returns false where there is one of that name: it is left as it is
 * @throws OcularError DiskFull, DiskUnwritable; nothing is left behind then
 */
export async function saveNewFile(path: string, content: string | Uint8Array, files: SessionFiles = diskFiles): Promise<boolean> {
  try {
    await write(path, path, content, files);
    return true;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof NameTaken) return false;
    throw error;
  }
}

/** Told apart from a file that is in the way of the folder: both are EEXIST. */
class NameTaken extends Error {}

async function write(first: string, path: string, content: string | Uint8Array, files: SessionFiles): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const folder = dirname(path);
  try {
    await files.makeFolder(folder, false);
    const file = await files.create(first).catch((error: unknown) => {
      throw errorCode(error) === "EEXIST" ? new NameTaken(`${path} exists`) : error;
    });
    try {
      await file.write(bytes, 0).then(() => file.sync()).finally(() => file.close());
      if (first !== path) await files.rename(first, path);
      await files.syncFolder(folder);
    } catch (error) {
      await removeQuietly(files, first);
      throw error;
    }
  } catch (error) {
    throw await diskError(error, path, bytes.byteLength, files);
  }
}
