import { describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import { isOcularError } from "../../shared/errors.ts";
import { withDeadline } from "./deadline.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe("withDeadline", () => {
  it("hands the value through and leaves no timer", async () => {
    const clock = createManualClock();
    const value = await withDeadline({ clock, timeoutMs: 100, command: "ask", deviceId: "cam" }, () => Promise.resolve(7));
    expect(value).toBe(7);
    await clock.advance(0);
    expect(clock.pendingCount()).toBe(0);
  });

  it("rejects with DeviceTimeout and tells the work to stop", async () => {
    const clock = createManualClock();
    let told: AbortSignal | undefined;
    const call = withDeadline({ clock, timeoutMs: 100, command: "ask", deviceId: "cam" }, (signal) => {
      told = signal;
      return never();
    }).catch((error: unknown) => error);
    await clock.advance(99);
    expect(told?.aborted).toBe(false);
    await clock.advance(1);
    const error = await call;
    expect(isOcularError(error, "DeviceTimeout")).toBe(true);
    expect(told?.aborted).toBe(true);
  });

  it("rejects with Canceled when aborted, before or during", async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    const options = { clock, timeoutMs: 100, command: "ask", deviceId: "cam", signal: abort.signal };
    const call = withDeadline(options, never).catch((error: unknown) => error);
    abort.abort();
    expect(isOcularError(await call, "Canceled")).toBe(true);
    let started = false;
    const late = await withDeadline(options, () => {
      started = true;
      return Promise.resolve(1);
    }).catch((error: unknown) => error);
    expect(isOcularError(late, "Canceled")).toBe(true);
    expect(started).toBe(false);
    await clock.advance(0);
    expect(clock.pendingCount()).toBe(0);
  });

  it("passes the work's own error on", async () => {
    const clock = createManualClock();
    const call = withDeadline({ clock, timeoutMs: 100, command: "ask", deviceId: "cam" }, () => Promise.reject(new Error("own")));
    await expect(call).rejects.toThrow("own");
  });
});
