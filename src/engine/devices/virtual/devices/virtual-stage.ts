import type { Clock } from "../../../../core/clock.ts";
import type { FaultKind, XyLimits } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { um } from "../../../../shared/units.ts";
import type { StagePointUm } from "../../../../shared/units.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { XYStage } from "../../api/xy-stage.ts";
import { Axis } from "../mechanics/axis.ts";
import type { AxisSpec } from "../mechanics/axis.ts";
import { Emitter } from "./emitter.ts";
import { MotionRunner } from "./motion.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** A motorised stage: two axes with play between motor and slide. Positions told are the motors'. */
export class VirtualStage extends VirtualDevice implements XYStage {
  readonly toleranceUm = 0.5;
  readonly #limits: XyLimits;
  readonly #x: Axis;
  readonly #y: Axis;
  readonly #motion: MotionRunner;
  readonly #moves = new Emitter<StagePointUm>();

  constructor(clock: Clock, spec: AxisSpec, limits: XyLimits) {
    super({ id: "virtual-stage", kind: "xyStage", vendor: "Ocular", model: "Virtual stage", serial: "V1" }, clock);
    this.#limits = limits;
    this.#x = new Axis(spec, 0);
    this.#y = new Axis(spec, 0);
    this.#motion = new MotionRunner(clock, this.identity.id, [this.#x, this.#y], () => this.#moves.emit(this.position()));
  }

  position(): StagePointUm {
    return this.positionAt(this.clock.nowMs());
  }

  /** What the encoders told at a moment since the last order. */
  positionAt(nowMs: number): StagePointUm {
    return { x: um(this.#x.motorUm(nowMs)), y: um(this.#y.motorUm(nowMs)) };
  }

  /** Where the slide truly is, drift apart: for rendering and for tests. */
  slideAt(nowMs: number): { x: number; y: number } {
    return { x: this.#x.slideUm(nowMs), y: this.#y.slideUm(nowMs) };
  }

  isMoving(): boolean {
    return this.#motion.isMoving();
  }

  /** True when nothing swings at a moment since the last order. */
  isSettledAt(nowMs: number): boolean {
    return nowMs >= this.#x.settledAtMs() && nowMs >= this.#y.settledAtMs();
  }

  softLimits(): XyLimits {
    return this.#limits;
  }

  async moveTo(targetUm: StagePointUm, options: CallOptions = {}): Promise<StagePointUm> {
    this.requireLink("moveTo");
    requireInRange("stage x", targetUm.x, this.#limits.x);
    requireInRange("stage y", targetUm.y, this.#limits.y);
    const from = this.position();
    const travelMs = Math.max(this.#x.travelMs(targetUm.x - from.x), this.#y.travelMs(targetUm.y - from.y));
    return this.call("moveTo", options, travelMs + 2000, async (signal) => {
      const orders = [
        { axis: this.#x, name: "x", targetUm: targetUm.x },
        { axis: this.#y, name: "y", targetUm: targetUm.y },
      ];
      await this.#motion.run(orders, signal);
      return this.position();
    });
  }

  async moveBy(deltaUm: StagePointUm, options: CallOptions = {}): Promise<StagePointUm> {
    const from = this.position();
    return this.moveTo({ x: um(from.x + deltaUm.x), y: um(from.y + deltaUm.y) }, options);
  }

  async stop(options: CallOptions = {}): Promise<void> {
    await this.call("stop", options, 500, async () => this.#motion.halt("stopped"));
  }

  onDidMove(listener: (positionUm: StagePointUm) => void): Unsubscribe {
    return this.#moves.subscribe(listener);
  }

  protected override async beforeDisconnect(): Promise<void> {
    this.#motion.halt("disconnected");
  }

  protected override didLoseLink(): void {
    this.#motion.halt("the stage is gone");
  }

  protected override async didDispose(): Promise<void> {
    this.#moves.clear();
  }

  protected override takeOwnFault(fault: FaultKind): void {
    if (fault === "stall") this.#motion.stallNext();
  }
}

/** Throws `OutOfRange` for a target outside the limits, or one that is no number. */
export function requireInRange(what: string, value: number, { min, max }: { min: number; max: number }): void {
  if (value >= min && value <= max) return;
  throw new OcularError({ tag: "OutOfRange", what, value, min, max, unit: "um" });
}
