import type { Clock } from "../../../core/clock.ts";
import { errorDataOf, isOcularError, OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Analyzer } from "../analyzer.ts";
import { openRulesThread } from "./rules-thread.ts";
import type { RulesThread, RulesThreadOptions } from "./rules-thread.ts";

export type KeeperState = ReturnType<Analyzer["state"]>;

/** Waiting before a thread is started again: doubles with each failure in a row, ms. */
const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 10_000;
/** A thread that never got ready this often will not. */
const MOST_FIRST_STARTS = 3;

/** Keeps one rules thread running: starts it, and another when it dies or is given up, waiting longer each time in a row. */
export class RulesThreadKeeper {
  readonly #options: RulesThreadOptions;
  readonly #clock: Clock;
  readonly #changes = createEmitter<{ state: KeeperState; reason?: string }>();
  readonly #disposed = new AbortController();
  #state: KeeperState = "starting";
  #thread: RulesThread | undefined;
  #failure: OcularError | undefined;
  #failuresInRow = 0;
  #wasReady = false;
  #opening: Promise<void>;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: RulesThreadOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#opening = this.#open();
  }

  /** The thread, when it is ready. */
  get thread(): RulesThread | undefined {
    return this.#thread;
  }

  get state(): KeeperState {
    return this.#state;
  }

  onDidChangeState(listener: (state: KeeperState, reason?: string) => void): () => void {
    return this.#changes.on(({ state, reason }) => { listener(state, reason); });
  }

  /** Resolves when a thread is ready; rejects when there will be none. */
  ready(): Promise<RulesThread> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        if (this.#thread !== undefined) resolve(this.#thread);
        else if (this.#state === "failed" || this.#state === "disposed") reject(this.unusable());
        else return false;
        return true;
      };
      if (settle()) return;
      const stop = this.#changes.on(() => { if (settle()) stop(); });
    });
  }

  unusable(): OcularError {
    return this.#failure ?? new OcularError({ tag: "WrongState", what: `Analysis with ${this.#options.recipeId}`, state: this.#state, allowedIn: ["ready"] });
  }

  /** The thread did its work: the next failure is the first in a row. */
  praise(): void {
    this.#failuresInRow = 0;
  }

  /** Gives a thread up that hangs: what is pending rejects, another is started. */
  replace(thread: RulesThread, reason: string): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    this.#closing = thread.close();
    this.#restart(reason);
  }

  async dispose(): Promise<void> {
    if (this.#state === "disposed") return;
    this.#enter("disposed");
    this.#disposed.abort(new OcularError({ tag: "Canceled", what: `Analysis with ${this.#options.recipeId}` }));
    await this.#opening;
    await this.#thread?.close();
    this.#thread = undefined;
    await this.#closing;
    this.#changes.clear();
  }

  async #open(): Promise<void> {
    try {
      await this.#clock.delay(this.#failuresInRow === 0 ? 0 : Math.min(FIRST_BACK_OFF_MS * 2 ** (this.#failuresInRow - 1), LONGEST_BACK_OFF_MS), this.#disposed.signal);
      const thread = await openRulesThread(this.#options);
      if (this.#disposed.signal.aborted) {
        await thread.close();
        return;
      }
      this.#thread = thread;
      this.#wasReady = true;
      this.#enter("ready");
      thread.onDied((reason) => {
        if (thread !== this.#thread) return;
        this.#thread = undefined;
        this.#restart(reason);
      });
    } catch (error) {
      if (!this.#disposed.signal.aborted) this.#openingFailed(error);
    }
  }

  #openingFailed(error: unknown): void {
    const failure = isOcularError(error) ? error : new OcularError(errorDataOf(error, `Starting ${this.#options.recipeId}`));
    if (failure.data.tag !== "InferenceDied" || (!this.#wasReady && this.#failuresInRow + 1 >= MOST_FIRST_STARTS)) {
      this.#failure = failure;
      this.#enter("failed", failure.message);
      return;
    }
    this.#restart(failure.message);
  }

  #restart(reason: string): void {
    this.#failuresInRow++;
    this.#enter(this.#wasReady ? "restarting" : "starting", reason);
    this.#opening = this.#open();
  }

  #enter(state: KeeperState, reason?: string): void {
    this.#state = state;
    this.#changes.emit(reason === undefined ? { state } : { state, reason });
  }
}
