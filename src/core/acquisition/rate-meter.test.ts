import { describe, expect, it } from "vitest";
import { createRateMeter } from "./rate-meter.ts";

describe("createRateMeter", () => {
  it("reads a steady rate exactly", () => {
    const meter = createRateMeter(1000);
    for (let frame = 0; frame <= 90; frame++) meter.mark(frame * (1000 / 30));
    expect(meter.perSecond(3000)).toBeCloseTo(30, 6);
  });

  it("falls when events stop coming, to 0 past the window", () => {
    const meter = createRateMeter(1000);
    for (let at = 0; at <= 1000; at += 100) meter.mark(at);
    expect(meter.perSecond(1000)).toBeCloseTo(10);
    expect(meter.perSecond(1090)).toBeCloseTo(10);
    expect(meter.perSecond(1600)).toBeLessThan(7);
    expect(meter.perSecond(2500)).toBe(0);
  });

  it("is 0 for one event and after a reset", () => {
    const meter = createRateMeter();
    meter.mark(5);
    expect(meter.perSecond(6)).toBe(0);
    meter.mark(15);
    meter.reset();
    expect(meter.perSecond(16)).toBe(0);
  });
});
