import { basename, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { NO_PREVIOUS } from "../../core/session/codec.ts";
import { EMPTY_SESSION, type SessionContents } from "../../core/session/session-reducer.ts";
import { SessionName } from "../../shared/ipc/contract.ts";
import type { DeviceIdentity } from "../../shared/domain/devices.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { Actor, CountingFrame, SessionDetails, SessionEvent, SessionRecord, SessionState, StoredFile } from "../../shared/domain/session.ts";
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

/** How a session ended, with the figures its seal carries. */
export interface SessionEnd {
  readonly outcome: "completed" | "canceled" | "errored";
  readonly reason?: string | undefined;
  readonly ledger: LedgerReport;
  readonly fields: number;
  /** Objects inside the counting frame by class, corrections applied: `countReport` of all fields. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One field to keep. */
export interface FieldToKeep {
  /** A plain file name, new in this session. */
  readonly fieldId: string;
  readonly header: FrameHeader;
  /** Not copied: leave them as they are until the promise settles. */
  readonly pixels: Uint8Array;
  readonly actor: Actor;
}

/**
 * The only writer of one session. Records get their number in the order of the calls; what has been acknowledged is on
 * the medium and survives a crash of the program and of the machine.
 */
export interface SessionWriter {
  /** Folder name, `<something>.ocular`. */
  readonly name: string;
  readonly folder: string;
  readonly sessionId: string;
  state(): SessionState;
  /** What the acknowledged records say. */
  contents(): SessionContents;
  /** Sequence number of the last record that is safe on the medium. */
  acknowledged(): number;
  /**
   * Resolves with the sequence number once the record is on the medium. All that queued meanwhile share one sync.
   *
   * @throws OcularError InvalidInput (the record breaks the format), SessionSealed, DiskFull, DiskUnwritable
   */
  append(event: SessionEvent, actor: Actor): Promise<number>;
  /**
   * Same order, not awaited: for frame headers. A failure on the way to the disk reaches {@link onDidFail}.
   *
   * @throws OcularError as `append` does, at once, when the log takes no more (sealed, broken, disk nearly full, or
   *   more than 4096 records wait)
   */
  enqueue(event: SessionEvent, actor: Actor): void;
  /**
   * Writes `fields/<fieldId>.ome.tif`, then its record. Resolves when both are on the medium.
   *
   * @throws OcularError DiskFull (also when less than the reserve would be left), DiskUnwritable, InvalidInput: then
   *   neither file nor record exists, and the log stays valid
   */
  keepField(field: FieldToKeep): Promise<StoredFile>;
  /** Seals: waits for fields on their way, writes the last record and seal.json, gives up the lock. */
  finish(end: SessionEnd, actor: Actor): Promise<void>;
  /** Leaves the session unsealed, to be recovered later. Waits for what is queued. */
  close(): Promise<void>;
  /** Calls with every acknowledged record in order, beginning with the one written at opening. Returns the unsubscribe. */
  onDidAppend(listener: (record: SessionRecord) => void): () => void;
  /** Calls when records could not be written; `lost` are those that are not in the log. Returns the unsubscribe. */
  onDidFail(listener: (error: OcularError, lost: readonly SessionEvent[]) => void): () => void;
}

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
    await removeFolderQuietly(files, folder);
    throw failure;
  }
}

async function begin(plan: NewSession, folder: string, files: SessionFiles): Promise<SessionWriter> {
  const { clock, reserveBytes, software } = plan;
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
    { type: "session-started", sessionId, details: plan.details, software: { ...software }, devices: [...plan.devices], countingFrame: plan.countingFrame, monotonicMs: clock.nowMs() },
    { kind: "operator", name: plan.details.operator },
  );
  return session;
}

async function removeFolderQuietly(files: SessionFiles, folder: string): Promise<void> {
  try {
    await files.removeFolder(folder);
  } catch {
    // The first failure is the one to tell.
  }
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
