import { dirname, join } from "node:path";
import * as z from "zod";
import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import { type ProcessIdentity, type ProcessTable, systemProcesses } from "./process-identity.ts";
import { diskError } from "./disk-errors.ts";
import { diskFiles, errorCode, removeQuietly, type SessionFiles } from "./session-files.ts";

/** Name of the lock inside a session folder. It exists only while somebody writes, or after a crash. */
export const LOCK_FILE = "lock.json";
/** Held for a moment by the one process that may throw a stale lock away. */
export const TAKEOVER_FILE = "lock.json.takeover";

const LockContent = z.object({ pid: z.number().int(), process_start: z.string(), host: z.string(), since: z.string() });
type LockContent = z.infer<typeof LockContent>;

export interface SessionLock {
  /** Removes the lock. Never rejects: one that stays where the disk has gone is nobody's, and is taken over. */
  release(): Promise<void>;
}

/**
 * Makes this process the only writer of a session. A lock whose process is dead (its number is free, or was given to a
 * process that started later) is taken over; one of another host is believed, as nobody here can ask.
 *
 * @throws OcularError SessionInUse naming the process that holds it, DiskFull, DiskUnwritable
 */
export async function lockSession(folder: string, clock: Clock, files: SessionFiles = diskFiles, processes: ProcessTable = systemProcesses): Promise<SessionLock> {
  const path = join(folder, LOCK_FILE);
  const place: LockPlace = { folder, files, processes, clock, text: lockText(processes.self(), clock) };
  try {
    if (!(await tryCreate(place, path))) await takeOver(place, path, await requireStale(place, path));
  } catch (error) {
    throw await diskError(error, folder, 0, files);
  }
  return { release: () => letGo(files, path) };
}

/** Paths of this process's own locks: any other that bears its name was left where the disk had gone when it should be removed. */
const held = new Set<string>();

async function letGo(files: SessionFiles, path: string): Promise<void> {
  held.delete(path);
  await removeQuietly(files, path);
}

interface LockPlace {
  readonly folder: string;
  readonly files: SessionFiles;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** What this process writes into a lock. */
  readonly text: string;
}

function lockText(self: ProcessIdentity, clock: Clock): string {
  return `${JSON.stringify({ pid: self.pid, process_start: self.started, host: self.host, since: clock.wallTime() })}\n`;
}

/**
 * Of all that found the lock stale, only the one that makes the takeover file may throw it away, and it looks once more
 * before: the lock may be a new one by then.
 */
async function takeOver(place: LockPlace, path: string, stale: LockContent | undefined): Promise<void> {
  const { files, folder } = place;
  const takeover = join(folder, TAKEOVER_FILE);
  if (!(await tryCreate(place, takeover))) {
    // Left by a crash in the middle of a takeover, if its process is dead.
    await requireStale(place, takeover);
    await files.remove(takeover);
    if (!(await tryCreate(place, takeover))) throw inUse(folder, await readOnce(files, takeover));
  }
  try {
    const now = await readOnce(files, path);
    if (JSON.stringify(now) !== JSON.stringify(stale)) throw inUse(folder, now);
    await files.remove(path);
    if (!(await tryCreate(place, path))) throw inUse(folder, await readOnce(files, path));
  } finally {
    await letGo(files, takeover);
  }
}

/** @throws OcularError SessionInUse when the process that wrote this lock lives */
async function requireStale({ folder, files, processes, clock }: LockPlace, path: string): Promise<LockContent | undefined> {
  const holder = await readHolder(files, path, clock);
  if (holder !== undefined && isAlive(holder, processes) && !(isOf(holder, processes.self()) && !held.has(path))) throw inUse(folder, holder, doubtAbout(holder, processes));
  return holder;
}

/** How long a process may take between creating its lock and filling it. */
const FILL_MS = 50;

async function tryCreate({ files, text }: LockPlace, path: string): Promise<boolean> {
  try {
    const file = await files.create(path);
    // Before it says whose it is.
    held.add(path);
    try {
      try {
        await file.write(new TextEncoder().encode(text), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await files.syncFolder(dirname(path));
    } catch (error) {
      await letGo(files, path);
      throw error;
    }
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Undefined when the lock is gone or says nothing that can be read (its process died while writing it). */
async function readHolder(files: SessionFiles, path: string, clock: Clock): Promise<LockContent | undefined> {
  const content = await readOnce(files, path);
  if (content !== undefined) return content;
  await clock.delay(FILL_MS);
  return readOnce(files, path);
}

async function readOnce(files: SessionFiles, path: string): Promise<LockContent | undefined> {
  try {
    return LockContent.parse(JSON.parse(await files.readText(path)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function isOf(holder: LockContent, { pid, started, host }: ProcessIdentity): boolean {
  return holder.pid === pid && holder.process_start === started && holder.host === host;
}

function isAlive(holder: LockContent, processes: ProcessTable): boolean {
  if (holder.host !== processes.self().host) return true;
  const started = processes.startOf(holder.pid);
  if (started === undefined) return false;
  return started === "" || holder.process_start === "" || started === holder.process_start;
}

/** What only a person can find out about a process that is believed to live, and what to do then; empty where it is certain. */
function doubtAbout(holder: LockContent, processes: ProcessTable): string {
  if (holder.host !== processes.self().host) return ` on ${holder.host}; if nothing runs there any more, remove ${LOCK_FILE}`;
  // Windows and macOS do not tell when a process started: after a crash its number may have gone to another program.
  const isCertain = holder.process_start !== "" && processes.startOf(holder.pid) === holder.process_start;
  return isCertain ? "" : `; if that process is no Ocular, remove ${LOCK_FILE}`;
}

function inUse(folder: string, holder: LockContent | undefined, doubt = ""): OcularError {
  return new OcularError({ tag: "SessionInUse", path: folder, pid: holder?.pid ?? 0, since: `${holder?.since ?? "unknown"}${doubt}` });
}
