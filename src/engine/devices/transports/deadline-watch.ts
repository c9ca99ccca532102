import type { Clock } from "../../../core/clock.ts";

/**
 * The deadline of the one command that is outstanding. One timer serves many commands: nearly all are answered long before, and a timer
 * for each would take as long as the answer itself.
 */
export class DeadlineWatch {
  readonly #clock: Clock;
  #timer: { readonly atMs: number; readonly over: AbortController } | undefined;
  #current: { readonly atMs: number; readonly onMiss: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `onMiss` once after so many ms, unless it is cleared, or another deadline is set in its place. */
  set(ms: number, onMiss: () => void): void {
    const atMs = this.#clock.nowMs() + ms;
    this.#current = { atMs, onMiss };
    if (this.#timer === undefined || this.#timer.atMs > atMs) this.#start(atMs);
  }

  /** The command was answered. The timer runs on, for the next one. */
  clear(): void {
    this.#current = undefined;
  }

  /** Leaves no timer behind. */
  dispose(): void {
    this.#current = undefined;
    this.#timer?.over.abort();
    this.#timer = undefined;
  }

  #start(atMs: number): void {
    this.#timer?.over.abort();
    const timer = { atMs, over: new AbortController() };
    this.#timer = timer;
    void this.#run(timer);
  }

  async #run(timer: { readonly atMs: number; readonly over: AbortController }): Promise<void> {
    try {
      await this.#clock.delay(timer.atMs - this.#clock.nowMs(), timer.over.signal);
    } catch (error) {
      // An earlier deadline has taken its place, or the conversation is over.
      if (timer.over.signal.aborted) return;
      throw error;
    }
    if (this.#timer !== timer) return;
    this.#timer = undefined;
    const current = this.#current;
    if (current === undefined) return;
    // Timers may be a moment early.
    if (current.atMs > this.#clock.nowMs() + 0.5) this.#start(current.atMs);
    else {
      this.#current = undefined;
      current.onMiss();
    }
  }
}
