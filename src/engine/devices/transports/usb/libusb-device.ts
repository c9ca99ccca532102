import { type Device, type LibUSBException, Transfer, usb } from "usb";
import type { Clock } from "../../../../core/clock.ts";
import { createEmitter } from "../../../runtime/emitter.ts";
import { libusbError } from "./libusb-errors.ts";
import { ENDPOINT_IN, type TransferOptions, type UsbDescription, type UsbDevice, UsbError, type UsbSetup } from "./usb-device.ts";

/** Closing waits for cancelled transfers; after this long the device is given up, ms. */
const CLOSE_LIMIT_MS = 1000;
/** A control request that is never answered must not wait for ever: libusb's own time limit, ms. */
const CONTROL_LIMIT_MS = 1000;

/** A device of this computer. `didDetach` is called by the bus, which alone hears of it. */
export interface LibusbDevice extends UsbDevice {
  didDetach(): void;
}

/** Wraps libusb's device; the transfers write straight into the memory they are given. */
export function createLibusbDevice(device: Device, description: UsbDescription, clock: Clock): LibusbDevice {
  const detached = createEmitter<undefined>();
  const pending = new Set<{ readonly done: Promise<unknown>; readonly cancel: () => void }>();
  const claimed = new Set<number>();
  let isOpen = false;
  let isGone = false;

  const requireOpen = (): void => {
    if (isGone) throw new UsbError("disconnected", "the device is gone");
    if (!isOpen) throw new UsbError("failed", "the device is not open");
  };

  const transfer = (endpoint: number, memory: Uint8Array, { signal }: TransferOptions): Promise<number> => {
    try {
      requireOpen();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    if (signal?.aborted === true) return Promise.reject(new UsbError("canceled", "canceled"));
    const own = { done: Promise.resolve<unknown>(undefined), cancel: (): void => undefined };
    const done = new Promise<number>((resolve, reject) => {
      const buffer = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
      const request = new Transfer(device, endpoint, usb.LIBUSB_TRANSFER_TYPE_BULK, 0, (error: LibUSBException | undefined, _buffer, count) => {
        signal?.removeEventListener("abort", own.cancel);
        pending.delete(own);
        if (error === undefined) resolve(count);
        else reject(isGone ? new UsbError("disconnected", "the device is gone") : libusbError(error));
      });
      // False when it has ended meanwhile: then its own callback tells how.
      own.cancel = () => void request.cancel();
      try {
        request.submit(buffer);
      } catch (error) {
        reject(libusbError(error));
        return;
      }
      signal?.addEventListener("abort", own.cancel, { once: true });
      pending.add(own);
    });
    own.done = done.catch(() => undefined);
    return done;
  };

  const control = (setup: UsbSetup, payload: number | Buffer): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      try {
        requireOpen();
        device.timeout = CONTROL_LIMIT_MS;
        device.controlTransfer(setup.requestType, setup.request, setup.value, setup.index, payload, (error, answer) => {
          if (error === undefined) resolve(typeof answer === "object" ? new Uint8Array(answer) : new Uint8Array(0));
          else reject(libusbError(error));
        });
      } catch (error) {
        reject(libusbError(error));
      }
    });

  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    const over = new AbortController();
    for (const each of pending) each.cancel();
    const interfaces = [...claimed];
    claimed.clear();
    // Those of a device that is gone cannot be given back, each of which is told: none of it is a reason to keep it open.
    const released = Promise.all([...pending].map(({ done }) => done)).then(() => Promise.allSettled(interfaces.map((number) => device.interface(number).releaseAsync())));
    // libusb keeps the device while a transfer is out, also beyond our limit: it is closed when the last one has come back.
    const closed = released.then(() => device.close()).catch((error: unknown) => process.emitWarning(libusbError(error)));
    await Promise.race([closed, clock.delay(CLOSE_LIMIT_MS, over.signal).catch(() => undefined)]);
    over.abort();
  };

  return {
    description,
    didDetach() {
      isGone = true;
      for (const each of pending) each.cancel();
      detached.emit(undefined);
      detached.clear();
    },
    onDidDetach: (listener) => detached.on(listener),
    async open() {
      if (isGone) throw new UsbError("disconnected", "the device is gone");
      if (isOpen) throw new UsbError("busy", "it is open already");
      try {
        device.open();
        device.setAutoDetachKernelDriver(process.platform === "linux");
      } catch (error) {
        throw libusbError(error);
      }
      isOpen = true;
    },
    close,
    async claim(interfaceNumber) {
      requireOpen();
      try {
        device.interface(interfaceNumber).claim();
        claimed.add(interfaceNumber);
      } catch (error) {
        throw libusbError(error);
      }
    },
    controlIn: (setup, length) => control({ ...setup, requestType: setup.requestType | ENDPOINT_IN }, length),
    async controlOut(setup, bytes) {
      await control(setup, Buffer.from(bytes));
    },
    bulkIn: (endpoint, into, options = {}) => transfer(endpoint, into, options),
    async bulkOut(endpoint, bytes, options = {}) {
      const sent = await transfer(endpoint, bytes, options);
      if (sent !== bytes.length) throw new UsbError("failed", `${sent} of ${bytes.length} bytes were sent`);
    },
    async clearHalt(endpoint) {
      requireOpen();
      const found = device.interfaces?.flatMap((each) => each.endpoints).find(({ address }) => address === endpoint);
      if (found === undefined) throw new UsbError("failed", `there is no endpoint ${endpoint}`);
      await new Promise<void>((resolve, reject) => found.clearHalt((error) => (error === undefined ? resolve() : reject(libusbError(error)))));
    },
    async reset() {
      requireOpen();
      await new Promise<void>((resolve, reject) => device.reset((error) => (error === undefined ? resolve() : reject(libusbError(error)))));
      await close();
    },
  };
}
