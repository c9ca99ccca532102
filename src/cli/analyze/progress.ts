import type { BatchProgress } from "../../shared/domain/batch.ts";
import type { CliContext } from "../context.ts";

const BAR_CELLS = 24;
/** A faster bar is not read any better. */
const DRAW_EVERY_MS = 100;

/** A progress bar on a terminal: files done, pictures per second, time left. */
export class ProgressBar {
  readonly #context: Pick<CliContext, "status" | "clock">;
  #drawnMs = -Infinity;

  constructor(context: Pick<CliContext, "status" | "clock">) {
    this.#context = context;
  }

  show({ files, filesDone, picturesPerSecond, secondsLeft, failed }: BatchProgress): void {
    const nowMs = this.#context.clock.nowMs();
    if (nowMs - this.#drawnMs < DRAW_EVERY_MS) return;
    this.#drawnMs = nowMs;
    const filled = Math.round((files === 0 ? 1 : filesDone / files) * BAR_CELLS);
    const left = secondsLeft === undefined ? "" : `, ${duration(secondsLeft)} left`;
    const wrong = failed === 0 ? "" : `, ${failed} failed`;
    this.#context.status(`[${"#".repeat(filled)}${"-".repeat(BAR_CELLS - filled)}] ${filesDone}/${files} files, ${picturesPerSecond.toFixed(1)} pictures/s${left}${wrong}`);
  }

  clear(): void {
    this.#context.status("");
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
