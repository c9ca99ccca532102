import { type FileHandle, mkdir, open, readFile, readdir, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolders } from "../runtime/make-folders.ts";
import { renameIntoPlace } from "../runtime/rename-into-place.ts";

/** An open file. Positions are explicit, so what a failed write left behind can be written over or cut off. */
export interface OpenFile {
  /** Resolves when every byte has been handed to the system. Short writes are carried on. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Resolves when bytes and length are on the medium (fdatasync). */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a session needs of a disk, small enough to be replaced by a disk that fills up or breaks in a test. All calls
 * reject with Node's own errors (`code` ENOSPC, EACCES, ...); callers turn them into words once.
 */
export interface SessionFiles {
  /** @param exclusive reject with EEXIST when the folder is there; else parents are made and an old folder is fine */
  makeFolder(path: string, exclusive: boolean): Promise<void>;
  /** A new file, opened for writing; EEXIST when there is one. */
  create(path: string): Promise<OpenFile>;
  /** A file that exists, opened for writing. */
  openExisting(path: string): Promise<OpenFile>;
  readText(path: string): Promise<string>;
  /** Names in a folder; empty when there is no such folder. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
  /** Removes a folder with all that is in it. */
  removeFolder(path: string): Promise<void>;
  /** Makes names in a folder durable: files created, renamed or removed there. */
  syncFolder(path: string): Promise<void>;
  /** Bytes an ordinary user may still write on the disk of `path`. */
  freeBytes(path: string): Promise<number>;
}

/** The real disk. */
export const diskFiles: SessionFiles = {
  makeFolder: async (path, exclusive) => {
    if (exclusive) await mkdir(path);
    else await makeFolders(path);
  },
  create: (path) => openFile(path, "wx"),
  openExisting: (path) => openFile(path, "r+"),
  readText: (path) => readFile(path, "utf8"),
  list: async (path) => {
    try {
      return await readdir(path);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  },
  rename: (from, to) => renameIntoPlace(from, to),
  remove: (path) => rm(path, { force: true }),
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
  syncFolder: (path) => syncFolder(path),
  freeBytes: async (path) => {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

/** Writes a small file so that a crash leaves either the old one or the whole new one. */
export async function writeWhole(files: SessionFiles, path: string, text: string): Promise<void> {
  const part = `${path}${PART_SUFFIX}`;
  await files.remove(part);
  const file = await files.create(part);
  try {
    await file.write(new TextEncoder().encode(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(part, path);
  await files.syncFolder(dirname(path));
}

/** What tells that a file system has no sync of folders at all, as shares of other computers often do; PostgreSQL's fsync_fname takes it so too. */
const NO_SYNC_OF_FOLDERS: ReadonlySet<string | undefined> = new Set(["EBADF", "EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);

/** See {@link SessionFiles.syncFolder}; names are as durable as that disk makes them where it does not know such a sync. */
export async function syncFolder(path: string, openFolder: (path: string) => Promise<Pick<FileHandle, "sync" | "close">> = (folder) => open(folder, "r")): Promise<void> {
  // Windows keeps no handle on a folder that could be flushed; NTFS journals names by itself.
  if (process.platform === "win32") return;
  const folder = await openFolder(path);
  try {
    await folder.sync();
  } catch (error) {
    if (!NO_SYNC_OF_FOLDERS.has(errorCode(error))) throw error;
  } finally {
    await folder.close();
  }
}

/** For what is left over after a failure: the failure is the one to tell. */
export async function removeQuietly(files: SessionFiles, path: string): Promise<void> {
  await Promise.allSettled([files.remove(path)]);
}

/** Ending of a file that is still being written; no record ever names one. */
export const PART_SUFFIX = ".part";

/** Node's error code ("ENOENT"), undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

async function openFile(path: string, flags: string): Promise<OpenFile> {
  const handle = await open(path, flags);
  return {
    write: async (bytes, position) => {
      let done = 0;
      while (done < bytes.byteLength) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}
