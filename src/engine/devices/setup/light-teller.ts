import type { Clock } from "../../../core/clock.ts";
import type { Illumination } from "../api/illumination.ts";

/** A level that has stood for so long is what was wanted, ms: a slider on its way is no news. */
const SETTLED_MS = 1000;

/** Tells what lights without a role were set to, once a light has stood at its level for a second. */
export class LightTeller {
  readonly #clock: Clock;
  readonly #say: (text: string) => void;
  readonly #waiting = new Map<Illumination, AbortController>();

  constructor(clock: Clock, say: (text: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** That light has another level now. */
  changed(light: Illumination, name: string): void {
    this.#waiting.get(light)?.abort();
    const own = new AbortController();
    this.#waiting.set(light, own);
    this.#clock.delay(SETTLED_MS, own.signal).then(
      () => {
        this.#waiting.delete(light);
        const percent = light.level();
        this.#say(percent === 0 ? `${name} is off` : `${name} is set to ${Number(percent.toFixed(1))} %, beside the light in use`);
      },
      () => undefined, // Another level came, or the app is left.
    );
  }

  dispose(): void {
    for (const waiting of this.#waiting.values()) waiting.abort();
    this.#waiting.clear();
  }
}
