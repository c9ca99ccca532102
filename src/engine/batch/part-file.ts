import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { renameIntoPlace } from "../runtime/rename-into-place.ts";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles, removeQuietly } from "../session/session-files.ts";

/** Bytes kept before they are written. */
const BUFFERED_BYTES = 64 * 1024;

/**
 * A file that grows under a temporary name and gets its own when it is whole: whoever finds it finds all of it.
 * Errors of the disk come as OcularError DiskFull or DiskUnwritable.
 */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #kept: Array<string | Uint8Array> = [];
  #keptBytes = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<PartFile> {
    return onDisk(path, 0, async () => new PartFile(path, await open(partOf(path), "w+")));
  }

  /** Bytes are the file's until they are written. */
  async write(content: string | Uint8Array): Promise<void> {
    this.#kept.push(content);
    this.#keptBytes += content.length;
    if (this.#keptBytes >= BUFFERED_BYTES) await this.#flush();
  }

  /** Everything that was written to another file, which is then thrown away. */
  async take(other: PartFile): Promise<void> {
    await other.#flush();
    const piece = Buffer.allocUnsafe(BUFFERED_BYTES);
    for (let at = 0; ; ) {
      const { bytesRead } = await onDisk(other.path, 0, () => other.#file.read(piece, 0, piece.byteLength, at));
      if (bytesRead === 0) break;
      await this.write(Uint8Array.from(piece.subarray(0, bytesRead)));
      at += bytesRead;
    }
    await other.discard();
  }

  /** On disk under its own name. */
  async commit(): Promise<void> {
    await this.#flush();
    await onDisk(this.path, 0, async () => {
      await this.#file.sync();
      await this.#file.close();
      await renameIntoPlace(partOf(this.path), this.path);
    });
  }

  /** Leaves nothing behind, as far as the disk still lets it: why it is thrown away is what is told. */
  async discard(): Promise<void> {
    await Promise.allSettled([this.#file.close()]);
    await removeQuietly(diskFiles, partOf(this.path));
  }

  async #flush(): Promise<void> {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    const bytes = Buffer.concat(kept.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
    await onDisk(this.path, bytes.length, () => this.#file.appendFile(bytes));
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

async function onDisk<T>(path: string, neededBytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await diskError(error, path, neededBytes, diskFiles);
  }
}
