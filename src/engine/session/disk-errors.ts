import { dirname } from "node:path";
import { OcularError } from "../../shared/errors.ts";
import { errorCode, type SessionFiles } from "./session-files.ts";

/** What a failed call to the disk means for a person. An OcularError passes as it is. */
export async function diskError(error: unknown, path: string, neededBytes: number, files: SessionFiles): Promise<OcularError> {
  if (error instanceof OcularError) return error;
  if (isDiskFull(error)) {
    return new OcularError({ tag: "DiskFull", path, neededBytes, freeBytes: await freeBytesOrNone(files, path) }, { cause: error });
  }
  return new OcularError({ tag: "DiskUnwritable", path, reason: reasonOf(errorCode(error), error) }, { cause: error });
}

/** Whether the system refused for want of space, or of space that this person may use. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

/** The disk may be gone altogether; then nothing is free. */
async function freeBytesOrNone(files: SessionFiles, path: string): Promise<number> {
  try {
    // What could not be written is often not there yet.
    return await files.freeBytes(path).catch(() => files.freeBytes(dirname(path)));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return 0;
  }
}

function reasonOf(code: string | undefined, error: unknown): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "the disk is read-only";
    case "EIO":
      return "the disk reported an input/output error";
    case "ENOENT":
      return "the folder is gone";
    case "EEXIST":
    case "ENOTDIR":
      return "a file is in the way of the folder";
    case "EISDIR":
      return "a folder is in the way of the file";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "EBUSY":
      return "another program has it open";
    case "EMFILE":
    case "ENFILE":
      return "too many files are open";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
