import { dirname, join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import { type ProcessTable, systemProcesses } from "./process-identity.ts";
import { diskFiles, errorCode, type SessionFiles } from "./session-files.ts";

/** Name of the lock inside a session folder. It exists only while somebody writes, or after a crash. */
export const LOCK_FILE = "lock.json";

const LockContent = z.object({ pid: z.number().int(), process_start: z.string(), host: z.string(), since: z.string() });
type LockContent = z.infer<typeof LockContent>;

export interface SessionLock {
  /** Removes the lock. */
  release(): Promise<void>;
}

/**
 * Makes this process the only writer of a session. A lock whose process is dead (its number is free, or was given to a
 * process that started later) is taken over; one of another host is believed, as nobody here can ask.
 *
 * @throws OcularError SessionInUse naming the process that holds it
 */
export async function lockSession(folder: string, clock: Clock, files: SessionFiles = diskFiles, processes: ProcessTable = systemProcesses): Promise<SessionLock> {
  const path = join(folder, LOCK_FILE);
  const self = processes.self();
  const text = `${JSON.stringify({ pid: self.pid, process_start: self.started, host: self.host, since: clock.wallTime() })}\n`;
  for (let attempt = 0; ; attempt++) {
    if (await tryCreate(files, path, text)) return { release: () => files.remove(path) };
    const holder = await readHolder(files, path, clock);
    if (holder !== undefined && isAlive(holder, processes)) throw inUse(folder, holder);
    if (attempt === MOST_TAKEOVERS) throw inUse(folder, holder);
    await setStaleAside(files, path, holder);
  }
}

const MOST_TAKEOVERS = 3;
/** How long a process may take between creating its lock and filling it. */
const FILL_MS = 50;

async function tryCreate(files: SessionFiles, path: string, text: string): Promise<boolean> {
  try {
    const file = await files.create(path);
    try {
      await file.write(new TextEncoder().encode(text), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.syncFolder(dirname(path));
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

function isAlive(holder: LockContent, processes: ProcessTable): boolean {
  if (holder.host !== processes.self().host) return true;
  const started = processes.startOf(holder.pid);
  if (started === undefined) return false;
  return started === "" || holder.process_start === "" || started === holder.process_start;
}

/**
 * Renames the stale lock and looks again at what was renamed: two processes may both have found it stale, and the
 * slower one must not throw away the lock the faster one made meanwhile.
 */
async function setStaleAside(files: SessionFiles, path: string, stale: LockContent | undefined): Promise<void> {
  const aside = `${path}.stale`;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  const renamed = await readOnce(files, aside);
  if (renamed !== undefined && JSON.stringify(renamed) !== JSON.stringify(stale)) {
    await files.rename(aside, path);
    throw inUse(dirname(path), renamed);
  }
  await files.remove(aside);
}

function inUse(folder: string, holder: LockContent | undefined): OcularError {
  return new OcularError({ tag: "SessionInUse", path: folder, pid: holder?.pid ?? 0, since: holder?.since ?? "unknown" });
}
