import type { DeviceIdentity } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import type { CallOptions, Unsubscribe } from "../../api/device.ts";
import type { Illumination } from "../../api/illumination.ts";
import type { Ask, ControllerLink } from "./controller-link.ts";
import { SerialDevice } from "./serial-device.ts";

/** What a family's driver says about one light. Levels are % of full scale, 0 is off. */
export interface LightPort {
  /** What the device says the level is; undefined where it cannot say: then the level last set is believed. */
  readLevel?(ask: Ask): Promise<number>;
  /** Resolves with the level taken, in the device's steps. */
  setLevel(ask: Ask, percent: number): Promise<number>;
  /** False for a shutter: it knows 0 and 100 only. Default true. */
  readonly hasLevels?: boolean;
  /** Bytes that put it out, end of line included. */
  readonly off: string;
}

/** One light on a serial controller. */
export class SerialLight extends SerialDevice implements Illumination {
  readonly #port: LightPort;
  readonly #changes = createEmitter<number>();
  #percent = 0;
  #newestOrder = 0;
  #wasConnected = false;

  constructor(identity: DeviceIdentity, link: ControllerLink, port: LightPort) {
    super(identity, link);
    this.#port = port;
  }

  /** False for a shutter: anything above 0 is 100. */
  get hasLevels(): boolean {
    return this.#port.hasLevels ?? true;
  }

  level(): number {
    return this.#percent;
  }

  async setLevel(percent: number, options: CallOptions = {}): Promise<number> {
    this.requireLink("setLevel");
    if (!(percent >= 0 && percent <= 100)) {
      throw new OcularError({ tag: "OutOfRange", what: "light", value: percent, min: 0, max: 100, unit: "%" });
    }
    const order = (this.#newestOrder += 1);
    return this.call("setLevel", options, 500, async (signal) => {
      const ask = this.#askerOf(order, signal);
      const taken = await this.#port.setLevel(ask, percent);
      this.#become((await this.#port.readLevel?.(ask)) ?? taken);
      return this.#percent;
    });
  }

  onDidChangeLevel(listener: (percent: number) => void): Unsubscribe {
    return this.#changes.on(listener);
  }

  protected override async learn(ask: Ask): Promise<void> {
    // A light that cannot tell its level is put out: then it is known. So is one that was lost while it was lit: nobody has seen to it since.
    const port = this.#port;
    this.#become(port.readLevel === undefined || this.#wasConnected ? await port.setLevel(ask, 0) : await port.readLevel(ask));
  }

  protected override didConnect(): void {
    this.#wasConnected = true;
  }

  /** The bytes go out at once, ahead of everything; then the device confirms. */
  protected override async makeSafe(ask: Ask): Promise<void> {
    this.#newestOrder += 1;
    await this.link.interrupt(this.#port.off);
    this.#become(await this.#port.setLevel(ask, 0));
  }

  protected override safeBytes(): string {
    return this.#port.off;
  }

  protected override didUnlink(): void {
    this.#become(0);
  }

  protected override didDispose(): void {
    this.#changes.clear();
  }

  /** An order of several steps ends where a newer one begins: what it would still light must not come after a "dark". */
  #askerOf(order: number, signal: AbortSignal): Ask {
    const ask = this.asker(signal);
    return async (exchange) => {
      if (order !== this.#newestOrder) throw new OcularError({ tag: "Canceled", what: `${this.identity.id} setLevel (superseded by a newer level)` });
      return ask(exchange);
    };
  }

  #become(percent: number): void {
    if (percent === this.#percent) return;
    this.#percent = percent;
    this.#changes.emit(percent);
  }
}
