/** Tells how long the open session has run. */
export interface SessionClock {
  /** @param startedAt ISO time of its first record */
  elapsedMs(startedAt: string): number;
}

/**
 * Runs by a clock that nobody sets: the computer's own may be put forward or back while a session is open, and it showed hours
 * then, or time before its start. Only the first look at a session goes by the time of day.
 */
export function createSessionClock(wallMs: () => number = Date.now, steadyMs: () => number = () => performance.now()): SessionClock {
  let seen: { readonly startedAt: string; readonly startMs: number } | undefined;
  return {
    elapsedMs: (startedAt) => {
      if (seen?.startedAt !== startedAt) seen = { startedAt, startMs: steadyMs() - Math.max(0, wallMs() - Date.parse(startedAt)) };
      return steadyMs() - seen.startMs;
    },
  };
}
