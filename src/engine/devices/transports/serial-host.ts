import { readdir, stat } from "node:fs/promises";
import type { Unsubscribe } from "../api/device.ts";
import type { Port } from "./byte-stream.ts";
import { listSerialPorts, serialPort, type SerialPortDescription } from "./serial-port.ts";

/** The serial ports of this computer, or the lab's. */
export interface SerialHost {
  /** Rejects with an Error whose message is a clause. */
  list(): Promise<readonly SerialPortDescription[]>;
  port(path: string): Port;
  /** True while there is something of that name: also for what `list` leaves out (pseudo-terminals). Cheap. */
  exists(path: string): Promise<boolean>;
  /** Calls when a port came or went. */
  onDidChange(listener: () => void): Unsubscribe;
}

/** How often the names of ports are looked at while somebody listens, ms: a plug is told well within a second. */
const LOOK_MS = 500;

/**
 * Listing asks the operating system (on Linux by a program of its own, tens of milliseconds), so it is done again only when the
 * names of ports have changed.
 */
export function systemSerialHost(): SerialHost {
  let known: { readonly names: string; readonly ports: readonly SerialPortDescription[] } | undefined;
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let seen: string | undefined;

  const list = async (): Promise<readonly SerialPortDescription[]> => {
    const names = await portNames();
    if (names !== undefined && known?.names === names) return known.ports;
    const ports = await listSerialPorts().catch((error: unknown) => {
      throw new Error(whyNotListed(error), { cause: error });
    });
    known = names === undefined ? undefined : { names, ports };
    return ports;
  };
  const look = async (): Promise<void> => {
    const names = (await portNames()) ?? JSON.stringify(await listSerialPorts());
    const isNews = seen !== undefined && seen !== names;
    seen = names;
    if (isNews) for (const listener of listeners) listener();
  };
  return {
    list,
    port: serialPort,
    exists: async (path) => {
      if (!path.startsWith("/")) return (await list()).some((port) => port.path.toUpperCase() === path.toUpperCase());
      return stat(path).then(() => true, () => false);
    },
    onDidChange(listener) {
      listeners.add(listener);
      // A look that fails is no news; whoever lists next is told why.
      timer ??= setInterval(() => void look().catch(() => undefined), LOOK_MS);
      timer.unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
        seen = undefined;
      };
    },
  };
}

/** The names of terminal devices as one text; undefined on Windows, which keeps them elsewhere and lists them fast. */
async function portNames(): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  return (await readdir("/dev")).filter((name) => /^(tty(USB|ACM|AMA|S|O|XR|GS)\d|rfcomm|(cu|tty)\.)/u.test(name)).sort().join(" ");
}

function whyNotListed(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /udevadm.*ENOENT|ENOENT.*udevadm/u.test(text) ? "udevadm is not installed: name the port by its path" : text;
}
