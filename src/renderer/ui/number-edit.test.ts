import { describe, expect, it } from "vitest";
import { formatNumber, parseNumber, rangeText, sliderFromValue, stepped, valueFromSlider } from "./number-edit.ts";
import type { NumberSpec } from "./number-edit.ts";

const exposure: NumberSpec = { min: 0.1, max: 1000, step: 0.5, decimals: 1, unit: "ms" };

describe("a number edited in place", () => {
  it.each([["8", 8], [" 8,5 ms ", 8.5], ["12 %", 12], [".5", 0.5], ["1000", 1000]])("reads %j", (text, value) => {
    expect(parseNumber(text, exposure)).toEqual({ ok: true, value });
  });

  it("says the range when the value is outside", () => {
    expect(parseNumber("0", exposure)).toEqual({ ok: false, problem: "Range: 0.1 to 1000.0 ms" });
  });

  it.each(["", "abc", "1e9x", "--2", "1 2"])("asks for a number instead of %j", (text) => {
    expect(parseNumber(text, exposure)).toEqual({ ok: false, problem: "Type a number" });
  });

  it("says a range that is open on a side, and holds the other", () => {
    const open = { ...exposure, max: Infinity };
    expect([exposure, open, { ...exposure, min: -Infinity }, { ...open, min: -Infinity }].map(rangeText)).toEqual(["0.1 to 1000.0 ms", "at least 0.1 ms", "at most 1000.0 ms", "any number"]);
    expect(rangeText({ ...open, min: 0.001 })).toBe("at least 0.001 ms");
    expect(parseNumber("1e6", open)).toEqual({ ok: false, problem: "Type a number" });
    expect(parseNumber("1000000", open)).toEqual({ ok: true, value: 1_000_000 });
    expect(parseNumber("0", open)).toEqual({ ok: false, problem: "Range: at least 0.1 ms" });
    expect(stepped(5000, 1, true, open)).toBe(5005);
  });

  it("steps by the step, ten times with Shift, and stops at the ends", () => {
    expect(stepped(8, 1, false, exposure)).toBe(8.5);
    expect(stepped(8, -1, true, exposure)).toBe(3);
    expect(stepped(0.3, -1, false, exposure)).toBe(0.1);
    expect(stepped(0.1 + 0.2, 1, false, { ...exposure, step: 0.1 })).toBe(0.4);
  });

  it("goes to the slider and back, on a log scale too", () => {
    for (const value of [0.1, 1, 8.5, 100, 1000]) {
      expect(valueFromSlider(sliderFromValue(value, exposure, "log"), exposure, "log")).toBeCloseTo(value, 1);
      expect(valueFromSlider(sliderFromValue(value, exposure, "linear"), exposure, "linear")).toBeCloseTo(value, 1);
    }
    expect(sliderFromValue(10, exposure, "log")).toBeCloseTo(0.5, 6);
  });

  it("never writes minus zero", () => {
    expect(formatNumber(-0.04, 1)).toBe("0.0");
  });
});
