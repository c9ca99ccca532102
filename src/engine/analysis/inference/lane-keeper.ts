import type { Clock } from "../../../core/clock.ts";
import { errorDataOf, isOcularError, OcularError } from "../../../shared/errors.ts";
import { createEmitter } from "../../runtime/emitter.ts";
import type { Analyzer } from "../analyzer.ts";
import { openLane } from "./lane/analysis-lane.ts";
import type { AnalysisLane, LaneOptions } from "./lane/analysis-lane.ts";

export type KeeperState = ReturnType<Analyzer["state"]>;

/** Waiting before a lane is opened again: doubles with each failure in a row, ms. */
const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 10_000;
/** A model that kills its process this often before it was ready once is not usable. */
const MOST_FIRST_STARTS = 3;
/** A process that does nothing is asked this often whether it still lives, ms. */
const HEARTBEAT_EVERY_MS = 5_000;
const HEARTBEAT_TIMEOUT_MS = 10_000;

/**
 * Keeps one lane open: opens it, opens another when it dies or is given up, waits longer each time in a row. A model
 * that cannot be loaded ends in "failed"; a process that dies never does once it was ready.
 */
export class LaneKeeper {
  readonly #options: LaneOptions;
  readonly #clock: Clock;
  readonly #changes = createEmitter<{ state: KeeperState; reason?: string }>();
  readonly #disposed = new AbortController();
  #state: KeeperState = "starting";
  #lane: AnalysisLane | undefined;
  #failuresInRow = 0;
  #wasReady = false;
  #failure: OcularError | undefined;
  /** Of the lane that was open last: who disposes waits for it. */
  #closing: Promise<void> = Promise.resolve();
  #opening: Promise<void>;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#opening = this.#open();
  }

  /** The lane, when it is ready. */
  get lane(): AnalysisLane | undefined {
    return this.#lane;
  }

  get state(): KeeperState {
    return this.#state;
  }

  /** Why the model cannot be used, in state "failed". */
  get failure(): OcularError | undefined {
    return this.#failure;
  }

  onDidChangeState(listener: (change: { state: KeeperState; reason?: string }) => void): () => void {
    return this.#changes.on(listener);
  }

  /** A lane did its work: the next failure is the first in a row. */
  praise(): void {
    this.#failuresInRow = 0;
  }

  /** Give the lane up, for one that hangs. Pending analyses reject; another lane is opened. */
  replace(lane: AnalysisLane, reason: string): void {
    if (lane !== this.#lane) return;
    this.#lane = undefined;
    this.#closing = lane.close();
    this.#restart(reason);
  }

  async dispose(): Promise<void> {
    if (this.#state === "disposed") return;
    this.#enter("disposed");
    this.#disposed.abort(new OcularError({ tag: "Canceled", what: `Analysis with ${this.#options.model.id}` }));
    await this.#opening;
    await this.#lane?.close();
    this.#lane = undefined;
    await this.#closing;
    this.#changes.clear();
  }

  async #open(): Promise<void> {
    try {
      await this.#clock.delay(this.#backOffMs(), this.#disposed.signal);
      const lane = await openLane(this.#options);
      if (this.#state === "disposed") {
        await lane.close();
        return;
      }
      this.#lane = lane;
      this.#wasReady = true;
      this.#enter("ready");
      lane.onDied((reason) => this.#laneDied(lane, reason));
      void this.#watch(lane);
    } catch (error) {
      if (this.#state !== "disposed") this.#openingFailed(error);
    }
  }

  #openingFailed(error: unknown): void {
    const failure = isOcularError(error) ? error : new OcularError(errorDataOf(error, `Starting ${this.#options.model.id}`));
    const isHopeless = failure.data.tag !== "InferenceDied" && failure.data.tag !== "InferenceTimeout";
    if (isHopeless || (!this.#wasReady && this.#failuresInRow + 1 >= MOST_FIRST_STARTS)) {
      this.#failure = failure;
      this.#enter("failed", failure.message);
      return;
    }
    this.#restart(failure.message);
  }

  #laneDied(lane: AnalysisLane, reason: string): void {
    if (lane !== this.#lane) return;
    this.#lane = undefined;
    this.#restart(reason);
  }

  #restart(reason: string): void {
    this.#failuresInRow++;
    this.#enter(this.#wasReady ? "restarting" : "starting", reason);
    this.#opening = this.#open();
  }

  #backOffMs(): number {
    if (this.#failuresInRow === 0) return 0;
    return Math.min(FIRST_BACK_OFF_MS * 2 ** (this.#failuresInRow - 1), LONGEST_BACK_OFF_MS);
  }

  /** Finds a process that hangs while nobody asks it anything. While it computes, the analysis's own deadline holds. */
  async #watch(lane: AnalysisLane): Promise<void> {
    while (await this.#isStill(lane)) {
      if (lane.pendingCount() > 0) continue;
      try {
        await lane.ping(HEARTBEAT_TIMEOUT_MS);
      } catch (error) {
        // A death tells itself; only silence is found here.
        if (isOcularError(error, "InferenceTimeout") && lane.pendingCount() === 0) this.replace(lane, "it did not answer its heartbeat");
      }
    }
  }

  /** After a while: whether this lane is still the one. */
  async #isStill(lane: AnalysisLane): Promise<boolean> {
    const isDisposed = await this.#clock.delay(HEARTBEAT_EVERY_MS, this.#disposed.signal).then(() => false, () => true);
    return !isDisposed && lane === this.#lane;
  }

  #enter(state: KeeperState, reason?: string): void {
    this.#state = state;
    this.#changes.emit(reason === undefined ? { state } : { state, reason });
  }
}
