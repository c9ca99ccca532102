import { stat } from "node:fs/promises";
import { stampOf } from "../images/file-stamp.ts";
import { sidecarsOf } from "../images/sidecar.ts";
import { errorCode } from "../session/session-files.ts";

/** What tells a file, and what is written beside it, from a later one of the same name. */
export interface FileIdentity {
  /** -1 where the file cannot be looked at. */
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Sizes and times of its sidecars: they say its scale and depth. Undefined where there are none. */
  readonly beside?: string;
}

export async function identityOf(path: string): Promise<FileIdentity> {
  const beside = await stampOf(sidecarsOf(path));
  const sidecars = beside === undefined ? {} : { beside };
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, mtimeMs, ...sidecars };
  } catch (error) {
    // Reading it will say what is wrong.
    if (errorCode(error) === undefined) throw error;
    return { bytes: -1, mtimeMs: -1, ...sidecars };
  }
}
