import { open } from "node:fs/promises";
import { join } from "node:path";
import { ChainCheck, type LineProblem } from "../../core/session/chain-check.ts";
import { NO_PREVIOUS } from "../../core/session/codec.ts";
import { EMPTY_SESSION, foldRecord, type SessionContents } from "../../core/session/session-reducer.ts";
import type { SessionEvent, StoredFile } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import { FIELDS_FOLDER } from "./field-file.ts";
import { hashFile } from "./file-hash.ts";
import type { LogEnd } from "./log-appender.ts";
import { LOG_FILE, scanLog } from "./log-scan.ts";
import type { OpenFile, SessionFiles } from "./session-files.ts";
import { SEAL_FILE, writeSeal } from "./session-seal.ts";

/** Folder for what no record vouches for. */
export const SET_ASIDE_FOLDER = "set-aside";

/** A session found after a crash, ready to go on. */
export interface FoundSession {
  readonly sessionId: string;
  readonly contents: SessionContents;
  readonly software: { readonly name: string; readonly version: string };
  /** The log, open, cut to its last whole record. */
  readonly file: OpenFile;
  readonly end: LogEnd;
  /** The `recovered` record to append. */
  readonly event: SessionEvent;
}

/**
 * Cuts the log to its last whole record and sets aside what lies behind it. Order matters: copies first, synced, then
 * the cut, so that a crash in here loses nothing and can be recovered again.
 *
 * @throws OcularError NotASession, SessionSealed (a seal that was begun is completed first), SessionDamaged
 */
export async function recover(folder: string, files: SessionFiles): Promise<FoundSession> {
  const log = await readUpToFault(folder);
  const { contents, end } = log;
  if (log.damage !== undefined) throw new OcularError({ tag: "SessionDamaged", path: folder, line: log.damage.line, reason: log.damage.message });
  if (contents.sessionId === undefined) throw new OcularError({ tag: "NotASession", path: folder, reason: "it ended before its first record was written" });
  if (contents.seal !== undefined) {
    await completeSeal(folder, files, contents.sessionId, log);
    throw new OcularError({ tag: "SessionSealed", path: folder });
  }
  const setAside = await setAsideUnlisted(folder, files, log);
  const file = await files.openExisting(join(folder, LOG_FILE));
  if (log.tailBytes > 0) {
    await file.truncate(end.bytes);
    await file.sync();
  }
  const event: SessionEvent = {
    type: "recovered", keptRecords: end.records, droppedBytes: log.tailBytes, reason: reasonOf(log.tailBytes, setAside),
    ...(setAside.length === 0 ? {} : { setAside }),
  };
  return { sessionId: contents.sessionId, contents, software: log.software, file, end, event };
}

/** Whether the folder has a seal already: then nothing may be written there. */
async function hasSeal(folder: string, files: SessionFiles): Promise<boolean> {
  return (await files.list(folder)).includes(SEAL_FILE);
}

interface ReadLog {
  readonly contents: SessionContents;
  readonly software: { readonly name: string; readonly version: string };
  readonly end: LogEnd;
  /** Bytes behind the last whole record. */
  readonly tailBytes: number;
  /** Set when the fault is not the torn end of a crash. */
  readonly damage: LineProblem | undefined;
  /** Files that earlier recoveries set aside. */
  readonly setAside: ReadonlySet<string>;
}

async function readUpToFault(folder: string): Promise<ReadLog> {
  const chain = new ChainCheck();
  const setAside = new Set<string>();
  let contents = EMPTY_SESSION;
  let software = { name: "Ocular", version: "unknown" };
  let end: LogEnd = { bytes: 0, records: 0, lastLineSha256: NO_PREVIOUS };
  let tailBytes = 0;
  let isTorn = true;
  let tornByPowerCut = false;
  for await (const scanned of scanLog(join(folder, LOG_FILE))) {
    chain.next(scanned);
    const { record } = scanned;
    const follows = tailBytes === 0 && record?.sequence === end.records && record.previous === end.lastLineSha256;
    if (follows) {
      contents = foldRecord(contents, record);
      end = { bytes: scanned.offset + scanned.bytes, records: end.records + 1, lastLineSha256: scanned.sha256 };
      if (record.event.type === "session-started") software = record.event.software;
      if (record.event.type === "recovered") for (const file of record.event.setAside ?? []) setAside.add(file.path);
    } else {
      tailBytes += scanned.bytes;
      if (scanned.hasNul) tornByPowerCut = true;
      // A whole record behind the fault: somebody or something changed the log, no crash tore it.
      if (record !== undefined) isTorn = false;
    }
  }
  const isDamage = tailBytes > 0 && ((!isTorn && !tornByPowerCut) || contents.seal !== undefined);
  const damage = isDamage ? (chain.end(undefined) ?? { line: end.records + 1, message: "stands after the seal" }) : undefined;
  return { contents, software, end, tailBytes, damage, setAside };
}

/** The last record says finished, the seal file is missing: the crash came between the two. */
async function completeSeal(folder: string, files: SessionFiles, sessionId: string, { end }: ReadLog): Promise<void> {
  if (await hasSeal(folder, files)) return;
  await writeSeal(files, folder, { sessionId, records: end.records, logBytes: end.bytes, lastRecordSha256: end.lastLineSha256 });
}

async function setAsideUnlisted(folder: string, files: SessionFiles, log: ReadLog): Promise<StoredFile[]> {
  const listed = new Set([...log.contents.files.values()].map(({ path }) => path));
  const pictures = (await files.list(join(folder, FIELDS_FOLDER))).filter((name) => !listed.has(`${FIELDS_FOLDER}/${name}`));
  // A crash in an earlier recovery may have moved files without a record to say so.
  const moved = (await files.list(join(folder, SET_ASIDE_FOLDER))).filter((name) => !log.setAside.has(`${SET_ASIDE_FOLDER}/${name}`));
  if (pictures.length === 0 && moved.length === 0 && log.tailBytes === 0) return [];
  await files.makeFolder(join(folder, SET_ASIDE_FOLDER), false);
  const names = new Set(moved);
  for (const name of pictures) {
    const target = `${log.end.records}-${name}`;
    await files.rename(join(folder, FIELDS_FOLDER, name), join(folder, SET_ASIDE_FOLDER, target));
    names.add(target);
  }
  if (log.tailBytes > 0) names.add(await copyTail(folder, files, log));
  await files.syncFolder(join(folder, FIELDS_FOLDER));
  await files.syncFolder(join(folder, SET_ASIDE_FOLDER));
  await files.syncFolder(folder);
  return Promise.all([...names].sort().map((name) => storedFile(folder, `${SET_ASIDE_FOLDER}/${name}`)));
}

async function copyTail(folder: string, files: SessionFiles, { end, tailBytes }: ReadLog): Promise<string> {
  const name = `${end.records}-log-tail.bin`;
  const target = join(folder, SET_ASIDE_FOLDER, name);
  // Left half-written by a crash in here: the log still holds all of it.
  await files.remove(target);
  const bytes = Buffer.alloc(tailBytes);
  const log = await open(join(folder, LOG_FILE), "r");
  try {
    await log.read(bytes, 0, tailBytes, end.bytes);
  } finally {
    await log.close();
  }
  const copy = await files.create(target);
  try {
    await copy.write(bytes, 0);
    await copy.sync();
  } finally {
    await copy.close();
  }
  return name;
}

async function storedFile(folder: string, path: string): Promise<StoredFile> {
  return { path, ...(await hashFile(join(folder, ...path.split("/")))) };
}

function reasonOf(tailBytes: number, setAside: readonly StoredFile[]): string {
  const pictures = setAside.length - (tailBytes > 0 ? 1 : 0);
  const parts = [
    ...(tailBytes > 0 ? [`the last ${tailBytes} bytes of the log were no whole record`] : []),
    ...(pictures > 0 ? [`${pictures} ${pictures === 1 ? "file had" : "files had"} no record`] : []),
  ];
  return parts.length === 0 ? "the session was not finished; every record was whole" : `the session was not finished; ${parts.join(", ")}`;
}

