import { describe, expect, it } from "vitest";
import { createManualClock } from "../../core/testing/manual-clock.ts";
import { ProgressMeter } from "./progress-meter.ts";

describe("ProgressMeter", () => {
  it("tells the time left by the rate of the last minute", async () => {
    const clock = createManualClock();
    const meter = new ProgressMeter(clock, 1000, 100);
    expect(meter.progress()).toEqual({ files: 1000, filesDone: 100, filesResumed: 100, pictures: 0, failed: 0, picturesPerSecond: 0 });
    const work = async (files: number, ms: number): Promise<void> => {
      for (let n = 0; n < files; n++) {
        await clock.advance(ms);
        meter.pictureDone();
        meter.fileDone();
      }
    };
    await work(10, 10_000);
    expect(meter.progress().secondsLeft).toBeCloseTo(8900, -2);
    // Ten times as fast for longer than the minute that counts.
    await work(90, 1_000);
    const progress = meter.progress();
    expect(progress).toMatchObject({ filesDone: 200, pictures: 100 });
    expect(progress.picturesPerSecond).toBeCloseTo(1, 1);
    expect(progress.secondsLeft).toBeCloseTo(800, -2);
  });

  it("has nothing left when all is done", () => {
    const meter = new ProgressMeter(createManualClock(), 2, 2);
    expect(meter.progress()).toMatchObject({ filesDone: 2, secondsLeft: 0 });
  });
});
