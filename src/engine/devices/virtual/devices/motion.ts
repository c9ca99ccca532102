import type { Clock } from "../../../../core/clock.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { Axis } from "../mechanics/axis.ts";

/** Position reports come this often while moving (the interfaces promise 20 Hz or more). */
const REPORT_MS = 40;
/** A stalled motion gets this far. */
const STALL_SHARE = 0.4;

export interface AxisOrder {
  readonly axis: Axis;
  readonly name: string;
  readonly targetUm: number;
}

/** Runs motions over one or more axes, one at a time: a newer one supersedes the older. */
export class MotionRunner {
  readonly #clock: Clock;
  readonly #deviceId: string;
  readonly #axes: readonly Axis[];
  readonly #report: () => void;
  #current: AbortController | undefined;
  #stallNext = false;

  /** `report` is called whenever the position has changed. */
  constructor(clock: Clock, deviceId: string, axes: readonly Axis[], report: () => void) {
    this.#clock = clock;
    this.#deviceId = deviceId;
    this.#axes = axes;
    this.#report = report;
  }

  stallNext(): void {
    this.#stallNext = true;
  }

  isMoving(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Resolves once every axis has settled. Rejects with `Canceled` when superseded or stopped, with the signal's reason
   * when that aborts (the axes then stop), with `DeviceStalled` when told to stall.
   */
  async run(orders: readonly AxisOrder[], signal: AbortSignal): Promise<void> {
    this.halt("superseded by a newer move");
    const own = new AbortController();
    this.#current = own;
    const ended = AbortSignal.any([own.signal, signal]);
    const isStalled = this.#stallNext;
    this.#stallNext = false;
    const startMs = this.#clock.nowMs();
    for (const { axis, targetUm } of orders) {
      const fromUm = axis.motorUm(startMs);
      axis.moveTo(isStalled ? fromUm + STALL_SHARE * (targetUm - fromUm) : targetUm, startMs);
    }
    try {
      for (;;) {
        const nowMs = this.#clock.nowMs();
        const leftMs = Math.max(...orders.map(({ axis }) => axis.settledAtMs())) - nowMs;
        if (leftMs <= 0) break;
        await this.#clock.delay(Math.min(REPORT_MS, leftMs), ended);
        if (this.#current === own) this.#report();
      }
    } catch (error) {
      // Superseded motions have been halted already; a canceled or late one stops here.
      if (this.#current === own) this.#stopAxes();
      throw error;
    } finally {
      if (this.#current === own) this.#current = undefined;
    }
    const short = isStalled ? orders.find(({ axis, targetUm }) => axis.motorUm(this.#clock.nowMs()) !== targetUm) : undefined;
    if (short !== undefined) {
      const atUm = short.axis.motorUm(this.#clock.nowMs());
      throw new OcularError({ tag: "DeviceStalled", deviceId: this.#deviceId, axis: short.name, atUm, targetUm: short.targetUm });
    }
  }

  /** Stops all axes; a pending motion rejects with `Canceled`. */
  halt(why: string): void {
    const pending = this.#current;
    this.#current = undefined;
    this.#stopAxes();
    pending?.abort(new OcularError({ tag: "Canceled", what: `${this.#deviceId} move (${why})` }));
  }

  #stopAxes(): void {
    const nowMs = this.#clock.nowMs();
    const wasMoving = this.#axes.some((axis) => axis.isMoving(nowMs));
    for (const axis of this.#axes) axis.halt(nowMs);
    if (wasMoving) this.#report();
  }
}
