import { statfs } from "node:fs/promises";
import type { Clock } from "../../core/clock.ts";
import { makeFolders } from "../runtime/make-folders.ts";

const INTERVAL_MS = 5000;

/** Free space where sessions are kept, looked at every few seconds; undefined while it cannot be read. */
export function watchDiskSpace(folder: string, clock: Clock): { freeBytes(): number | undefined; dispose(): void } {
  const over = new AbortController();
  let freeBytes: number | undefined;
  const look = async (): Promise<void> => {
    try {
      await makeFolders(folder);
      const { bavail, bsize } = await statfs(folder);
      freeBytes = bavail * bsize;
    } catch {
      // An unreadable disk shows as "unknown"; writing to it gives the error that says why.
      freeBytes = undefined;
    }
  };
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await look();
      await clock.delay(INTERVAL_MS, over.signal);
    }
  };
  run().catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  return { freeBytes: () => freeBytes, dispose: () => { over.abort(); } };
}
