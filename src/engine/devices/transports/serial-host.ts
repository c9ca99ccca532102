import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
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

/** Where and how this computer names its ports. */
export interface SystemPorts {
  /** Folder of the terminal devices; undefined on Windows, which keeps them elsewhere and lists them fast. */
  readonly folder: string | undefined;
  list(): Promise<readonly SerialPortDescription[]>;
}

const THIS_COMPUTER: SystemPorts = { folder: process.platform === "win32" ? undefined : "/dev", list: listSerialPorts };

/**
 * Listing asks the operating system (on Linux by a program of its own, tens of milliseconds), so it is done again only when a port has
 * come or gone, or another was made under the same name: an adapter may be swapped for another between two looks.
 */
export function systemSerialHost(system: SystemPorts = THIS_COMPUTER): SerialHost {
  let known: { readonly mark: string; readonly ports: readonly SerialPortDescription[] } | undefined;
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let seen: string | undefined;

  const list = async (): Promise<readonly SerialPortDescription[]> => {
    const mark = await markOf(system);
    if (mark !== undefined && known?.mark === mark) return known.ports;
    const ports = await system.list().catch((error: unknown) => {
      throw new Error(whyNotListed(error), { cause: error });
    });
    known = mark === undefined ? undefined : { mark, ports };
    return ports;
  };
  const look = async (): Promise<void> => {
    const mark = (await markOf(system)) ?? JSON.stringify(await system.list());
    const isNews = seen !== undefined && seen !== mark;
    seen = mark;
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
      timer ??= setInterval(() => void look().catch(() => "told to whoever lists next"), LOOK_MS);
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

const PORT_NAME = /^(tty(USB|ACM|AMA|S|O|XR|GS)\d|rfcomm|(cu|tty)\.)/u;

/**
 * The terminal devices as one text that is another whenever one is another: its name, its file, and when that was made or its owner changed
 * (the system does that when it has learnt what was plugged in). Undefined where there is no such folder.
 */
async function markOf({ folder }: SystemPorts): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const names = (await readdir(folder)).filter((name) => PORT_NAME.test(name)).sort();
  const marks = await Promise.all(names.map(async (name) => {
    try {
      const { ino, ctimeNs } = await stat(join(folder, name), { bigint: true });
      return `${name} ${ino} ${ctimeNs}`;
    } catch (error) {
      // Gone between the two questions: the next look no longer finds its name.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return name;
      throw error;
    }
  }));
  return marks.join("\n");
}

function whyNotListed(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /udevadm.*ENOENT|ENOENT.*udevadm/u.test(text) ? "udevadm is not installed: name the port by its path" : text;
}
