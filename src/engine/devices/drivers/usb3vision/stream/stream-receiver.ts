import { setMaxListeners } from "node:events";
import { haltSetup, UsbError, type UsbDevice } from "../../../transports/usb/usb-device.ts";
import type { BlockAssembler } from "./block-assembler.ts";

export interface ReceiverParts {
  readonly device: UsbDevice;
  readonly endpoint: number;
  readonly transferBytes: number;
  readonly assembler: BlockAssembler;
  /** The pipe broke and was mended: worth a line in the log. */
  readonly onDidRecover: (reason: string) => void;
}

/** Transfers kept waiting at the camera, so that it never has to hold pictures back. */
export interface StreamReceiver {
  /** Resolves when no transfer waits any more and the assembler is told; rejects with what ended it other than `stop`. */
  readonly done: Promise<void>;
  /** Cancels what waits. */
  stop(): void;
}

/** Linux lends all USB devices together 16 MB for waiting transfers; half of that leaves room for a second camera. */
const MOST_WAITING_BYTES = 8 * 2 ** 20;
const MOST_WAITING = 32;
const FEWEST_WAITING = 4;
/** Times the pipe is mended before the camera counts as broken. */
const MOST_RECOVERIES = 8;

/** Memory for the transfers is taken once and used round and round. */
export function startReceiver({ device, endpoint, transferBytes, assembler, onDidRecover }: ReceiverParts): StreamReceiver {
  const waitingCount = Math.min(MOST_WAITING, Math.max(FEWEST_WAITING, Math.floor(MOST_WAITING_BYTES / transferBytes)));
  const slots = Array.from({ length: waitingCount }, () => new Uint8Array(transferBytes));
  const stop = new AbortController();

  type Outcome = { readonly count: number } | { readonly error: unknown };
  const submit = (slot: Uint8Array, signal: AbortSignal): Promise<Outcome> => device.bulkIn(endpoint, slot, { signal }).then((count) => ({ count }), (error: unknown) => ({ error }));

  /** Receives until a transfer fails; every transfer has settled when this resolves with the reason. */
  const receive = async (signal: AbortSignal): Promise<unknown> => {
    const cancel = new AbortController();
    // Every waiting transfer listens: that is no leak.
    setMaxListeners(MOST_WAITING + 1, cancel.signal);
    const pass = (): void => cancel.abort();
    signal.addEventListener("abort", pass, { once: true });
    if (signal.aborted) pass();
    const waiting = slots.map((slot) => ({ slot, outcome: submit(slot, cancel.signal) }));
    try {
      for (;;) {
        const next = waiting.shift();
        if (next === undefined) return undefined;
        const outcome = await next.outcome;
        if ("error" in outcome) {
          cancel.abort();
          await Promise.all(waiting.map((each) => each.outcome));
          return outcome.error;
        }
        assembler.take(next.slot.subarray(0, outcome.count), outcome.count < next.slot.length);
        waiting.push({ slot: next.slot, outcome: submit(next.slot, cancel.signal) });
      }
    } finally {
      signal.removeEventListener("abort", pass);
    }
  };

  const run = async (): Promise<void> => {
    try {
      for (let recoveries = 0; ; recoveries++) {
        const error = await receive(stop.signal);
        if (stop.signal.aborted) return;
        if (!(error instanceof UsbError) || error.problem === "disconnected" || recoveries >= MOST_RECOVERIES) throw error;
        assembler.break();
        await device.controlOut(haltSetup(endpoint), new Uint8Array(0));
        await device.clearHalt(endpoint);
        onDidRecover(error.message);
      }
    } finally {
      if (stop.signal.aborted) assembler.stop();
      else assembler.break();
    }
  };

  return { done: run(), stop: () => stop.abort() };
}
