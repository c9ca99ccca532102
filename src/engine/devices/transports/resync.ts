import type { Clock } from "../../../core/clock.ts";
import type { Unsubscribe } from "../api/device.ts";
import type { ConversationRules } from "./conversation-rules.ts";
import type { Exchange } from "./exchange.ts";

/** A line that is never quiet is not waited for longer than this, ms. */
const NOISE_LIMIT_MS = 1000;

/** What the way back into step needs of a conversation. */
export interface ResyncLine {
  readonly clock: Clock;
  /** Aborted when the line is gone. */
  readonly end: AbortSignal;
  /** Rejects when the line is gone. */
  write(text: string): Promise<void>;
  /** Throws away what came and was not whole. */
  putAside(): void;
  onDidHearAside(listener: (line: string) => void): Unsubscribe;
  lastByteMs(): number;
  /** Stops that have gone out ahead of everything so far. */
  interrupts(): number;
}

/**
 * The way back into step after silence or garbage: what is under way is heard out before anything that comes is taken for an
 * answer again.
 */
export class Resync {
  readonly #rules: ConversationRules;
  readonly #line: ResyncLine;
  #sentinelsOwed = 0;

  constructor(rules: ConversationRules, line: ResyncLine) {
    this.#rules = rules;
    this.#line = line;
  }

  /** True when the two are in step again; false when the sentinel was not answered in time, or the line is gone. */
  async run(): Promise<boolean> {
    const { clear, sentinel, quietMs } = this.#rules.resync;
    try {
      // A stop that went out meanwhile is answered after the sentinel: then once more.
      for (let interrupts = -1; interrupts !== this.#line.interrupts(); ) {
        interrupts = this.#line.interrupts();
        this.#line.putAside();
        if (clear !== undefined) await this.#line.write(clear);
        if (sentinel === undefined) await this.#untilQuiet(quietMs);
        else if (!(await this.#untilSentinel(sentinel, quietMs))) return false;
      }
      this.#line.putAside();
      return true;
    } catch (error) {
      // A write that failed, or a wait that the end of the line ended: the stream tells its end to whoever waits.
      if (error instanceof Error || this.#line.end.aborted) return false;
      throw error;
    }
  }

  /** Asks the sentinel and hears everything out until it has answered as often as it was asked. */
  async #untilSentinel(sentinel: Exchange<unknown>, quietMs: number): Promise<boolean> {
    const { clock, end } = this.#line;
    const heard = new AbortController();
    let isHeard = false;
    const leave = this.#line.onDidHearAside((line) => {
      if (sentinel.accepts?.(line) === false) return;
      this.#sentinelsOwed = Math.max(0, this.#sentinelsOwed - 1);
      isHeard = true;
      if (this.#sentinelsOwed === 0) heard.abort();
    });
    try {
      this.#sentinelsOwed += 1;
      await this.#line.write(sentinel.send);
      await waitAtMost(clock, sentinel.timeoutMs ?? this.#rules.answerTimeoutMs, AbortSignal.any([heard.signal, end]));
      if (end.aborted || !isHeard) return false;
      // An earlier sentinel may have been lost for good: what is owed is forgiven once the line is quiet.
      if (this.#sentinelsOwed > 0) await this.#untilQuiet(quietMs);
      this.#sentinelsOwed = 0;
      // The last lines of a long answer.
      if (sentinel.reply.kind === "lines") await this.#untilQuiet(quietMs);
      return !end.aborted;
    } finally {
      leave();
    }
  }

  async #untilQuiet(quietMs: number): Promise<void> {
    const { clock, end } = this.#line;
    const startMs = clock.nowMs();
    for (;;) {
      const quietSinceMs = Math.max(this.#line.lastByteMs(), startMs);
      const leftMs = Math.min(quietSinceMs + quietMs, startMs + NOISE_LIMIT_MS) - clock.nowMs();
      if (leftMs <= 0) return;
      await clock.delay(leftMs, end);
    }
  }
}

/** Resolves at the deadline or when the signal is aborted, whichever comes first: an abort is an answer here, not a failure. */
export async function waitAtMost(clock: Clock, ms: number, over: AbortSignal): Promise<void> {
  try {
    await clock.delay(ms, over);
  } catch (error) {
    if (!over.aborted) throw error;
  }
}
