import type { UsbSetup } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import type { UsbModel } from "./usb-model.ts";

/** How a transfer that waited came to its end. */
export type PipeOutcome = number | "stall" | "over";

/** An IN transfer that waits for the device. */
export interface WaitingTransfer {
  readonly into: Uint8Array;
  /** Called once: bytes that came, a stall, or that the connection is over. */
  settle(outcome: PipeOutcome): void;
}

const CLEAR_FEATURE = 1;
const SET_FEATURE = 3;
const TO_ENDPOINT = 0x02;
const ENDPOINT_HALT = 0;

/**
 * The pipes of one model while a host is connected: IN transfers wait in order, each endpoint for itself; a halted
 * endpoint answers nothing but stalls until the host clears it.
 */
export class Pipes {
  readonly #model: UsbModel;
  readonly #waiting = new Map<number, WaitingTransfer[]>();
  readonly #halted = new Set<number>();

  constructor(model: UsbModel) {
    this.#model = model;
  }

  /** @returns takes the transfer back, without settling it; false when it has settled already */
  wait(endpoint: number, transfer: WaitingTransfer): () => boolean {
    const queue = this.#waiting.get(endpoint) ?? [];
    this.#waiting.set(endpoint, queue);
    queue.push(transfer);
    this.serve();
    return () => {
      const at = queue.indexOf(transfer);
      if (at >= 0) queue.splice(at, 1);
      return at >= 0;
    };
  }

  push(endpoint: number, bytes: Uint8Array): "ok" | "stall" {
    return this.#halted.has(endpoint) ? "stall" : this.#model.push(endpoint, bytes);
  }

  /** Control requests about halted endpoints; undefined for any other. */
  halt(setup: UsbSetup): Uint8Array | "stall" | undefined {
    if ((setup.requestType & 0x7f) !== TO_ENDPOINT || setup.value !== ENDPOINT_HALT) return undefined;
    if (setup.request === CLEAR_FEATURE) {
      this.#halted.delete(setup.index);
      this.serve();
      return new Uint8Array(0);
    }
    if (setup.request !== SET_FEATURE) return undefined;
    const answer = this.#model.control(setup, 0);
    if (answer !== "stall") this.#halted.add(setup.index);
    this.serve();
    return answer;
  }

  /** Gives what the model has to the transfers that wait, first come first served. */
  serve(): void {
    for (const [endpoint, queue] of this.#waiting) {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        const outcome = this.#halted.has(endpoint) ? "stall" : this.#model.pull(endpoint, next.into);
        if (outcome === "nothing") break;
        queue.shift();
        next.settle(outcome);
      }
    }
  }

  /** The host has gone: nothing waits any more. */
  end(): void {
    this.#halted.clear();
    for (const queue of this.#waiting.values()) for (const transfer of queue.splice(0)) transfer.settle("over");
  }

  waitingCount(): number {
    return [...this.#waiting.values()].reduce((sum, queue) => sum + queue.length, 0);
  }
}
