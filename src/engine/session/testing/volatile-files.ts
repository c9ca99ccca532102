import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { OpenFile, SessionFiles } from "../session-files.ts";

/** A disk in memory that knows what has reached the medium, and can lose its power. */
export interface VolatileFiles extends SessionFiles {
  /** Calls that changed something so far. */
  readonly operations: number;
  /** Lets `operations` changes happen and then stands still for ever: nothing after that is done or answered. */
  stopAfter(operations: number): void;
  /** Resolves when it stands still. */
  readonly stopped: Promise<void>;
  /**
   * Writes to a real folder what the medium holds after a power cut. All that was synced is there; of the rest, chance
   * decides: a name may be old or new, and unsynced bytes may be there, missing, or pages of zeros (as journalling file
   * systems leave them).
   */
  restoreAfterPowerCut(root: string, target: string, random: () => number): Promise<void>;
}

interface Inode {
  current: Buffer;
  durable: Buffer;
}

const PAGE_BYTES = 64;

export function volatileFiles(): VolatileFiles {
  const names = new Map<string, Inode>();
  const durableNames = new Map<string, Inode>();
  const folders = new Set<string>();
  let operations = 0;
  let limit = Number.POSITIVE_INFINITY;

  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });

  const step = async (): Promise<void> => {
    if (operations >= limit) {
      stop();
      await new Promise<never>(() => undefined);
    }
    operations += 1;
  };
  const inodeAt = (path: string): Inode => {
    const inode = names.get(path);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT ${path}`), { code: "ENOENT" });
    return inode;
  };
  const opened = (inode: Inode): OpenFile => ({
    write: async (bytes, position) => {
      await step();
      const grown = Buffer.alloc(Math.max(inode.current.length, position + bytes.byteLength));
      inode.current.copy(grown);
      grown.set(bytes, position);
      inode.current = grown;
    },
    sync: async () => {
      await step();
      inode.durable = Buffer.from(inode.current);
    },
    truncate: async (length) => {
      await step();
      inode.current = Buffer.from(inode.current.subarray(0, length));
    },
    close: () => Promise.resolve(),
  });

  return {
    get operations() {
      return operations;
    },
    stopped,
    stopAfter: (count) => {
      limit = count;
    },
    makeFolder: async (path, exclusive) => {
      await step();
      if (exclusive && folders.has(path)) throw Object.assign(new Error(`EEXIST ${path}`), { code: "EEXIST" });
      folders.add(path);
    },
    create: async (path) => {
      await step();
      if (names.has(path)) throw Object.assign(new Error(`EEXIST ${path}`), { code: "EEXIST" });
      const inode: Inode = { current: Buffer.alloc(0), durable: Buffer.alloc(0) };
      names.set(path, inode);
      return opened(inode);
    },
    openExisting: (path) => Promise.resolve(opened(inodeAt(path))),
    readText: (path) => Promise.resolve(inodeAt(path).current.toString("utf8")),
    list: (path) => Promise.resolve([...names.keys()].filter((name) => dirname(name) === path).map((name) => relative(path, name))),
    rename: async (from, to) => {
      await step();
      names.set(to, inodeAt(from));
      names.delete(from);
    },
    remove: async (path) => {
      await step();
      names.delete(path);
    },
    removeFolder: async (path) => {
      await step();
      for (const name of names.keys()) if (name.startsWith(`${path}/`)) names.delete(name);
    },
    syncFolder: async (path) => {
      await step();
      for (const name of new Set([...names.keys(), ...durableNames.keys()])) {
        if (dirname(name) !== path) continue;
        const inode = names.get(name);
        if (inode === undefined) durableNames.delete(name);
        else durableNames.set(name, inode);
      }
    },
    freeBytes: () => Promise.resolve(2 ** 40),
    restoreAfterPowerCut: async (root, target, random) => {
      for (const folder of folders) await mkdir(join(target, relative(root, folder)), { recursive: true });
      for (const name of new Set([...names.keys(), ...durableNames.keys()])) {
        const inode = survivor(names.get(name), durableNames.get(name), random);
        if (inode !== undefined) await writeFile(join(target, relative(root, name)), afterPowerCut(inode, random));
      }
    },
  };
}

/** What a name leads to: as synced, or as it was last changed. */
function survivor(current: Inode | undefined, durable: Inode | undefined, random: () => number): Inode | undefined {
  return current === durable || random() < 0.5 ? current : durable;
}

function afterPowerCut({ current, durable }: Inode, random: () => number): Buffer {
  if (current.equals(durable)) return durable;
  const length = Math.max(durable.length, Math.floor(durable.length + random() * (current.length - durable.length + 1)));
  const bytes = Buffer.alloc(length);
  current.copy(bytes);
  durable.copy(bytes);
  for (let start = durable.length; start < length; start += PAGE_BYTES) if (random() < 0.3) bytes.fill(0, start, Math.min(length, start + PAGE_BYTES));
  return bytes;
}
