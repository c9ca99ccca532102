import type { Clock } from "../../../../core/clock.ts";
import type { FaultKind, Range } from "../../../../shared/domain/devices.ts";
import { um } from "../../../../shared/units.ts";
import type { Um } from "../../../../shared/units.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { FocusDrive } from "../../api/focus-drive.ts";
import { Axis } from "../mechanics/axis.ts";
import type { AxisSpec } from "../mechanics/axis.ts";
import { Emitter } from "./emitter.ts";
import { MotionRunner } from "./motion.ts";
import { VirtualDevice } from "./virtual-device.ts";
import { requireInRange } from "./virtual-stage.ts";

/** A focus drive: one axis. */
export class VirtualFocus extends VirtualDevice implements FocusDrive {
  readonly toleranceUm = 0.05;
  readonly #limits: Range;
  readonly #z: Axis;
  readonly #motion: MotionRunner;
  readonly #moves = new Emitter<Um>();

  constructor(clock: Clock, spec: AxisSpec, limits: Range, startUm: number) {
    super({ id: "virtual-focus", kind: "focusDrive", vendor: "Ocular", model: "Virtual focus drive", serial: "V1" }, clock);
    this.#limits = limits;
    this.#z = new Axis(spec, startUm);
    this.#motion = new MotionRunner(clock, this.identity.id, [this.#z], () => this.#moves.emit(this.position()));
  }

  position(): Um {
    return this.positionAt(this.clock.nowMs());
  }

  positionAt(nowMs: number): Um {
    return um(this.#z.motorUm(nowMs));
  }

  /** Where the objective truly is, drift apart. */
  heightAt(nowMs: number): number {
    return this.#z.slideUm(nowMs);
  }

  isMoving(): boolean {
    return this.#motion.isMoving();
  }

  isSettledAt(nowMs: number): boolean {
    return nowMs >= this.#z.settledAtMs();
  }

  softLimits(): Range {
    return this.#limits;
  }

  async moveTo(targetUm: Um, options: CallOptions = {}): Promise<Um> {
    this.requireLink("moveTo");
    requireInRange("focus", targetUm, this.#limits);
    const travelMs = this.#z.travelMs(targetUm - this.position());
    return this.call("moveTo", options, travelMs + 2000, async (signal) => {
      await this.#motion.run([{ axis: this.#z, name: "z", targetUm }], signal);
      return this.position();
    });
  }

  async moveBy(deltaUm: Um, options: CallOptions = {}): Promise<Um> {
    return this.moveTo(um(this.position() + deltaUm), options);
  }

  async stop(options: CallOptions = {}): Promise<void> {
    await this.call("stop", options, 500, async () => this.#motion.halt("stopped"));
  }

  onDidMove(listener: (positionUm: Um) => void): Unsubscribe {
    return this.#moves.subscribe(listener);
  }

  protected override async beforeDisconnect(): Promise<void> {
    this.#motion.halt("disconnected");
  }

  protected override didLoseLink(): void {
    this.#motion.halt("the focus drive is gone");
  }

  protected override async didDispose(): Promise<void> {
    this.#moves.clear();
  }

  protected override takeOwnFault(fault: FaultKind): void {
    if (fault === "stall") this.#motion.stallNext();
  }
}
