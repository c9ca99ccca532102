import type { Clock } from "../../../src/core/clock.ts";

/** Time from one place to the next, ms. */
const TURN_MS = 300;

/** The nosepiece of a virtual controller: between two places it is nowhere. */
export class LabTurret {
  readonly #clock: Clock;
  readonly #places: number;
  #place = 1;
  #arrivesAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, places: number) {
    this.#clock = clock;
    this.#places = places;
  }

  /** From 1; undefined on the way. */
  place(): number | undefined {
    return this.isTurning() ? undefined : this.#place;
  }

  isTurning(): boolean {
    return this.#clock.nowMs() < this.#arrivesAtMs;
  }

  /** False for a place that it does not have. */
  turnTo(place: number): boolean {
    if (!(Number.isInteger(place) && place >= 1 && place <= this.#places)) return false;
    this.#arrivesAtMs = this.#clock.nowMs() + TURN_MS * Math.abs(place - this.#place);
    this.#place = place;
    return true;
  }
}
