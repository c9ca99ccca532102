import type { Clock } from "../../core/clock.ts";
import type { BatchProgress } from "../../shared/domain/batch.ts";

const WINDOW_MS = 60_000;
/** Moments that are remembered: more than one a second tells no more. */
const MOMENT_MS = 1_000;

/** Counts what a batch has done and tells, by the rate of the last minute, how long the rest takes. */
export class ProgressMeter {
  readonly #clock: Clock;
  readonly #files: number;
  readonly #resumed: number;
  readonly #moments: Array<{ ms: number; files: number; pictures: number }>;
  #done = 0;
  #pictures = 0;
  #failed = 0;

  constructor(clock: Clock, files: number, resumed: number) {
    this.#clock = clock;
    this.#files = files;
    this.#resumed = resumed;
    this.#moments = [{ ms: clock.nowMs(), files: 0, pictures: 0 }];
  }

  fileDone(): void {
    this.#done++;
    this.#remember();
  }

  pictureDone(): void {
    this.#pictures++;
  }

  failed(): void {
    this.#failed++;
  }

  progress(): BatchProgress {
    const first = this.#moments[0];
    const seconds = first === undefined ? 0 : (this.#clock.nowMs() - first.ms) / 1000;
    const files = this.#done - (first?.files ?? 0);
    const left = this.#files - this.#resumed - this.#done;
    const secondsLeft = left === 0 ? 0 : files > 0 && seconds > 0 ? (seconds / files) * left : undefined;
    return {
      files: this.#files, filesDone: this.#resumed + this.#done, filesResumed: this.#resumed, pictures: this.#pictures, failed: this.#failed,
      picturesPerSecond: seconds > 0 ? (this.#pictures - (first?.pictures ?? 0)) / seconds : 0,
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    };
  }

  #remember(): void {
    const ms = this.#clock.nowMs();
    const last = this.#moments.at(-1);
    if (last === undefined || ms - last.ms >= MOMENT_MS) this.#moments.push({ ms, files: this.#done, pictures: this.#pictures });
    // The oldest moment is the one that the last minute began with.
    while ((this.#moments[1]?.ms ?? Infinity) <= ms - WINDOW_MS) this.#moments.shift();
  }
}
