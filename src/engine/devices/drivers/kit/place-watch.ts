import type { AxesSettings } from "./axes-port.ts";

/** A place off by less than so many tolerances is no news. */
const NEWS_TOLERANCES = 10;
/** A joystick may be so many times as fast as the axes were set to. */
const BY_HAND = 10;

/** Why where the axes are is not known: a clause. */
const COUNTS_ANEW = "it counts from zero anew, so it was restarted, or somebody has set its zero";

/**
 * Sees by the readings alone that a controller has begun to count anew: most of them say nothing when they lose their power for a moment. A
 * joystick and a knob move axes too, but hardly ever to exactly zero, and never faster than they can run.
 */
export class PlaceWatch {
  readonly #settings: Pick<AxesSettings, "toleranceUm" | "speedUmPerS">;
  #last: { readonly at: readonly number[]; readonly ms: number } | undefined;
  #isMovedByHand = false;
  #wasAway = false;

  constructor(settings: Pick<AxesSettings, "toleranceUm" | "speedUmPerS">) {
    this.#settings = settings;
  }

  /** A reading that is no ground for doubt: on an ordered way. */
  note(at: readonly number[], nowMs: number): void {
    this.#last = { at, ms: nowMs };
    this.#isMovedByHand = false;
    this.#wasAway = false;
  }

  /** Nobody has ordered it, and it moves: where it comes to rest is as good as any place. */
  movedByHand(): void {
    this.#isMovedByHand = true;
  }

  /** The line is gone: whatever happens until it is back is not seen. */
  lineLost(): void {
    this.#wasAway = true;
  }

  /** It stands there, and nothing was ordered since the last reading: why that place cannot be believed; undefined when it can. */
  stands(at: readonly number[], nowMs: number): string | undefined {
    const last = this.#last;
    const [isMovedByHand, wasAway] = [this.#isMovedByHand, this.#wasAway];
    this.note(at, nowMs);
    if (last === undefined || isMovedByHand) return undefined;
    const leapUm = largestStep(last.at, at);
    const wayUm = (this.#settings.speedUmPerS * (nowMs - last.ms)) / 1000;
    // A knob of one axis does come by zero; two axes do not at once.
    if (isZero(at) && leapUm > Math.max(this.#newsUm(), at.length > 1 || wasAway ? 0 : wayUm)) return COUNTS_ANEW;
    if (!wasAway && leapUm > BY_HAND * wayUm + this.#newsUm()) return `its count has leapt by ${leapUm.toFixed(0)} µm while it stood, faster than it can move`;
    return undefined;
  }

  /** The same for the end of an ordered way that did not reach its goal: it began at `from`. */
  endedShort(at: readonly number[], from: readonly number[], goal: readonly number[], nowMs: number): string | undefined {
    this.note(at, nowMs);
    const zero = at.map(() => 0);
    return isZero(at) && largestStep(zero, goal) > this.#newsUm() && largestStep(zero, from) > this.#newsUm() ? COUNTS_ANEW : undefined;
  }

  #newsUm(): number {
    return NEWS_TOLERANCES * this.#settings.toleranceUm;
  }
}

function isZero(at: readonly number[]): boolean {
  return at.every((value) => value === 0);
}

/** The longest way of one of the axes, um. */
export function largestStep(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN))));
}
