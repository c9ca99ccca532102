import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { HomingConsent, PlaceWord } from "../../api/homing.ts";
import { AxesMotion } from "./axes-motion.ts";
import type { AxesPort, AxesSettings } from "./axes-port.ts";
import type { Ask, ControllerLink } from "./controller-link.ts";
import { SerialDevice } from "./serial-device.ts";

/** At rest the position is asked for this often: a joystick moves the axes too, ms. */
const REST_POLL_MS = 500;
const HOMING_LIMIT_MS = 120_000;

/** Axes on a serial controller: what stage and focus drive have in common. Positions are lists in the order of the port's names. */
export abstract class SerialAxes extends SerialDevice {
  readonly toleranceUm: number;
  protected readonly settings: AxesSettings;
  protected readonly motion: AxesMotion;
  readonly #port: AxesPort;
  readonly #what: string;
  readonly #moves = createEmitter<void>();
  readonly #unlistenRestarts: Unsubscribe;
  /** Why it may still be moving, and why its place is not known; undefined while all is well. */
  #haltDoubt: string | undefined;
  #placeDoubt: string | undefined;
  #resting = new AbortController();
  #jogGoal: readonly number[] | undefined;
  #isJogging = false;

  protected constructor(identity: DeviceIdentity, link: ControllerLink, port: AxesPort, settings: AxesSettings, what: string) {
    super(identity, link);
    this.settings = settings;
    this.toleranceUm = settings.toleranceUm;
    this.#port = port;
    this.#what = what;
    const line = {
      clock: link.clock, deviceId: identity.id,
      ask: (signal: AbortSignal) => this.asker(signal),
      interrupt: (send: string) => link.interrupt(send),
    };
    this.motion = new AxesMotion(port, settings, line, {
      report: () => this.#moves.emit(),
      halted: (failure) => {
        this.#haltDoubt = failure === undefined ? undefined : `it may still be moving: after a stop, ${failure.message}`;
        this.#showDoubts();
      },
      displaced: (why) => {
        if (this.#placeDoubt !== undefined) return;
        this.#displaced(why);
        // While it is being connected everything is read anyhow.
        if (this.isLinked) void link.restarted(why);
      },
    });
    this.#unlistenRestarts = link.onDidRestart((why) => {
      if (this.isLinked) this.#displaced(why);
    });
  }

  isMoving(): boolean {
    return this.motion.isMoving();
  }

  /** Default deadline 500 ms. */
  async stop(options: CallOptions = {}): Promise<void> {
    this.#jogGoal = undefined;
    await this.call("stop", options, 500, () => this.motion.stop());
  }

  /** Stops at once, at the cost of steps: home again afterwards. Default deadline 500 ms. */
  async emergencyStop(options: CallOptions = {}): Promise<void> {
    this.#jogGoal = undefined;
    await this.call("emergencyStop", options, 500, () => this.motion.stop("emergencyStop"));
  }

  get canHome(): boolean {
    return this.#port.startHome !== undefined;
  }

  /**
   * Runs to the reference marks, which become zero. It goes where no soft limit holds: only with the consent of a person
   * who looked. Default deadline 2 minutes. Rejects with `UnsupportedValue` where the controller cannot.
   */
  async home(consent: HomingConsent, options: CallOptions = {}): Promise<void> {
    if (!consent.isWayClear || consent.givenBy === "") throw new OcularError({ tag: "InvalidInput", what: "consent to homing", reason: "a person at the instrument must say that the way is clear" });
    if (!this.canHome) throw new OcularError({ tag: "UnsupportedValue", what: `command of ${this.identity.model}`, value: "home", allowed: ["moveTo", "moveBy", "stop"] });
    this.#jogGoal = undefined;
    await this.call("home", options, HOMING_LIMIT_MS, (signal) => this.motion.run(undefined, signal));
    this.#placeDoubt = undefined;
    this.#showDoubts();
  }

  /** Why its place is not known; a clause. Undefined while it is, and while it may still be moving. */
  placeDoubt(): string | undefined {
    return this.#haltDoubt === undefined ? this.#placeDoubt : undefined;
  }

  /**
   * A person says that the place it tells is right: moves are obeyed again. Default deadline 2000 ms.
   * Rejects with `PlaceUnknown` where the controller itself says that its count means nothing.
   */
  async trustPlace(by: PlaceWord, options: CallOptions = {}): Promise<void> {
    if (by.givenBy === "") throw new OcularError({ tag: "InvalidInput", what: "word for the place", reason: "a person at the instrument must say that it is right" });
    const before = this.#placeDoubt;
    await this.call("trustPlace", options, 2000, async (signal) => {
      await this.motion.refresh(this.asker(signal));
      const why = this.#port.whyUnreferenced?.();
      if (why !== undefined) throw this.#unknown(why);
    });
    // A new doubt that came meanwhile is another one.
    if (this.#placeDoubt === before) this.#placeDoubt = undefined;
    this.#showDoubts();
  }

  protected async goTo(target: readonly number[], options: CallOptions): Promise<readonly number[]> {
    this.requireLink("moveTo");
    this.#requirePlace();
    this.motion.requireInside(this.#what, target);
    this.#jogGoal = undefined;
    return this.call("moveTo", options, this.motion.travelMs(target) + 2000, (signal) => this.motion.run(target, signal));
  }

  protected async goBy(delta: readonly number[], options: CallOptions): Promise<readonly number[]> {
    this.requireLink("moveBy");
    this.#requirePlace();
    const targetFrom = (position: readonly number[]): number[] => delta.map((value, index) => (position[index] ?? Number.NaN) + value);
    this.motion.requireInside(this.#what, targetFrom(this.motion.position()));
    this.#jogGoal = undefined;
    const travelMs = this.motion.travelMs(targetFrom(this.motion.position()));
    const isNewest = this.motion.claim();
    return this.call("moveBy", options, travelMs + 2000, async (signal) => {
      const from = await this.motion.refresh(this.asker(signal));
      this.#requirePlace();
      if (!isNewest()) throw new OcularError({ tag: "Canceled", what: `${this.identity.id} move (stopped, or superseded by a newer one)` });
      const target = targetFrom(from);
      this.motion.requireInside(this.#what, target);
      return this.motion.run(target, signal);
    });
  }

  /**
   * A step of a joystick, a gamepad or a held key: never more than one waits. Steps that come while the axes are under way
   * are added up, and the sum is the next way. Ends at the limits instead of rejecting. Resolves at once; `stop` ends it.
   */
  protected jogBy(delta: readonly number[]): void {
    this.requireLink("jog");
    this.#requirePlace();
    const from = this.#jogGoal ?? this.motion.position();
    this.#jogGoal = from.map((value, index) => {
      const { min, max } = this.settings.limits[index] ?? { min: value, max: value };
      const wanted = value + (delta[index] ?? 0);
      return Number.isFinite(wanted) ? Math.min(max, Math.max(min, wanted)) : value;
    });
    if (!this.#isJogging) void this.#jog();
  }

  async #jog(): Promise<void> {
    this.#isJogging = true;
    try {
      for (let done: readonly number[] | undefined; this.#jogGoal !== undefined && this.#jogGoal !== done; ) {
        const goal = this.#jogGoal;
        await this.call("jog", {}, this.motion.travelMs(goal) + 2000, (signal) => this.motion.run(goal, signal));
        done = goal;
      }
    } catch (error) {
      // Nobody waits for a step: how it went shows in the position and in the status. A newer move has ended the jog.
      if (!(error instanceof OcularError)) throw error;
    } finally {
      this.#jogGoal = undefined;
      this.#isJogging = false;
    }
  }

  protected onDidMoveAxes(listener: () => void): Unsubscribe {
    return this.#moves.on(listener);
  }

  protected override async learn(ask: Ask): Promise<void> {
    await this.motion.refresh(ask);
  }

  protected override didConnect(): void {
    this.#showDoubts();
    this.#resting = new AbortController();
    void this.#watchAtRest(this.#resting.signal);
  }

  protected override async makeSafe(): Promise<void> {
    await this.motion.stop();
  }

  protected override safeBytes(): string {
    return this.#port.stop;
  }

  protected override didUnlink(): void {
    this.#haltDoubt = undefined;
    this.#resting.abort();
    this.#jogGoal = undefined;
    this.motion.abandon();
  }

  protected override didDispose(): void {
    this.#unlistenRestarts();
    this.#moves.clear();
  }

  #displaced(why: string): void {
    this.#placeDoubt = why;
    this.motion.fail(this.#unknown(why));
    this.#jogGoal = undefined;
    this.#showDoubts();
  }

  #showDoubts(): void {
    const doubt = this.#haltDoubt ?? (this.#placeDoubt === undefined ? undefined : `its place is not known: ${this.#placeDoubt}; home it, or say that the place it tells is right`);
    if (doubt === undefined) this.cure();
    else this.fault(doubt);
  }

  #requirePlace(): void {
    if (this.#placeDoubt !== undefined) throw this.#unknown(this.#placeDoubt);
  }

  #unknown(reason: string): OcularError {
    return new OcularError({ tag: "PlaceUnknown", deviceId: this.identity.id, reason });
  }

  async #watchAtRest(signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        await this.clock.delay(REST_POLL_MS, signal);
        if (!this.isMoving()) await this.#lookAtRest(signal);
      }
    } catch (error) {
      // The delay was ended with the link.
      if (!signal.aborted) throw error;
    }
  }

  /** A missing answer has been counted by the link, a wrong one is asked for again next time, axes that move are moved by their joystick. */
  async #lookAtRest(signal: AbortSignal): Promise<void> {
    const ask = this.asker(signal);
    try {
      // The stop itself may not have been heard: it is sent again until the axes stand.
      if (this.#haltDoubt !== undefined) await this.motion.stop();
      else await this.motion.refresh(ask);
    } catch (error) {
      if (!(error instanceof OcularError) && !signal.aborted) throw error;
    }
  }
}
