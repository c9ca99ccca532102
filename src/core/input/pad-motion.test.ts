import { describe, expect, it } from "vitest";
import { isStill, newlyPressed, padToMotion, PAD_OPTIONS, STILL, type PadReading } from "./pad-motion.ts";

const pad = (axes: readonly number[], pressed: readonly number[] = []): PadReading => ({ axes, buttons: Array.from({ length: 16 }, (_, index) => ({ pressed: pressed.includes(index) })) });

describe("a gamepad's motion", () => {
  it("is none within the round dead zone, however the stick is worn", () => {
    for (const [x, y] of [[0, 0], [0.17, 0], [0.12, 0.12], [-0.1, 0.14], [NaN, 0]] as const) expect(padToMotion(pad([x, y, 0, 0.15]))).toEqual(STILL);
    expect(isStill(padToMotion(pad([])))).toBe(true);
  });

  it("is full speed at full deflection, and no more beyond it", () => {
    expect(padToMotion(pad([1, 0]))).toEqual({ xFields: PAD_OPTIONS.fieldsPerSecond, yFields: 0, focusSteps: 0 });
    expect(padToMotion(pad([0, -1])).yFields).toBe(-PAD_OPTIONS.fieldsPerSecond);
    const corner = padToMotion(pad([1, 1]));
    expect(Math.hypot(corner.xFields, corner.yFields)).toBeCloseTo(PAD_OPTIONS.fieldsPerSecond, 9);
    expect(padToMotion(pad([7, 0])).xFields).toBe(PAD_OPTIONS.fieldsPerSecond);
  });

  it("grows with the square of the way behind the dead zone, the same in every direction", () => {
    const half = PAD_OPTIONS.deadZone + (1 - PAD_OPTIONS.deadZone) / 2;
    expect(padToMotion(pad([half, 0])).xFields).toBeCloseTo(0.25 * PAD_OPTIONS.fieldsPerSecond, 9);
    const diagonal = padToMotion(pad([half * Math.SQRT1_2, half * Math.SQRT1_2]));
    expect(Math.hypot(diagonal.xFields, diagonal.yFields)).toBeCloseTo(0.25 * PAD_OPTIONS.fieldsPerSecond, 9);
  });

  it("focuses with the right stick, up is up, and with the shoulder buttons, which come first", () => {
    expect(padToMotion(pad([0, 0, 0, -1])).focusSteps).toBe(PAD_OPTIONS.focusStepsPerSecond);
    expect(padToMotion(pad([0, 0, 0, 1])).focusSteps).toBe(-PAD_OPTIONS.focusStepsPerSecond);
    expect(padToMotion(pad([0, 0, 0, 1], [5])).focusSteps).toBe(PAD_OPTIONS.focusStepsPerSecond);
    expect(padToMotion(pad([0, 0, 0, 0], [4])).focusSteps).toBe(-PAD_OPTIONS.focusStepsPerSecond);
    expect(padToMotion(pad([0, 0, 0, 0], [4, 5])).focusSteps).toBe(0);
  });

  it("tells each press of a button once", () => {
    expect(newlyPressed(pad([], [0, 3]), new Set([3]))).toEqual([0]);
    expect(newlyPressed(pad([], [3]), new Set([3]))).toEqual([]);
  });
});
