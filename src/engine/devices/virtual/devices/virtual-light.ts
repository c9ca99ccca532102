import type { Clock } from "../../../../core/clock.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { Illumination } from "../../api/illumination.ts";
import { Emitter } from "./emitter.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** A lamp in steps of 0.1 %. It comes on at `startPercent` when connected, as a lamp with a knob does. */
export class VirtualLight extends VirtualDevice implements Illumination {
  readonly #startPercent: number;
  readonly #changes = new Emitter<number>();
  #percent = 0;

  constructor(clock: Clock, startPercent: number) {
    super({ id: "virtual-light", kind: "illumination", vendor: "Ocular", model: "Virtual light", serial: "V1" }, clock);
    this.#startPercent = startPercent;
  }

  level(): number {
    return this.#percent;
  }

  async setLevel(percent: number, options: CallOptions = {}): Promise<number> {
    this.requireLink("setLevel");
    if (!(percent >= 0 && percent <= 100)) {
      throw new OcularError({ tag: "OutOfRange", what: "light", value: percent, min: 0, max: 100, unit: "%" });
    }
    return this.call("setLevel", options, 500, async () => {
      this.#become(Math.round(percent * 10) / 10);
      return this.#percent;
    });
  }

  onDidChangeLevel(listener: (percent: number) => void): Unsubscribe {
    return this.#changes.subscribe(listener);
  }

  protected override didConnect(): void {
    this.#become(this.#startPercent);
  }

  protected override async beforeDisconnect(): Promise<void> {
    this.#become(0);
  }

  protected override didLoseLink(): void {
    this.#become(0);
  }

  protected override async didDispose(): Promise<void> {
    this.#changes.clear();
  }

  #become(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    this.#changes.emit(percent);
  }
}
