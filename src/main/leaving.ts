import type { Clock } from "../core/clock.ts";
import { describeError, errorDataOf } from "../shared/errors.ts";

/** Something the app holds, and how it ends. */
export interface Held {
  /** As people know it: "The microscope". */
  readonly name: string;
  readonly end: () => Promise<void>;
}

/** Longest for one thing to end: a batch finishes the pictures under way, a camera may take seconds to stop. */
export const LONGEST_END_MS = 15_000;

/**
 * Ends what the app holds, one after another, the most dangerous first. What fails, or does not end within
 * {@link LONGEST_END_MS}, is said and the next one ends all the same: a thing that never opened must not keep the
 * lights on or the app from leaving.
 * @returns whether all of it ended well
 */
export async function endAll(held: readonly Held[], clock: Clock, say: (line: string) => void): Promise<boolean> {
  let allWell = true;
  for (const { name, end } of held) {
    const inTime = new AbortController();
    // Aborted when the thing has ended: then it is no news.
    const late = clock.delay(LONGEST_END_MS, inTime.signal).then(() => { throw new Error(`it did not end within ${LONGEST_END_MS / 1000} s`); });
    try {
      await Promise.race([end(), late]);
    } catch (error) {
      allWell = false;
      say(describeError(errorDataOf(error, `Ending ${name}`)));
    } finally {
      late.catch(() => undefined); // Nobody waits for the timer any more.
      inTime.abort();
    }
  }
  return allWell;
}
