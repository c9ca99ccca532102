import type { Clock } from "../clock.ts";

/** A clock that stands still until a test turns it. */
export interface ManualClock extends Clock {
  /**
   * Lets `elapsedMs` pass: delays that fall due settle in order of their due time, each followed by a turn of the event
   * loop, so that what waited on them has run (and may have asked for the next delay) before time goes on.
   */
  advance(elapsedMs: number): Promise<void>;
  /** Delays not yet due: 0 at the end of a test that left nothing behind. */
  pendingCount(): number;
  /** When the next delay falls due; undefined when none is pending. */
  nextDueMs(): number | undefined;
}

interface Pending {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * @param startMs monotonic time to begin with
 * @param epoch wall time at `startMs`, ISO 8601
 */
export function createManualClock(startMs = 1000, epoch = "2025-01-02T03:04:05.000Z"): ManualClock {
  const epochMs = Date.parse(epoch) - startMs;
  let nowMs = startMs;
  let pending: Pending[] = [];

  const next = (): Pending | undefined =>
    pending.reduce<Pending | undefined>((first, each) => (first === undefined || each.dueMs < first.dueMs ? each : first), undefined);

  return {
    nowMs: () => nowMs,
    wallTime: () => new Date(epochMs + nowMs).toISOString(),
    delay(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const cancel = (): void => {
          pending = pending.filter((each) => each !== entry);
          reject(signal?.reason);
        };
        const entry: Pending = {
          dueMs: nowMs + Math.max(0, delayMs),
          wake: () => {
            signal?.removeEventListener("abort", cancel);
            resolve();
          },
        };
        signal?.addEventListener("abort", cancel, { once: true });
        pending.push(entry);
      });
    },
    async advance(elapsedMs) {
      const untilMs = nowMs + elapsedMs;
      await turn();
      for (let due = next(); due !== undefined && due.dueMs <= untilMs; due = next()) {
        const entry = due;
        pending = pending.filter((each) => each !== entry);
        nowMs = Math.max(nowMs, entry.dueMs);
        entry.wake();
        await turn();
      }
      nowMs = untilMs;
      await turn();
    },
    pendingCount: () => pending.length,
    nextDueMs: () => next()?.dueMs,
  };
}

// Node's, named here alone: pure code has no other use for it than letting the rest of a test run.
declare function setImmediate(callback: () => void): unknown;

/** Every job queue empty once: promises settled so far have run what waited on them. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
