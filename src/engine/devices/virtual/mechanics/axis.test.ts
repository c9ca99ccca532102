import { describe, expect, it } from "vitest";
import { Axis, travelSeconds } from "./axis.ts";
import type { AxisSpec } from "./axis.ts";

const PLAIN: AxisSpec = { speedUmPerS: 1000, accelerationUmPerS2: 10_000, settleMs: 40, swingUm: 0, backlashUm: 0 };

describe("an axis", () => {
  it("takes the time of a trapezoid: distance / speed + speed / acceleration", () => {
    expect(travelSeconds(PLAIN, 1000)).toBeCloseTo(1.1, 9);
    // Too short to reach full speed: up and down again, 2 * sqrt(distance / acceleration).
    expect(travelSeconds(PLAIN, 25)).toBeCloseTo(0.1, 9);
  });

  it("never jumps: steps within a millisecond stay within the speed", () => {
    const axis = new Axis(PLAIN, 0);
    axis.moveTo(1000, 0);
    let previous = 0;
    for (let ms = 1; ms <= 1200; ms += 1) {
      const at = axis.motorUm(ms);
      expect(at - previous).toBeLessThanOrEqual(1.0001);
      expect(at).toBeGreaterThanOrEqual(previous);
      previous = at;
    }
    expect(previous).toBe(1000);
    expect(axis.settledAtMs()).toBeCloseTo(1140, 6);
  });

  it("halts where it is", () => {
    const axis = new Axis(PLAIN, 0);
    axis.moveTo(1000, 0);
    axis.halt(500);
    const at = axis.motorUm(500);
    expect(at).toBeGreaterThan(400);
    expect(axis.motorUm(2000)).toBe(at);
    expect(axis.isMoving(501)).toBe(false);
  });

  it("has play: the slide stays behind after a turn of direction, by the backlash", () => {
    const axis = new Axis({ ...PLAIN, backlashUm: 2 }, 0);
    axis.moveTo(100, 0);
    const fromBelow = axis.slideUm(1000);
    axis.moveTo(200, 1000);
    axis.moveTo(100, 3000);
    const fromAbove = axis.slideUm(5000);
    expect(axis.motorUm(5000)).toBe(100);
    expect(fromAbove - fromBelow).toBeCloseTo(2, 9);
    // A way shorter than the play does not move the slide at all.
    axis.moveTo(101.5, 5000);
    expect(axis.slideUm(6000)).toBeCloseTo(fromAbove, 9);
  });

  it("swings after arrival and is still once settled", () => {
    const axis = new Axis({ ...PLAIN, swingUm: 0.5 }, 0);
    axis.moveTo(100, 0);
    const arrival = axis.arrivesAtMs();
    const swings = Array.from({ length: 40 }, (_, i) => Math.abs(axis.slideUm(arrival + i) - 100));
    expect(Math.max(...swings)).toBeGreaterThan(0.1);
    expect(axis.slideUm(axis.settledAtMs())).toBe(100);
  });
});
