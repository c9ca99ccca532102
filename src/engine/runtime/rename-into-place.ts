import { rename } from "node:fs/promises";
import { systemClock } from "./system-clock.ts";

/** The calls of the system; injected in tests. */
export interface RenamingSystem {
  readonly isWindows: boolean;
  rename(from: string, to: string): Promise<void>;
  /** Resolves after that many ms. */
  pause(ms: number): Promise<void>;
}

const THIS_SYSTEM: RenamingSystem = { isWindows: process.platform === "win32", rename, pause: (ms) => systemClock.delay(ms) };

/** What Windows says while somebody has a file open. */
const HELD = new Set<unknown>(["EPERM", "EACCES", "EBUSY"]);

/** Pauses between the tries, ms: 1.3 s in all. */
const PAUSES_MS = [10, 20, 40, 80, 160, 320, 640];

/**
 * Gives a finished file or folder the name it is meant to have, in place of a file that is there.
 *
 * Windows refuses while anybody has one of the two open, and virus scanners and indexers open every new file for a moment: there it is
 * tried again. On other systems nobody can be in the way.
 *
 * @throws the system's error, on Windows the last one
 */
export async function renameIntoPlace(from: string, to: string, system: RenamingSystem = THIS_SYSTEM): Promise<void> {
  for (const pauseMs of system.isWindows ? PAUSES_MS : []) {
    try {
      return await system.rename(from, to);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && HELD.has(error.code))) throw error;
      await system.pause(pauseMs);
    }
  }
  await system.rename(from, to);
}
