import type { Clock } from "../../core/clock.ts";
import type { CliContext } from "../context.ts";

const BAR_CELLS = 24;
/** A faster bar is not read any better. */
const DRAW_EVERY_MS = 100;

/** A progress bar on a terminal: files done, pictures per second, time left. */
export class ProgressBar {
  readonly #context: Pick<CliContext, "status">;
  readonly #clock: Clock;
  readonly #total: number;
  readonly #startedMs: number;
  #drawnMs = -Infinity;

  constructor(context: Pick<CliContext, "status" | "clock">, total: number) {
    this.#context = context;
    this.#clock = context.clock;
    this.#total = total;
    this.#startedMs = context.clock.nowMs();
  }

  show(done: number, pictures: number, failed: number): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#drawnMs < DRAW_EVERY_MS) return;
    this.#drawnMs = nowMs;
    const seconds = Math.max((nowMs - this.#startedMs) / 1000, 1e-3);
    const share = this.#total === 0 ? 1 : done / this.#total;
    const filled = Math.round(share * BAR_CELLS);
    const left = done === 0 ? "" : `, ${duration((seconds / done) * (this.#total - done))} left`;
    const wrong = failed === 0 ? "" : `, ${failed} failed`;
    this.#context.status(`[${"#".repeat(filled)}${"-".repeat(BAR_CELLS - filled)}] ${done}/${this.#total} files, ${(pictures / seconds).toFixed(1)} pictures/s${left}${wrong}`);
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
