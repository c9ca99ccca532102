import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing; one that is there is left as it is. In place of Node's `recursive`,
 * which never ends where the system says ENOENT for a folder in one that exists, as /proc and some network disks do.
 *
 * @throws the system's error: EACCES, EROFS, ENOSPC, ENOTDIR or EEXIST where a file is in the way, ENOENT as above
 */
export async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const above = dirname(path);
    if (code === "ENOENT" && above !== path) {
      await makeFolders(above);
      // What is missing now was not the folder above.
      await mkdir(path).catch(ifThere(path));
      return;
    }
    await ifThere(path)(error);
  }
}

/** A folder that is there already, also one that somebody else made meanwhile, is what was wanted. */
function ifThere(path: string): (error: unknown) => Promise<void> {
  return async (error) => {
    const { isDirectory } = await stat(path).then((found) => ({ isDirectory: found.isDirectory() }), () => ({ isDirectory: false }));
    if (!isDirectory) throw error;
  };
}
