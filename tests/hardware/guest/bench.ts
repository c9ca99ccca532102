import { createLibusbBus } from "../../../src/engine/devices/transports/usb/libusb-bus.ts";
import type { UsbBus } from "../../../src/engine/devices/transports/usb/usb-device.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import type { Orders } from "./guest-system.ts";
import type { Checks } from "./report.ts";

/** What every group of checks is given. */
export interface Bench {
  readonly checks: Checks;
  readonly orders: Orders;
  readonly pace: Pace;
  readonly usbipPort: number;
  readonly busIds: { readonly camera: string; readonly stage: string };
}

/** Serial numbers of the lab's devices. */
export const CAMERA_SERIAL = "LAB0001";
export const STAGE_SERIAL = "LABSTAGE1";

/** What Aravis and our driver are both asked to stream: as much as the machine carries when nothing else runs on it. */
export const THROUGHPUT = { width: 640, height: 480, framesPerSecond: 100, exposureUs: 1000, seconds: 6 } as const;

/** The same over GigE Vision: of a small picture, for the camera is a program in this machine too. */
export const GIGE_THROUGHPUT = { width: 320, height: 240, framesPerSecond: 100, exposureUs: 1000, seconds: 3 } as const;

/** What came of it. */
export interface StreamRate {
  readonly frames: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** Of a register of the camera, there and back, on a real USB 3 bus, ms: generously. */
const REAL_COMMAND_MS = 2;
const LEAST_FACTOR = 2;
const MOST_FACTOR = 15;

/**
 * How much slower than a real machine this one is: without virtualisation, and beside whatever else runs, a transfer takes
 * 5 to 100 times as long. Deadlines are multiplied by it; it is measured, and printed.
 */
export class Pace {
  #factor = MOST_FACTOR;

  /** @param commandMs what one register took here, there and back */
  measured(commandMs: number): number {
    this.#factor = Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, commandMs / REAL_COMMAND_MS));
    return this.#factor;
  }

  /** How many times slower, as far as it was measured. */
  get factor(): number {
    return this.#factor;
  }

  /** A deadline of a real machine, as it is here. */
  slow(ms: number): number {
    return ms * this.#factor;
  }
}

/** A device that comes back is to be taken up again within this time on a real machine, ms. */
export const REPLUG_LIMIT_MS = 2000;

/** What a call that is to be refused was refused with. @throws Error when it was not */
export async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("it was not refused");
}

const LAB_VENDOR = 0x1209;

/** The guest's USB, over the real libusb. */
export function openBus(): UsbBus {
  return createLibusbBus({ clock: systemClock, wants: ({ vendorId }) => vendorId === LAB_VENDOR });
}
