import { describe, expect, it } from "vitest";
import { exposureBeganMs } from "./exposure-began.ts";
import { createFramePeriod } from "./frame-period.ts";

describe("the period of a camera's frames", () => {
  it("is the time from one to the next, also over those that are missing", () => {
    const period = createFramePeriod();
    expect([period(7, 1000), period(8, 1033), period(11, 1132)]).toEqual([250, 33, 33]);
  });

  it("is no more than a readout takes, and as much by a clock that stands, goes back or is none: unknown is not fresh", () => {
    const period = createFramePeriod();
    expect([period(1, 0), period(2, 20), period(3, 60_000), period(4, 60_000), period(5, 10), period(5, 50), period(6, 60), period(7, Number.NaN)]).toEqual([250, 20, 250, 250, 250, 250, 10, 250]);
  });
});

it("an exposure began before the frame was read out and sent, not only exposed", () => {
  expect(exposureBeganMs({ hostTimeMs: 100, exposureMs: 5, latencyMs: 33 })).toBe(62);
  expect(exposureBeganMs({ hostTimeMs: 100 })).toBe(100);
});
