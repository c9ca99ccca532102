import type { SerialHost } from "../../src/engine/devices/transports/serial-host.ts";
import type { SerialPortDescription } from "../../src/engine/devices/transports/serial-port.ts";
import type { LabController } from "./serial/lab-controller.ts";

/** Serial ports in this process, into which virtual controllers are plugged. */
export interface LabSerialHost extends SerialHost {
  /** Plugs it into the port of that name; an identity makes it a USB plug. */
  plug(path: string, controller: LabController, identity?: { readonly vendorId: string; readonly productId: string; readonly serialNumber?: string }): void;
  unplug(path: string): void;
}

export function labSerialHost(): LabSerialHost {
  const ports = new Map<string, { readonly description: SerialPortDescription; readonly controller: LabController }>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    list: async () => [...ports.values()].map(({ description }) => description),
    port: (path) => ({ path, open: async (line) => {
      const port = ports.get(path);
      if (port === undefined) throw new Error("there is no such port");
      return port.controller.port.open(line);
    } }),
    exists: async (path) => ports.has(path),
    onDidChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    plug(path, controller, identity) {
      controller.replug();
      ports.set(path, { description: { path, ...identity }, controller });
      tell();
    },
    unplug(path) {
      ports.get(path)?.controller.unplug();
      ports.delete(path);
      tell();
    },
  };
}
