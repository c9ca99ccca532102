import { createRateMeter } from "../../core/acquisition/rate-meter.ts";
import type { Clock } from "../../core/clock.ts";
import { createLiveTracks } from "../../core/tracking/live-tracks.ts";
import type { DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { CountingFrame } from "../../shared/domain/session.ts";
import type { Snapshot } from "../../shared/domain/snapshot.ts";
import { createRollingQuantiles } from "./rolling-quantiles.ts";

/** What the running analysis comes to: its rate, how long it takes, and the cells seen since the tracks began. */
export interface RunningFigures {
  add(set: DetectionSet, header: FrameHeader, countingFrame: CountingFrame): void;
  /** Forgets the tracks. */
  restart(): void;
  running(): Snapshot["running"];
  analysisFps(): number;
  /** Median of the last 15; undefined before the first. */
  analysisMs(): number | undefined;
}

export function createRunningFigures(clock: Clock): RunningFigures {
  const rate = createRateMeter();
  const analysisMs = createRollingQuantiles(15);
  const tracks = createLiveTracks();
  let since = clock.wallTime();
  return {
    add(set, header, countingFrame) {
      rate.mark(clock.nowMs());
      analysisMs.add(set.analysisMs);
      tracks.add(set, header, countingFrame);
    },
    restart() {
      tracks.restart();
      since = clock.wallTime();
    },
    running: () => ({ counts: tracks.counts(), frames: tracks.frames(), since }),
    analysisFps: () => rate.perSecond(clock.nowMs()),
    analysisMs: () => analysisMs.quantile(0.5),
  };
}
