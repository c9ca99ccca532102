import { readFile, readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { ChainCheck, type LineProblem } from "../../core/session/chain-check.ts";
import { SessionAudit } from "../../core/session/session-audit.ts";
import type { SessionContents } from "../../core/session/session-reducer.ts";
import type { SessionRecord, StoredFile } from "../../shared/domain/session.ts";
import type { VerifyReport } from "../../shared/ipc/contract.ts";
import type { LoggedFrames } from "../../core/session/ledger-check.ts";
import { FIELDS_FOLDER } from "./field-file.ts";
import { hashFile, type ReadWatch } from "./file-hash.ts";
import { LOG_FILE, scanLog, type ScannedLine } from "./log-scan.ts";
import { errorCode } from "./session-files.ts";
import { LOCK_FILE, TAKEOVER_FILE } from "./session-lock.ts";
import { SET_ASIDE_FOLDER } from "./session-recovery.ts";
import { SEAL_FILE, sealText } from "./session-seal.ts";

/** A session read through once. */
export interface CheckedLog {
  readonly contents: SessionContents;
  readonly frames: LoggedFrames;
  /** Lines that are records. */
  readonly records: number;
  readonly hasSealFile: boolean;
  readonly problem: LineProblem | undefined;
  /** True when the only fault is a last line that was cut while being written: a crash, not a change. */
  readonly isTorn: boolean;
  /** What is wrong with seal.json, when the log itself is sound. */
  readonly sealProblem: string | undefined;
  /** Files the records vouch for, with the line that does. */
  readonly listed: readonly ListedFile[];
}

export interface ListedFile {
  readonly line: number;
  readonly file: StoredFile;
}

/**
 * Reads a log once: chain, order, format, what the records say against each other, and the seal.
 * Rejects with Node's own error when there is no log that can be read.
 *
 * @param visit is given every line before the first fault that is a record
 */
export async function checkLog(folder: string, visit: (record: SessionRecord) => void = () => undefined, watch?: ReadWatch): Promise<CheckedLog> {
  const chain = new ChainCheck();
  const audit = new SessionAudit();
  const listed: ListedFile[] = [];
  let records = 0;
  let last: ScannedLine | undefined;
  for await (const scanned of scanLog(join(folder, LOG_FILE))) {
    chain.next(scanned);
    last = scanned;
    watch?.onRead(scanned.bytes);
    watch?.signal.throwIfAborted();
    if (scanned.record === undefined) continue;
    records += 1;
    if (chain.problem !== undefined) continue;
    audit.next(scanned.record);
    listed.push(...filesOf(scanned.record).map((file) => ({ line: scanned.line, file })));
    visit(scanned.record);
  }
  const { contents } = audit;
  const seal = await readSeal(folder);
  // A log that lost its sealing record has no last line to hold against the seal: that line is missing.
  const sealed = contents.seal === undefined ? undefined : sealedHash(seal);
  const problem = firstOf(chain.end(sealed), audit.problem) ?? unfinishedProblem(contents, seal, last);
  const sealProblem = problem === undefined ? faultOfSeal(seal, contents, last) : undefined;
  return { contents, frames: audit.tally.frames(), records, hasSealFile: seal !== undefined, problem, isTorn: isTorn(problem, seal, last), sealProblem, listed };
}

/** The chain's word counts before the audit's on the same line: what records say is only a consequence of the change. */
function firstOf(chain: LineProblem | undefined, audit: LineProblem | undefined): LineProblem | undefined {
  if (chain === undefined || audit === undefined) return chain ?? audit;
  return audit.line < chain.line ? audit : chain;
}

function filesOf({ event }: SessionRecord): readonly StoredFile[] {
  if (event.type === "field-kept") return [event.file];
  return event.type === "recovered" ? (event.setAside ?? []) : [];
}

async function readSeal(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, SEAL_FILE), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The hash of the last line as the seal has it; a seal that cannot be read says nothing and is reported by itself. */
function sealedHash(seal: string | undefined): string | undefined {
  return seal === undefined ? undefined : /"last_record_sha256":"([0-9a-f]{64})"/u.exec(seal)?.[1];
}

function unfinishedProblem(contents: SessionContents, seal: string | undefined, last: ScannedLine | undefined): LineProblem | undefined {
  if (last === undefined) return { line: 1, message: "is missing: the log is empty" };
  if (seal !== undefined && contents.seal === undefined) return { line: last.line + 1, message: "is missing: the session was sealed, but its log ends without the sealing record" };
  return undefined;
}

function isTorn(problem: LineProblem | undefined, seal: string | undefined, last: ScannedLine | undefined): boolean {
  return problem !== undefined && seal === undefined && last !== undefined && problem.line === last.line && !last.isWhole;
}

function faultOfSeal(seal: string | undefined, contents: SessionContents, last: ScannedLine | undefined): string | undefined {
  if (last === undefined || contents.sessionId === undefined) return undefined;
  if (seal === undefined) return contents.seal === undefined ? undefined : "is missing, though the last record finishes the session: open the session once more to complete its seal";
  const expected = sealText({ sessionId: contents.sessionId, records: contents.records, logBytes: last.offset + last.bytes, lastRecordSha256: last.sha256 });
  return seal === expected ? undefined : "does not fit the log: it was changed";
}

/** Checks every file of the session against its record, and that no other file is there. */
export async function checkFiles(folder: string, listed: readonly ListedFile[], watch?: ReadWatch): Promise<{ checked: number; problem: VerifyReport["firstProblem"] }> {
  let checked = 0;
  for (const { line, file } of listed) {
    const message = await faultOfFile(folder, file, watch);
    if (message !== undefined) return { checked, problem: { line, file: file.path, message } };
    checked += 1;
  }
  const stranger = await findStranger(folder, new Set(listed.map(({ file }) => file.path)));
  return { checked, problem: stranger === undefined ? undefined : { file: stranger, message: "is named by no record: it was added, or a crash left it (recover the session first)" } };
}

async function faultOfFile(folder: string, file: StoredFile, watch: ReadWatch | undefined): Promise<string | undefined> {
  if (!isInside(file.path)) return "lies outside the session";
  try {
    const found = await hashFile(join(folder, ...file.path.split("/")), watch);
    if (found.bytes !== file.bytes) return `has ${found.bytes} bytes, its record says ${file.bytes}`;
    return found.sha256 === file.sha256 ? undefined : "was changed: its SHA-256 is not the one in its record";
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "is missing";
    if (errorCode(error) !== undefined) return `cannot be read (${errorCode(error)})`;
    throw error;
  }
}

/** A record must not lead the reader out of the session's own folders. */
function isInside(path: string): boolean {
  const folder = posix.dirname(path);
  return posix.normalize(path) === path && !path.includes("\\") && (folder === FIELDS_FOLDER || folder === SET_ASIDE_FOLDER);
}

const OWN_FILES: ReadonlySet<string> = new Set([LOG_FILE, SEAL_FILE, LOCK_FILE, TAKEOVER_FILE, `${SEAL_FILE}.part`]);

async function findStranger(folder: string, listed: ReadonlySet<string>): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => relativePath(folder, entry.parentPath, entry.name));
  return names.sort().find((name) => !listed.has(name) && !OWN_FILES.has(name));
}

function relativePath(folder: string, parent: string, name: string): string {
  const inside = parent.slice(folder.length).split(/[\\/]/u).filter((part) => part !== "");
  return [...inside, name].join("/");
}
