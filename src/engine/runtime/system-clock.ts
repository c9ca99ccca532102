import { setTimeout as timer } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";

/** The host's clocks: `hrtime` for durations, the system's date for the log. */
export const systemClock: Clock = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  wallTime: () => localIso(new Date()),
  async delay(delayMs, signal) {
    try {
      await timer(Math.max(0, delayMs), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an AbortError of its own; the promise is the reason itself.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};

/** Local time with its offset from UTC, as an auditor at the bench reads it: 2025-01-02T03:04:05.678+01:00. */
function localIso(date: Date): string {
  const offsetMinutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
  if (offsetMinutes === 0) return `${local}Z`;
  const two = (n: number): string => String(Math.trunc(n)).padStart(2, "0");
  const size = Math.abs(offsetMinutes);
  return `${local}${offsetMinutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
