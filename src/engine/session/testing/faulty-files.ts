import { diskFiles, type OpenFile, type SessionFiles } from "../session-files.ts";

/** What a {@link FaultyFiles} call is about to do. */
export interface DiskCall {
  readonly kind: "create" | "write" | "sync" | "rename" | "truncate" | "makeFolder";
  readonly path: string;
}

/** The real disk with a fault line drawn through it. */
export interface FaultyFiles extends SessionFiles {
  /** Fails the next calls that `matches` with this error code; a failing write leaves half of its bytes, as disks do. */
  failWhen(code: string, matches: (call: DiskCall) => boolean): void;
  heal(): void;
  /** What the disk says is free; undefined for the truth. */
  pretendFreeBytes(freeBytes: number | undefined): void;
  /** Calls so far, in order. */
  readonly calls: readonly DiskCall[];
}

export function faultyFiles(): FaultyFiles {
  const calls: DiskCall[] = [];
  let fault: { code: string; matches: (call: DiskCall) => boolean } | undefined;
  let free: number | undefined;
  const faultFor = (call: DiskCall): Error | undefined => {
    calls.push(call);
    return fault?.matches(call) === true ? Object.assign(new Error(`${fault.code}: made by a test`), { code: fault.code }) : undefined;
  };
  const guard = (call: DiskCall): void => {
    const error = faultFor(call);
    if (error !== undefined) throw error;
  };
  const opened = (path: string, file: OpenFile): OpenFile => ({
    write: async (bytes, position) => {
      const error = faultFor({ kind: "write", path });
      await file.write(error === undefined ? bytes : bytes.subarray(0, bytes.byteLength >> 1), position);
      if (error !== undefined) throw error;
    },
    sync: async () => {
      guard({ kind: "sync", path });
      await file.sync();
    },
    truncate: async (length) => {
      guard({ kind: "truncate", path });
      await file.truncate(length);
    },
    close: () => file.close(),
  });
  return {
    ...diskFiles,
    calls,
    failWhen: (code, matches) => {
      fault = { code, matches };
    },
    heal: () => {
      fault = undefined;
    },
    pretendFreeBytes: (freeBytes) => {
      free = freeBytes;
    },
    makeFolder: async (path, exclusive) => {
      guard({ kind: "makeFolder", path });
      await diskFiles.makeFolder(path, exclusive);
    },
    create: async (path) => {
      guard({ kind: "create", path });
      return opened(path, await diskFiles.create(path));
    },
    openExisting: async (path) => opened(path, await diskFiles.openExisting(path)),
    rename: async (from, to) => {
      guard({ kind: "rename", path: to });
      await diskFiles.rename(from, to);
    },
    freeBytes: async (path) => free ?? diskFiles.freeBytes(path),
  };
}
