import type { Clock } from "../../../core/clock.ts";
import { entryPath } from "../../runtime/entries.ts";
import { findU3vInterfaces } from "../drivers/usb3vision/interfaces.ts";
import { createPortGuard } from "../guard/port-guard.ts";
import { type SerialHost, systemSerialHost } from "../transports/serial-host.ts";
import type { DatagramNet } from "../transports/gige/datagrams.ts";
import { createUdpNet } from "../transports/gige/udp-net.ts";
import type { UsbBus } from "../transports/usb/usb-device.ts";
import type { DeviceProvider } from "./device-provider.ts";
import { createGigeVisionProvider } from "./providers/gigevision-provider.ts";
import { createSerialProvider } from "./providers/serial-provider.ts";
import { createUsb3VisionProvider } from "./providers/usb3vision-provider.ts";
import { createDeviceRegistry, type DeviceRegistry } from "./registry.ts";

/** What can be plugged into this computer: its ports and everything that is reached by them. */
export interface SystemDevices {
  readonly host: SerialHost;
  readonly registry: DeviceRegistry;
}

/** Ports and buses in the place of this computer's own. */
export interface SystemParts {
  readonly host?: SerialHost;
  readonly openBus?: () => Promise<UsbBus>;
  readonly net?: DatagramNet;
  /** No process of its own watches the serial ports: for ports in memory, which it could not open. */
  readonly isUnguarded?: boolean;
}

/** How this computer's devices are opened. */
export interface SystemOptions extends SystemParts {
  /** Told in a sentence what a person should know. */
  readonly onProblem: (text: string) => void;
  /** Providers of what needs no plug. */
  readonly more?: readonly DeviceProvider[];
}

/** Every way in which devices are reached. libusb is loaded when it is first needed; the guard of the serial ports runs while one is in use. */
export function openSystemDevices(clock: Clock, { onProblem, more = [], ...parts }: SystemOptions): SystemDevices {
  const host = parts.host ?? systemSerialHost();
  const guard = parts.isUnguarded === true ? undefined : createPortGuard({ entryFile: () => entryPath("port-guard"), clock, onProblem });
  const openBus = parts.openBus ?? (async () => (await import("../transports/usb/libusb-bus.ts")).createLibusbBus({ clock, wants: (description) => findU3vInterfaces(description) !== undefined }));
  const registry = createDeviceRegistry([
    createSerialProvider({ host, clock, ...(guard === undefined ? {} : { guard }) }),
    createUsb3VisionProvider({ clock, openBus }),
    createGigeVisionProvider({ clock, net: parts.net ?? createUdpNet() }),
    ...more,
  ], (ms, signal) => clock.delay(ms, signal));
  return { host, registry };
}
