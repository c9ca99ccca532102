import { basename, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { NO_PREVIOUS } from "../../core/session/codec.ts";
import { EMPTY_SESSION } from "../../core/session/session-reducer.ts";
import { SessionName } from "../../shared/ipc/contract.ts";
import type { DeviceIdentity } from "../../shared/domain/devices.ts";
import type { StopRule } from "../../shared/domain/counting.ts";
import type { CountingFrame, SessionDetails } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import type { IdSource } from "../../shared/ids.ts";
import { diskError } from "./disk-errors.ts";
import { FIELDS_FOLDER } from "./field-file.ts";
import { LogAppender } from "./log-appender.ts";
import { LOG_FILE } from "./log-scan.ts";
import { OpenSession } from "./open-session.ts";
import { recover } from "./session-recovery.ts";
import { diskFiles, errorCode, type SessionFiles } from "./session-files.ts";
import { lockSession, type SessionLock } from "./session-lock.ts";
import { SEAL_FILE } from "./session-seal.ts";
import type { SessionWriter } from "./session-writer-promises.ts";

export type { FieldToKeep, SessionEnd, SessionWriter } from "./session-writer-promises.ts";

/** What a writer needs from outside. */
export interface WriterTools {
  readonly clock: Clock;
  readonly files?: SessionFiles;
  /** Disk space that fields and frames leave free, so that corrections and the seal always fit. Default 64 MiB. */
  readonly reserveBytes?: number;
}

export interface NewSession extends WriterTools {
  /** Made when it does not exist. */
  readonly libraryFolder: string;
  /** `<something>.ocular`. */
  readonly name: string;
  readonly details: SessionDetails;
  readonly software: { readonly name: string; readonly version: string };
  readonly devices: readonly DeviceIdentity[];
  readonly countingFrame: CountingFrame;
  readonly stopRule?: StopRule | undefined;
  readonly ids: IdSource;
}

/**
 * Makes the session's folder and its first record.
 *
 * @throws OcularError SessionExists, InvalidInput (the name), DiskFull, DiskUnwritable
 */
export async function createSession(plan: NewSession): Promise<SessionWriter> {
  const { files = diskFiles } = plan;
  if (!SessionName.safeParse(plan.name).success) {
    throw new OcularError({ tag: "InvalidInput", what: `Session name "${plan.name}"`, reason: "use letters, digits, blanks, . _ - and the ending .ocular" });
  }
  const folder = join(plan.libraryFolder, plan.name);
  try {
    await makeFolders(files, plan.libraryFolder, folder);
  } catch (error) {
    throw await diskError(error, folder, 0, files);
  }
  try {
    return await begin(plan, folder, files);
  } catch (error) {
    const failure = await diskError(error, folder, 0, files);
    // Nothing was recorded: leave no empty shell in the library. The folder is ours, made a moment ago.
    await Promise.allSettled([files.removeFolder(folder)]);
    throw failure;
  }
}

async function begin(plan: NewSession, folder: string, files: SessionFiles): Promise<SessionWriter> {
  const { clock, reserveBytes, software, stopRule } = plan;
  const sessionId = plan.ids.next("session");
  await files.makeFolder(join(folder, FIELDS_FOLDER), true);
  const lock = await lockSession(folder, clock, files);
  const file = await files.create(join(folder, LOG_FILE));
  await files.syncFolder(folder);
  const session = new OpenSession({
    folder, name: plan.name, sessionId, lock, files, clock, reserveBytes, contents: EMPTY_SESSION, software,
    openLog: (listener) => new LogAppender(join(folder, LOG_FILE), file, { bytes: 0, records: 0, lastLineSha256: NO_PREVIOUS }, { files, clock, listener }),
  });
  await session.begin(
    { type: "session-started", sessionId, details: plan.details, software: { ...software }, devices: [...plan.devices], countingFrame: plan.countingFrame, ...(stopRule === undefined ? {} : { stopRule }), monotonicMs: clock.nowMs() },
    { kind: "operator", name: plan.details.operator },
  );
  return session;
}

async function makeFolders(files: SessionFiles, libraryFolder: string, folder: string): Promise<void> {
  await files.makeFolder(libraryFolder, false);
  try {
    await files.makeFolder(folder, true);
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw new OcularError({ tag: "SessionExists", path: folder }, { cause: error });
    throw error;
  }
  await files.syncFolder(libraryFolder);
}

/**
 * Opens a session that was never finished and goes on writing it. What no record vouches for (a cut last line, a
 * picture without its record) is moved to `set-aside/`, nothing is thrown away, and a `recovered` record says so.
 *
 * @throws OcularError SessionInUse, SessionSealed, SessionDamaged (a record before the end was changed), NotASession,
 *   DiskFull, DiskUnwritable
 */
export async function recoverSession(folder: string, tools: WriterTools): Promise<SessionWriter> {
  const { files = diskFiles, clock } = tools;
  try {
    const names = await files.list(folder);
    if (!names.includes(LOG_FILE)) throw new OcularError({ tag: "NotASession", path: folder, reason: `it has no ${LOG_FILE}` });
    if (names.includes(SEAL_FILE)) throw new OcularError({ tag: "SessionSealed", path: folder });
    const lock = await lockSession(folder, clock, files);
    try {
      return await goOn(folder, files, lock, tools);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw await diskError(error, folder, 0, files);
  }
}

async function goOn(folder: string, files: SessionFiles, lock: SessionLock, { clock, reserveBytes }: WriterTools): Promise<SessionWriter> {
  const found = await recover(folder, files);
  const { sessionId, contents, software } = found;
  const session = new OpenSession({
    folder, name: basename(folder), sessionId, lock, files, clock, reserveBytes, contents, software,
    openLog: (listener) => new LogAppender(join(folder, LOG_FILE), found.file, found.end, { files, clock, listener }),
  });
  await session.begin(found.event, { kind: "system", name: "Ocular" });
  return session;
}
