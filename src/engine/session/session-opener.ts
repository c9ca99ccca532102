import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import { OcularError } from "../../shared/errors.ts";
import type { OpeningProgress, SessionView } from "../../shared/ipc/contract.ts";
import type { ReadWatch } from "./file-hash.ts";
import { errorCode } from "./session-files.ts";
import { openSessionView } from "./session-reader.ts";

/** Opens sessions to look at, one at a time, for somebody who sees how far it is. */
export interface SessionOpener {
  /**
   * As {@link openSessionView}.
   *
   * @throws OcularError NotASession, Canceled (by {@link cancel}, or because another one is opened)
   */
  open(folder: string, running: readonly ClassInfo[], known: readonly ClassInfo[]): Promise<SessionView>;
  /** Ends the opening under way; nothing happens when there is none. */
  cancel(): void;
}

/** As often as a person can read it. */
const TELL_MS = 200;
/** Less than this says nothing of how long the rest takes. */
const LEAST_TIMED_MS = 500;

export function createSessionOpener(clock: Clock, tell: (progress: OpeningProgress) => void): SessionOpener {
  let opening = new AbortController();
  return {
    open: async (folder, running, known) => {
      opening.abort();
      const mine = new AbortController();
      opening = mine;
      try {
        const watch = { signal: mine.signal, onRead: readMeter(clock, basename(folder), await bytesIn(folder), tell) } satisfies ReadWatch;
        return await openSessionView(folder, running, known, watch);
      } catch (error) {
        if (mine.signal.aborted) throw new OcularError({ tag: "Canceled", what: "Opening the session" }, { cause: error });
        throw error;
      }
    },
    cancel: () => { opening.abort(); },
  };
}

/** Adds up what was read and tells it now and then. */
function readMeter(clock: Clock, name: string, totalBytes: number, tell: (progress: OpeningProgress) => void): (bytes: number) => void {
  const startMs = clock.nowMs();
  let doneBytes = 0;
  let toldMs = startMs - TELL_MS;
  return (bytes) => {
    // A file may be longer than when its size was asked for: a session that is still recording.
    doneBytes = Math.min(totalBytes, doneBytes + bytes);
    const nowMs = clock.nowMs();
    if (nowMs - toldMs < TELL_MS) return;
    toldMs = nowMs;
    const tookMs = nowMs - startMs;
    tell({ name, doneBytes, totalBytes, ...(tookMs < LEAST_TIMED_MS ? {} : { secondsLeft: ((tookMs / doneBytes) * (totalBytes - doneBytes)) / 1000 }) });
  };
}

/** Bytes of all files of a session; of those that cannot be looked at the opening itself tells. */
async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
  return bytes;
}
