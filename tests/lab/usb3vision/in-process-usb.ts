import { createEmitter } from "../../../src/engine/runtime/emitter.ts";
import { ENDPOINT_IN, haltSetup, type UsbBus, type UsbDevice, UsbError, type UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { Pipes } from "../usb/pipes.ts";
import type { UsbModel } from "../usb/usb-model.ts";

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

class InProcessDevice implements UsbDevice {
  readonly description;
  readonly #model: UsbModel;
  readonly #detached = createEmitter<undefined>();
  readonly #pipes: Pipes;
  #unlisten = (): void => undefined;
  isOpen = false;
  #isGone = false;

  constructor(model: UsbModel) {
    this.#model = model;
    this.#pipes = new Pipes(model);
    this.description = model.description;
  }

  readonly onDidDetach = (listener: () => void): (() => void) => this.#detached.on(listener);

  waitingCount(): number {
    return this.#pipes.waitingCount();
  }

  detach(): void {
    this.#isGone = true;
    this.#pipes.end();
    this.#model.powerOff();
    this.#model.coldStart?.();
    this.#detached.emit(undefined);
  }

  async open(): Promise<void> {
    this.#requireThere();
    if (this.isOpen) throw new UsbError("busy", "it is open already");
    this.isOpen = true;
    this.#unlisten = this.#model.onDidHaveData(() => this.#pipes.serve());
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#unlisten();
    this.#pipes.end();
    if (!this.#isGone) this.#model.powerOff();
  }

  async claim(interfaceNumber: number): Promise<void> {
    this.#requireOpen();
    if (!this.description.interfaces.some(({ number }) => number === interfaceNumber)) throw new UsbError("failed", `there is no interface ${interfaceNumber}`);
  }

  async controlIn(setup: UsbSetup, length: number): Promise<Uint8Array> {
    return this.#control({ ...setup, requestType: setup.requestType | ENDPOINT_IN }, length);
  }

  async controlOut(setup: UsbSetup, bytes: Uint8Array): Promise<void> {
    this.#control(setup, bytes.length, bytes);
  }

  async bulkOut(endpoint: number, bytes: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#requireOpen();
    if (options.signal?.aborted === true) throw new UsbError("canceled", "canceled");
    if (this.#pipes.push(endpoint, bytes) === "stall") throw new UsbError("stalled", "the pipe is stalled");
  }

  bulkIn(endpoint: number, into: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#isGone) return reject(new UsbError("disconnected", "the device is gone"));
      if (!this.isOpen) return reject(new UsbError("failed", "the device is not open"));
      const { signal } = options;
      if (signal?.aborted === true) return reject(new UsbError("canceled", "canceled"));
      const cancel = (): void => {
        if (takeBack()) reject(new UsbError("canceled", "canceled"));
      };
      signal?.addEventListener("abort", cancel, { once: true });
      const takeBack = this.#pipes.wait(endpoint, {
        into,
        settle: (outcome) => {
          signal?.removeEventListener("abort", cancel);
          if (typeof outcome === "number") resolve(outcome);
          else if (outcome === "stall") reject(new UsbError("stalled", "the pipe is stalled"));
          else reject(this.#isGone ? new UsbError("disconnected", "the device is gone") : new UsbError("canceled", "canceled"));
        },
      });
    });
  }

  async clearHalt(endpoint: number): Promise<void> {
    this.#control({ ...haltSetup(endpoint), request: 1 }, 0);
  }

  async reset(): Promise<void> {
    await this.close();
  }

  #control(setup: UsbSetup, length: number, bytes?: Uint8Array): Uint8Array {
    this.#requireOpen();
    const answer = this.#pipes.halt(setup) ?? this.#model.control(setup, length, bytes);
    if (answer === "stall") throw new UsbError("stalled", "the request is not known");
    return answer;
  }

  #requireThere(): void {
    if (this.#isGone) throw new UsbError("disconnected", "the device is gone");
  }

  #requireOpen(): void {
    this.#requireThere();
    if (!this.isOpen) throw new UsbError("failed", "the device is not open");
  }
}
