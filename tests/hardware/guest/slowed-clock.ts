import type { Clock } from "../../../src/core/clock.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";

/**
 * The system's clock with seconds as many times longer as this machine is slower than a real one: whoever goes by it keeps here the
 * deadlines that he keeps there. The date stays the system's.
 */
export function slowedClock(slowness: number): Clock {
  return {
    nowMs: () => systemClock.nowMs() / slowness,
    wallTime: () => systemClock.wallTime(),
    delay: (delayMs, signal) => systemClock.delay(delayMs * slowness, signal),
  };
}
