import { describe, expect, it } from "vitest";
import { systemClock } from "./system-clock.ts";

describe("systemClock", () => {
  it("runs forward", async () => {
    const before = systemClock.nowMs();
    await systemClock.delay(2);
    expect(systemClock.nowMs() - before).toBeGreaterThan(1);
  });

  it("tells wall time with its zone", () => {
    const wall = systemClock.wallTime();
    expect(wall).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/u);
    expect(Math.abs(Date.parse(wall) - Date.now())).toBeLessThan(5000);
  });

  it("rejects an aborted delay with the signal's own reason", async () => {
    const abort = new AbortController();
    const waiting = systemClock.delay(60_000, abort.signal);
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });
});
