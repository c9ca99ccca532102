import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import { type UsbBus, type UsbDevice, UsbError } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { UsbModel } from "./camera-model.ts";

/** A bus in this process, into which device models are plugged. */
export interface InProcessUsb extends UsbBus {
  plug(model: UsbModel): void;
  unplug(model: UsbModel): void;
  /** Devices opened and not closed: 0 at the end of a test. */
  openCount(): number;
  /** Transfers waiting. */
  waitingCount(): number;
}

interface Plugged {
  readonly model: UsbModel;
  readonly device: InProcessDevice;
}

export function createInProcessUsb(): InProcessUsb {
  const attached = createEmitter<undefined>();
  let plugged: readonly Plugged[] = [];
  const everyDevice = new Set<InProcessDevice>();
  return {
    list: async () => plugged.map(({ device }) => device),
    onDidAttach: (listener) => attached.on(listener),
    dispose: async () => attached.clear(),
    plug(model) {
      const device = new InProcessDevice(model);
      everyDevice.add(device);
      plugged = [...plugged, { model, device }];
      attached.emit(undefined);
    },
    unplug(model) {
      const gone = plugged.filter((each) => each.model === model);
      plugged = plugged.filter((each) => each.model !== model);
      for (const { device } of gone) device.detach();
    },
    openCount: () => [...everyDevice].filter((device) => device.isOpen).length,
    waitingCount: () => [...everyDevice].reduce((sum, device) => sum + device.waitingCount(), 0),
  };
}

interface Waiting {
  readonly into: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: UsbError) => void;
  readonly settle: () => void;
}

class InProcessDevice implements UsbDevice {
  readonly description;
  readonly #model: UsbModel;
  readonly #detached = createEmitter<undefined>();
  readonly #waiting = new Map<number, Waiting[]>();
  #unlisten = (): void => undefined;
  isOpen = false;
  #isGone = false;

  constructor(model: UsbModel) {
    this.#model = model;
    this.description = model.description;
  }

  readonly onDidDetach = (listener: () => void): (() => void) => this.#detached.on(listener);

  waitingCount(): number {
    return [...this.#waiting.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  detach(): void {
    this.#isGone = true;
    this.#failAll("disconnected");
    this.#model.powerOff();
    this.#detached.emit(undefined);
  }

  async open(): Promise<void> {
    this.#requireThere();
    if (this.isOpen) throw new UsbError("busy", "it is open already");
    this.isOpen = true;
    this.#unlisten = this.#model.onDidHaveData(() => this.#serve());
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#unlisten();
    this.#failAll("canceled");
    if (!this.#isGone) this.#model.powerOff();
  }

  async claim(interfaceNumber: number): Promise<void> {
    this.#requireOpen();
    if (!this.description.interfaces.some(({ number }) => number === interfaceNumber)) throw new UsbError("failed", `there is no interface ${interfaceNumber}`);
  }

  async controlIn(setup: Parameters<UsbDevice["controlIn"]>[0], length: number): Promise<Uint8Array> {
    this.#requireOpen();
    const answer = this.#model.control(setup, length);
    if (answer === "stall") throw new UsbError("stalled", "the request is not known");
    return answer;
  }

  async controlOut(setup: Parameters<UsbDevice["controlOut"]>[0]): Promise<void> {
    await this.controlIn(setup, 0);
  }

  async bulkOut(endpoint: number, bytes: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#requireOpen();
    if (options.signal?.aborted === true) throw new UsbError("canceled", "canceled");
    if (this.#model.push(endpoint, bytes) === "stall") throw new UsbError("stalled", "the pipe is stalled");
  }

  bulkIn(endpoint: number, into: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#isGone) return reject(new UsbError("disconnected", "the device is gone"));
      if (!this.isOpen) return reject(new UsbError("failed", "the device is not open"));
      const { signal } = options;
      if (signal?.aborted === true) return reject(new UsbError("canceled", "canceled"));
      const queue = this.#waiting.get(endpoint) ?? [];
      this.#waiting.set(endpoint, queue);
      const cancel = (): void => {
        const at = queue.indexOf(entry);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(new UsbError("canceled", "canceled"));
      };
      const entry: Waiting = { into, resolve, reject, settle: () => signal?.removeEventListener("abort", cancel) };
      signal?.addEventListener("abort", cancel, { once: true });
      queue.push(entry);
      this.#serve();
    });
  }

  async clearHalt(): Promise<void> {
    this.#requireOpen();
  }

  async reset(): Promise<void> {
    await this.close();
  }

  /** Gives what the model has to the transfers that wait, first come first served. */
  #serve(): void {
    for (const [endpoint, queue] of this.#waiting) {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        const outcome = this.#model.pull(endpoint, next.into);
        if (outcome === "nothing") break;
        queue.shift();
        next.settle();
        if (outcome === "stall") next.reject(new UsbError("stalled", "the pipe is stalled"));
        else next.resolve(outcome);
      }
    }
  }

  #failAll(problem: "disconnected" | "canceled"): void {
    for (const queue of this.#waiting.values()) {
      for (const each of queue.splice(0)) {
        each.settle();
        each.reject(new UsbError(problem, problem === "canceled" ? "canceled" : "the device is gone"));
      }
    }
  }

  #requireThere(): void {
    if (this.#isGone) throw new UsbError("disconnected", "the device is gone");
  }

  #requireOpen(): void {
    this.#requireThere();
    if (!this.isOpen) throw new UsbError("failed", "the device is not open");
  }
}
