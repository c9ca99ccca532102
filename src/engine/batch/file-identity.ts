import { stat } from "node:fs/promises";
import { errorCode } from "../session/session-files.ts";

/** What tells a file from a later one of the same name. */
export interface FileIdentity {
  /** -1 where the file cannot be looked at. */
  readonly bytes: number;
  readonly mtimeMs: number;
}

export async function identityOf(path: string): Promise<FileIdentity> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs };
  } catch (error) {
    // Reading it will say what is wrong.
    if (errorCode(error) === undefined) throw error;
    return { bytes: -1, mtimeMs: -1 };
  }
}
