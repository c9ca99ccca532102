import type { Clock } from "../../../core/clock.ts";
import { entryPath } from "../../runtime/entries.ts";
import { findU3vInterfaces } from "../drivers/usb3vision/interfaces.ts";
import { createPortGuard } from "../guard/port-guard.ts";
import { type SerialHost, systemSerialHost } from "../transports/serial-host.ts";
import { createSerialProvider } from "./providers/serial-provider.ts";
import { createUsb3VisionProvider } from "./providers/usb3vision-provider.ts";
import { createDeviceRegistry, type DeviceRegistry } from "./registry.ts";

/** What can be plugged into this computer: its ports and everything that is reached by them. */
export interface SystemDevices {
  readonly host: SerialHost;
  readonly registry: DeviceRegistry;
}

/**
 * libusb is loaded when it is first needed, the guard of the serial ports runs while one is in use.
 * @param onProblem told in a sentence what a person should know
 */
export function openSystemDevices(clock: Clock, onProblem: (text: string) => void): SystemDevices {
  const host = systemSerialHost();
  const registry = createDeviceRegistry([
    createSerialProvider({ host, clock, guard: createPortGuard({ entryFile: () => entryPath("port-guard"), clock, onProblem }) }),
    createUsb3VisionProvider({
      clock,
      openBus: async () => (await import("../transports/usb/libusb-bus.ts")).createLibusbBus({ clock, wants: (description) => findU3vInterfaces(description) !== undefined }),
    }),
  ], (ms, signal) => clock.delay(ms, signal));
  return { host, registry };
}
