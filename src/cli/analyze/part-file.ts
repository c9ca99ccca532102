import { open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { diskError } from "../../engine/session/disk-errors.ts";
import { diskFiles } from "../../engine/session/session-files.ts";

/** Text kept before it is written, characters. */
const BUFFERED_CHARS = 64 * 1024;

/**
 * A text file that grows under a temporary name and gets its own when it is whole: whoever finds it finds all of it.
 * Errors of the disk come as OcularError DiskFull or DiskUnwritable.
 */
export class PartFile {
  readonly path: string;
  readonly #file: FileHandle;
  #buffer = "";

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<PartFile> {
    return onDisk(path, 0, async () => new PartFile(path, await open(partOf(path), "w")));
  }

  async write(text: string): Promise<void> {
    this.#buffer += text;
    if (this.#buffer.length >= BUFFERED_CHARS) await this.#flush();
  }

  /** On disk under its own name. */
  async commit(): Promise<void> {
    await this.#flush();
    await onDisk(this.path, 0, async () => {
      await this.#file.sync();
      await this.#file.close();
      await rename(partOf(this.path), this.path);
    });
  }

  async discard(): Promise<void> {
    await this.#file.close();
    await rm(partOf(this.path), { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = "";
    await onDisk(this.path, text.length, () => this.#file.writeFile(text));
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
