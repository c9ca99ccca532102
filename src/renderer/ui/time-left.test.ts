import { describe, expect, it } from "vitest";
import { timeLeft } from "./time-left.ts";

describe("timeLeft", () => {
  it.each([[0, "0 s"], [0.2, "1 s"], [59.5, "1 min 0 s"], [185, "3 min 5 s"], [7800, "2 h 10 min"]])("%d s are %s", (seconds, words) => {
    expect(timeLeft(seconds)).toBe(words);
  });
});
