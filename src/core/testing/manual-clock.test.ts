import { describe, expect, it } from "vitest";
import { createManualClock } from "./manual-clock.ts";

describe("createManualClock", () => {
  it("wakes delays in the order they fall due, at their time", async () => {
    const clock = createManualClock(0);
    const woken: [string, number][] = [];
    const wait = (name: string, ms: number): Promise<void> => clock.delay(ms).then(() => void woken.push([name, clock.nowMs()]));
    const all = [wait("late", 30), wait("early", 10), wait("middle", 20)];
    await clock.advance(25);
    expect(woken).toEqual([["early", 10], ["middle", 20]]);
    expect(clock.nowMs()).toBe(25);
    await clock.advance(5);
    await Promise.all(all);
    expect(woken.at(-1)).toEqual(["late", 30]);
    expect(clock.pendingCount()).toBe(0);
  });

  it("reaches delays asked for on the way", async () => {
    const clock = createManualClock(0);
    let ticks = 0;
    const ticking = (async () => {
      for (; ticks < 5; ticks++) await clock.delay(10);
    })();
    await clock.advance(50);
    await ticking;
    expect(ticks).toBe(5);
  });

  it("rejects an aborted delay with the signal's reason and forgets it", async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    const waiting = clock.delay(100, abort.signal);
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(clock.delay(1, abort.signal)).rejects.toThrow("enough");
    expect(clock.pendingCount()).toBe(0);
  });

  it("moves wall time with monotonic time", async () => {
    const clock = createManualClock(5000, "2025-01-02T03:04:05.000Z");
    await clock.advance(1500);
    expect(clock.wallTime()).toBe("2025-01-02T03:04:06.500Z");
    expect(clock.nowMs()).toBe(6500);
  });
});
