import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import { DeadlineWatch } from "./deadline-watch.ts";

describe("a watch of deadlines", () => {
  it("tells a miss once, at its time, and nothing of what was cleared", async () => {
    const clock = createManualClock(0);
    const watch = new DeadlineWatch(clock);
    const missed: string[] = [];
    watch.set(100, () => missed.push(`first at ${clock.nowMs()}`));
    await clock.advance(60);
    watch.clear();
    watch.set(100, () => missed.push(`second at ${clock.nowMs()}`));
    await clock.advance(99);
    expect(missed).toEqual([]);
    await clock.advance(1);
    expect(missed).toEqual(["second at 160"]);
    await clock.advance(1000);
    expect(missed).toHaveLength(1);
    expect(clock.pendingCount()).toBe(0);
  });

  it("comes earlier for a shorter deadline behind a longer one", async () => {
    const clock = createManualClock(0);
    const watch = new DeadlineWatch(clock);
    let missedAtMs = Number.NaN;
    watch.set(5000, () => undefined);
    watch.clear();
    watch.set(50, () => {
      missedAtMs = clock.nowMs();
    });
    await clock.advance(50);
    expect(missedAtMs).toBe(50);
  });

  it("runs one timer for a thousand commands that are answered, and leaves none behind", async () => {
    const clock = createManualClock(0);
    const watch = new DeadlineWatch(clock);
    for (let n = 0; n < 1000; n += 1) {
      watch.set(500, () => expect.unreachable());
      expect(clock.pendingCount()).toBe(1);
      watch.clear();
      await clock.advance(1);
    }
    watch.dispose();
    await clock.advance(0);
    expect(clock.pendingCount()).toBe(0);
  });
});
