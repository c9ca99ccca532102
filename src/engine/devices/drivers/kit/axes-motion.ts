import type { Clock } from "../../../../core/clock.ts";
import { isOcularError, OcularError } from "../../../../shared/errors.ts";
import type { AxesPort, AxesSettings } from "./axes-port.ts";
import type { Ask } from "./controller-link.ts";
import { largestStep, PlaceWatch } from "./place-watch.ts";

/** Longest pause between two reports of the position while moving, ms (the interfaces promise 20 Hz). */
const REPORT_MS = 40;
/** Some controllers say "idle" for a moment after they took an order, ms. */
const DEPARTURE_MS = 150;
/** After a stop the axes are given this long to come to rest, ms. */
const HALT_LIMIT_MS = 3000;

/** The line to the controller as a motion needs it. */
export interface MotionLine {
  readonly clock: Clock;
  readonly deviceId: string;
  ask(signal: AbortSignal): Ask;
  interrupt(send: string): Promise<void>;
}

/** Whom a motion tells. */
export interface MotionEvents {
  /** The known position has changed, or a motion has begun. */
  report(): void;
  /** A stop has ended: the axes stand, or nobody knows. The loss of the line is told elsewhere. */
  halted(failure: OcularError | undefined): void;
  /** What the controller says cannot be where the axes are; a clause says why. */
  displaced(why: string): void;
}

/** Where a motion wants to be; undefined: wherever it ends (homing). */
type Goal = readonly number[] | undefined;

/**
 * Runs the motions of one set of axes, one at a time. Every fault on the way (silence, garbage, a cancel, a deadline)
 * stops the axes before anything else is sent to them.
 */
export class AxesMotion {
  readonly #port: AxesPort;
  readonly #settings: AxesSettings;
  readonly #line: MotionLine;
  readonly #events: MotionEvents;
  readonly #watch: PlaceWatch;
  #position: readonly number[];
  /** The ordered way whose end is not known yet. */
  #way: { readonly from: readonly number[]; readonly goal: Goal } | undefined;
  #current: AbortController | undefined;
  #halting: Promise<void> | undefined;
  #orders = 0;
  #life = new AbortController();

  constructor(port: AxesPort, settings: AxesSettings, line: MotionLine, events: MotionEvents) {
    this.#port = port;
    this.#settings = settings;
    this.#line = line;
    this.#events = events;
    this.#watch = new PlaceWatch(settings);
    this.#position = port.names.map(() => 0);
  }

  /** The last one known, um. */
  position(): readonly number[] {
    return this.#position;
  }

  isMoving(): boolean {
    return this.#current !== undefined || this.#halting !== undefined;
  }

  /** Time a move there may take at most, ms: travel, settling and what the line needs. */
  travelMs(target: readonly number[]): number {
    const distance = Math.max(...target.map((value, index) => Math.abs(value - (this.#position[index] ?? 0))));
    return (1000 * distance) / this.#settings.speedUmPerS + (this.#settings.settleMs ?? 0);
  }

  /** Throws `OutOfRange` for a target outside the limits, or one that is no number. */
  requireInside(what: string, target: readonly number[]): void {
    for (const [index, value] of target.entries()) {
      const { min, max } = this.#settings.limits[index] ?? { min: 0, max: 0 };
      if (value >= min && value <= max) continue;
      throw new OcularError({ tag: "OutOfRange", what: `${what} ${this.#port.names[index] ?? index}`, value, min, max, unit: "um" });
    }
  }

  /** Reads the position; two readings must agree when it is not where it was last. */
  async refresh(ask: Ask): Promise<readonly number[]> {
    const first = await this.#read(ask);
    if (this.isMoving() || this.#isNear(first, this.#position)) return this.#rests(first);
    const second = await this.#read(ask);
    if (this.isMoving() || this.#isNear(first, second)) return this.#rests(second);
    this.#watch.movedByHand();
    throw new OcularError({ tag: "DeviceFaulted", deviceId: this.#line.deviceId, command: "position", reply: `${first.join(", ")}; ${second.join(", ")}`, meaning: "the axes move by themselves, or the answers are wrong" });
  }

  /** For an order that has to read before it can go: false from the moment when a newer one, or a stop, has come. */
  claim(): () => boolean {
    this.#orders += 1;
    const own = this.#orders;
    return () => this.#orders === own;
  }

  /** Resolves with the place it settled at. Superseding stops the older motion first. */
  async run(goal: Goal, signal: AbortSignal): Promise<readonly number[]> {
    this.#orders += 1;
    const previous = this.#current;
    const own = new AbortController();
    this.#current = own;
    previous?.abort(this.#canceled("superseded by a newer move"));
    const ended = AbortSignal.any([own.signal, signal, this.#life.signal]);
    const ask = this.#line.ask(ended);
    try {
      if (previous !== undefined) await this.#halt(this.#port.stop);
      else await this.#halting;
      ended.throwIfAborted();
      this.#way = { from: this.#position, goal };
      if (goal !== undefined) await this.#port.startMove(ask, goal);
      else if (this.#port.startHome !== undefined) await this.#port.startHome(ask);
      // Told now, for at 9600 baud the first reading on the way takes a while.
      this.#events.report();
      let reached = await this.#follow(goal, ask, ended);
      if (goal === undefined && this.#port.finishHome !== undefined) {
        await this.#port.finishHome(ask);
        reached = this.#know(await this.#read(ask));
      }
      if (this.#current === own) {
        this.#current = undefined;
        this.#way = undefined;
        this.#watch.note(reached, this.#line.clock.nowMs());
      }
      return reached;
    } catch (error) {
      // A superseded or stopped motion is halted by whoever ended it.
      if (this.#current === own) {
        this.#current = undefined;
        const halted = this.#haltAfterFault();
        // A stall is told when the axes stand: until then nothing else may be ordered.
        if (isOcularError(error, "DeviceStalled")) await halted;
      }
      throw error;
    }
  }

  /** Stops at once; resolves when the axes stand. A motion under way rejects with `Canceled`. */
  async stop(kind: "stop" | "emergencyStop" = "stop"): Promise<void> {
    this.#orders += 1;
    const pending = this.#current;
    this.#current = undefined;
    pending?.abort(this.#canceled("stopped"));
    await this.#halt(this.#port[kind]);
  }

  /** Ends the motion under way, which rejects with that error. */
  fail(error: OcularError): void {
    this.#current?.abort(error);
  }

  /** The line is gone: nothing can be asked any more. */
  abandon(): void {
    // It goes on to its goal: where that is zero, zero is no news.
    if (this.#way !== undefined && (this.#way.goal?.every((value) => value === 0) ?? true)) this.#watch.movedByHand();
    this.#watch.lineLost();
    this.#way = undefined;
    this.#current?.abort(this.#canceled("the line is gone"));
    this.#current = undefined;
    this.#halting = undefined;
    this.#life.abort(this.#canceled("the line is gone"));
    this.#life = new AbortController();
  }

  /** Sends the stop at once and waits until two readings agree and nothing is busy. */
  #halt(bytes: string): Promise<void> {
    const life = this.#life.signal;
    const written = this.#line.interrupt(bytes);
    const halting = (async (): Promise<void> => {
      try {
        await written;
        await this.#untilStill(this.#line.ask(life), life);
        if (!life.aborted) this.#events.halted(undefined);
      } catch (error) {
        if (!life.aborted && error instanceof OcularError && error.data.tag !== "DeviceDisconnected") this.#events.halted(error);
        throw error;
      }
    })().finally(() => {
      if (this.#halting === halting) this.#halting = undefined;
    });
    this.#halting = halting;
    return halting;
  }

  /** The same when the caller has a first error to get: how the halt ended is told by its event. */
  async #haltAfterFault(): Promise<void> {
    try {
      await this.#halt(this.#port.stop);
    } catch (error) {
      if (!(error instanceof OcularError)) throw error;
    }
  }

  async #untilStill(ask: Ask, life: AbortSignal): Promise<void> {
    const startMs = this.#line.clock.nowMs();
    for (let before: readonly number[] | undefined; ; ) {
      const isBusy = await this.#port.isBusy(ask);
      const at = this.#know(await this.#read(ask));
      if (!isBusy && before !== undefined && this.#isNear(at, before)) return this.#cameToRest(at);
      before = isBusy ? undefined : at;
      if (this.#line.clock.nowMs() - startMs > HALT_LIMIT_MS) {
        throw new OcularError({ tag: "DeviceFaulted", deviceId: this.#line.deviceId, command: "stop", reply: "still busy", meaning: "the axes do not come to rest: switch the controller off" });
      }
      await this.#line.clock.delay(isBusy ? 10 : 0, life);
    }
  }

  async #follow(goal: Goal, ask: Ask, ended: AbortSignal): Promise<readonly number[]> {
    const { clock } = this.#line;
    const { pollMs = 25, stallMs = 1500, settleMs = 0 } = this.#settings;
    const departedMs = clock.nowMs();
    let movedMs = departedMs;
    let hasMoved = false;
    let anchor = this.#position;
    // The last digit of an encoder is never still.
    const jitterUm = this.#settings.toleranceUm / 4;
    for (let before = this.#position; ; ) {
      const askedMs = clock.nowMs();
      const at = await this.#read(ask);
      this.#tell(at);
      const isStill = largestStep(before, at) <= jitterUm;
      if (largestStep(anchor, at) > jitterUm) {
        hasMoved = true;
        anchor = at;
        movedMs = clock.nowMs();
      }
      const isThere = goal !== undefined && this.#isNear(at, goal);
      if (isStill && !(await this.#port.isBusy(ask))) {
        if (settleMs > 0) await clock.delay(settleMs, ended);
        const rest = this.#know(await this.#read(ask));
        if (goal === undefined ? hasMoved || clock.nowMs() - departedMs > DEPARTURE_MS : this.#isNear(rest, goal)) return rest;
        if (hasMoved || clock.nowMs() - departedMs > DEPARTURE_MS) {
          this.#cameToRest(rest);
          throw this.#stalled(rest, goal ?? rest);
        }
      } else if (isStill && !isThere && clock.nowMs() - movedMs > stallMs) {
        throw this.#stalled(at, goal ?? at);
      }
      await this.#pause(pollMs - (clock.nowMs() - askedMs), before, at, pollMs, goal, ended);
      before = at;
    }
  }

  /** Waits for the next reading; where that is far off, the position is carried on at the speed last seen, never past the goal. */
  async #pause(pauseMs: number, before: readonly number[], at: readonly number[], pollMs: number, goal: Goal, ended: AbortSignal): Promise<void> {
    const { clock } = this.#line;
    const untilMs = clock.nowMs() + pauseMs;
    const sinceMs = clock.nowMs();
    for (let leftMs = pauseMs; leftMs > 0; leftMs = untilMs - clock.nowMs()) {
      await clock.delay(Math.min(leftMs, REPORT_MS), ended);
      if (goal === undefined || pauseMs <= REPORT_MS || clock.nowMs() >= untilMs) continue;
      const share = (clock.nowMs() - sinceMs) / pollMs;
      // Told also where it did not change: no speed is known before the second reading.
      this.#tell(at.map((value, axis) => carried(value, value - (before[axis] ?? value), share, goal[axis] ?? value)));
    }
    ended.throwIfAborted();
  }

  async #read(ask: Ask): Promise<readonly number[]> {
    return this.#port.readPosition(ask);
  }

  /** Nobody has ordered anything, or somebody has just begun to. */
  #rests(at: readonly number[]): readonly number[] {
    const now = this.#line.clock.nowMs();
    if (this.isMoving()) this.#watch.note(at, now);
    else this.#doubt(this.#port.whyUnreferenced?.() ?? this.#watch.stands(at, now));
    return this.#know(at);
  }

  /** At the end of a stop, or of a way that ended before its goal. */
  #cameToRest(at: readonly number[]): void {
    const way = this.#way;
    const now = this.#line.clock.nowMs();
    this.#way = undefined;
    if (way === undefined) this.#doubt(this.#watch.stands(at, now));
    else if (way.goal === undefined) this.#watch.note(at, now);
    else this.#doubt(this.#watch.endedShort(at, way.from, way.goal, now));
  }

  #doubt(why: string | undefined): void {
    if (why !== undefined) this.#events.displaced(why);
  }

  #know(position: readonly number[]): readonly number[] {
    if (largestStep(this.#position, position) > 0) this.#tell(position);
    return position;
  }

  #tell(position: readonly number[]): void {
    this.#position = position;
    this.#events.report();
  }

  #isNear(a: readonly number[], b: readonly number[]): boolean {
    return largestStep(a, b) <= this.#settings.toleranceUm;
  }

  #stalled(at: readonly number[], goal: readonly number[]): OcularError {
    const off = goal.map((value, index) => Math.abs(value - (at[index] ?? 0)));
    const axis = off.indexOf(Math.max(...off));
    return new OcularError({ tag: "DeviceStalled", deviceId: this.#line.deviceId, axis: this.#port.names[axis] ?? "?", atUm: at[axis] ?? 0, targetUm: goal[axis] ?? 0 });
  }

  #canceled(why: string): OcularError {
    return new OcularError({ tag: "Canceled", what: `${this.#line.deviceId} move (${why})` });
  }
}

function carried(at: number, step: number, share: number, goal: number): number {
  const next = at + step * share;
  return step >= 0 ? Math.min(next, Math.max(goal, at)) : Math.max(next, Math.min(goal, at));
}
