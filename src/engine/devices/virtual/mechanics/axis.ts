/**
 * One motor axis as a function of time: a trapezoid of speed, then a short settling swing. Nothing ticks: position at
 * any moment follows from the last order, so any clock will do.
 */
export interface AxisSpec {
  readonly speedUmPerS: number;
  readonly accelerationUmPerS2: number;
  /** Time after arrival until the swing has died away, ms. */
  readonly settleMs: number;
  /** Swing right after arrival, um. */
  readonly swingUm: number;
  /** Play between motor and slide: after a turn of direction the slide waits for this much travel, um. */
  readonly backlashUm: number;
}

interface Leg {
  readonly startMs: number;
  readonly fromUm: number;
  readonly toUm: number;
  /** Where in the play the slide hung when the leg began, within +-backlash/2 of the motor. */
  readonly playUm: number;
}

export class Axis {
  readonly spec: AxisSpec;
  #leg: Leg;

  /** Starts at rest, with the play taken up as if it had come from below. */
  constructor(spec: AxisSpec, startUm: number) {
    this.spec = spec;
    this.#leg = { startMs: Number.NEGATIVE_INFINITY, fromUm: startUm, toUm: startUm, playUm: -spec.backlashUm / 2 };
  }

  /** Sends the motor to `targetUm` from wherever it is; a motion under way ends at once. */
  moveTo(targetUm: number, nowMs: number): void {
    const fromUm = this.motorUm(nowMs);
    this.#leg = { startMs: nowMs, fromUm, toUm: targetUm, playUm: this.#playAt(nowMs) };
  }

  /** Ends a motion where it is. */
  halt(nowMs: number): void {
    if (!this.isMoving(nowMs)) return;
    const atUm = this.motorUm(nowMs);
    this.#leg = { startMs: nowMs, fromUm: atUm, toUm: atUm, playUm: this.#playAt(nowMs) };
  }

  /** What the encoder tells. */
  motorUm(nowMs: number): number {
    const { startMs, fromUm, toUm } = this.#leg;
    const distance = Math.abs(toUm - fromUm);
    return fromUm + Math.sign(toUm - fromUm) * travelled(this.spec, distance, (nowMs - startMs) / 1000);
  }

  /** Where the slide truly is: the motor, less the play, plus the settling swing. */
  slideUm(nowMs: number): number {
    return this.motorUm(nowMs) + this.#playAt(nowMs) + this.#swingAt(nowMs);
  }

  arrivesAtMs(): number {
    const { startMs, fromUm, toUm } = this.#leg;
    return startMs + 1000 * travelSeconds(this.spec, Math.abs(toUm - fromUm));
  }

  settledAtMs(): number {
    return this.#leg.fromUm === this.#leg.toUm ? this.arrivesAtMs() : this.arrivesAtMs() + this.spec.settleMs;
  }

  isMoving(nowMs: number): boolean {
    return nowMs < this.arrivesAtMs();
  }

  /** Time a move of this length takes, settling included, ms. */
  travelMs(distanceUm: number): number {
    return distanceUm === 0 ? 0 : 1000 * travelSeconds(this.spec, Math.abs(distanceUm)) + this.spec.settleMs;
  }

  #playAt(nowMs: number): number {
    const half = this.spec.backlashUm / 2;
    const gone = this.motorUm(nowMs) - this.#leg.fromUm;
    return Math.max(-half, Math.min(half, this.#leg.playUm - gone));
  }

  #swingAt(nowMs: number): number {
    const { fromUm, toUm } = this.#leg;
    const sinceMs = nowMs - this.arrivesAtMs();
    if (sinceMs <= 0 || sinceMs >= this.spec.settleMs || fromUm === toUm) return 0;
    const fading = Math.exp((-4 * sinceMs) / this.spec.settleMs);
    return Math.sign(toUm - fromUm) * this.spec.swingUm * fading * Math.sin((6 * Math.PI * sinceMs) / this.spec.settleMs);
  }
}

/** Seconds to travel a distance from rest to rest: a trapezoid of speed, a triangle where the way is short. */
export function travelSeconds({ speedUmPerS: v, accelerationUmPerS2: a }: AxisSpec, distanceUm: number): number {
  return distanceUm >= (v * v) / a ? distanceUm / v + v / a : 2 * Math.sqrt(distanceUm / a);
}

function travelled(spec: AxisSpec, distanceUm: number, seconds: number): number {
  const total = travelSeconds(spec, distanceUm);
  if (seconds >= total) return distanceUm;
  if (seconds <= 0) return 0;
  const { speedUmPerS: v, accelerationUmPerS2: a } = spec;
  const rampS = Math.min(v / a, total / 2);
  if (seconds < rampS) return (a * seconds * seconds) / 2;
  const left = total - seconds;
  if (left < rampS) return distanceUm - (a * left * left) / 2;
  return (a * rampS * rampS) / 2 + a * rampS * (seconds - rampS);
}
