import type { Clock } from "../../../src/core/clock.ts";
import { Axis, type AxisSpec } from "../../../src/engine/devices/virtual/mechanics/axis.ts";

/** A fast axis, so that tests need little time: 20 mm/s. */
export const LAB_AXIS: AxisSpec = { speedUmPerS: 20_000, accelerationUmPerS2: 200_000, settleMs: 0, swingUm: 0, backlashUm: 0 };

/** A stalled motion gets this far. */
const STALL_SHARE = 0.4;

/** One motor of a virtual controller: the virtual microscope's mechanics, a counter that can be set, and switches at both ends. */
export class LabAxis {
  readonly #axis: Axis;
  readonly #clock: Clock;
  readonly #ends: { readonly min: number; readonly max: number };
  #offset = 0;
  #stallNext = false;
  #busyNext = false;
  #isStuckBusy = false;

  /** @param ends the limit switches, um from where it starts */
  constructor(clock: Clock, spec: AxisSpec = LAB_AXIS, ends = { min: -60_000, max: 60_000 }) {
    this.#axis = new Axis(spec, 0);
    this.#clock = clock;
    this.#ends = ends;
  }

  /** What the counter says, um. */
  position(): number {
    return this.motor() + this.#offset;
  }

  /** Where the motor truly is, um from where it started. */
  motor(): number {
    return this.#axis.motorUm(this.#clock.nowMs());
  }

  isMoving(): boolean {
    return this.#isStuckBusy || this.#axis.isMoving(this.#clock.nowMs());
  }

  arrivesAtMs(): number {
    return this.#axis.arrivesAtMs();
  }

  /** Starts for a place by its counter; a switch ends it earlier. */
  moveTo(target: number): void {
    const from = this.motor();
    const wanted = Math.min(this.#ends.max, Math.max(this.#ends.min, target - this.#offset));
    if (wanted === from) return;
    const to = this.#stallNext ? from + STALL_SHARE * (wanted - from) : wanted;
    this.#isStuckBusy = this.#busyNext;
    this.#stallNext = false;
    this.#busyNext = false;
    this.#axis.moveTo(to, this.#clock.nowMs());
  }

  moveBy(distance: number): void {
    this.moveTo(this.position() + distance);
  }

  halt(): void {
    this.#isStuckBusy = false;
    this.#axis.halt(this.#clock.nowMs());
  }

  /** Calls the present place by another number. */
  setPosition(position: number): void {
    this.#offset = position - this.motor();
  }

  isAtEnd(): boolean {
    const at = this.motor();
    return at <= this.#ends.min || at >= this.#ends.max;
  }

  /** Distance from here to the lower switch, um: at most 0. */
  toLowerEnd(): number {
    return this.#ends.min - this.motor();
  }

  stallNext(): void {
    this.#stallNext = true;
  }

  beBusyNext(): void {
    this.#busyNext = true;
  }

  /** The slide stands elsewhere than the counter says. */
  jump(distance: number): void {
    this.#offset += distance;
  }
}
