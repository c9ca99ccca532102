import { basename, join } from "node:path";
import { countReport } from "../../core/counting/count-report.ts";
import type { SessionContents } from "../../core/session/session-reducer.ts";
import { classesOfSession } from "../../core/session/session-classes.ts";
import { describeRecord } from "../../core/session/session-words.ts";
import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { SessionRecord, SessionState } from "../../shared/domain/session.ts";
import type { LogLine } from "../../shared/domain/snapshot.ts";
import { foldRecord, EMPTY_SESSION } from "../../core/session/session-reducer.ts";
import { OcularError } from "../../shared/errors.ts";
import { storedPicture } from "../pixels/pixel-thread.ts";
import type { SessionSummary, SessionView, VerifyReport } from "../../shared/ipc/contract.ts";
import { fieldPath } from "./field-file.ts";
import type { RgbPicture } from "./field-picture.ts";
import { type CheckedLog, checkFiles, checkLog } from "./session-check.ts";
import { sealedSummary } from "./sealed-summary.ts";
import type { ReadWatch } from "./file-hash.ts";
import { errorCode } from "./session-files.ts";

/** A session's records, read as far as they are sound. */
export interface ReadSession {
  /** Records before the first fault, oldest first. */
  readonly records: readonly SessionRecord[];
  readonly contents: SessionContents;
  readonly state: SessionState;
  /** The first thing that is wrong with the log. Files are not looked at: that is {@link verifySession}. */
  readonly problem?: { readonly line?: number; readonly file?: string; readonly message: string };
}

/**
 * Reads every record of a session. A fault ends the reading and is told, not thrown.
 *
 * @throws OcularError NotASession when there is no log that can be read
 */
export async function readSession(folder: string): Promise<ReadSession> {
  const records: SessionRecord[] = [];
  const log = await checked(folder, (record) => void records.push(record));
  const problem = logProblem(log);
  return { records, contents: log.contents, state: stateOf(log), ...(problem === undefined ? {} : { problem }) };
}

/**
 * Checks a whole session: chain, order, format, what records say against each other, the seal's figures recomputed, the
 * SHA-256 and size of every file, and that no file is there that no record names. Names the first broken record.
 *
 * @throws OcularError NotASession when there is no log that can be read
 */
export async function verifySession(folder: string): Promise<VerifyReport> {
  return verifyReport(folder, await checked(folder));
}

/** A session's line in the list; one that cannot be read has its problem in it. */
export async function sessionSummary(folder: string): Promise<SessionSummary> {
  try {
    const sealed = await sealedSummary(folder);
    if (sealed !== undefined) return sealed;
    const log = await checked(folder);
    return summaryOf(folder, log, logProblem(log)?.message);
  } catch (error) {
    if (!(error instanceof OcularError)) throw error;
    return { name: basename(folder), state: "damaged", fields: 0, total: 0, problem: error.message };
  }
}

/**
 * Everything the review screen shows of a session, its check included.
 *
 * @param running classes of the analyzer that runs now: shown for a session that says nothing of classes
 * @param known classes of everything that can look here, for letters and colours; the session's own words say which there are
 * @param watch hears how far it is and may end it: then it rejects with the signal's reason
 * @throws OcularError NotASession
 */
export async function openSessionView(folder: string, running: readonly ClassInfo[], known: readonly ClassInfo[] = [], watch?: ReadWatch): Promise<SessionView> {
  const lines: LogLine[] = [];
  let words = EMPTY_SESSION;
  const log = await checked(folder, (record) => {
    words = foldRecord(words, record);
    const line = describeRecord(record, words);
    if (line !== undefined) lines.push(line);
  }, watch);
  const { contents } = log;
  const verify = await verifyReport(folder, log, watch);
  const classes = classesOfSession(contents, running, known);
  return {
    summary: summaryOf(folder, log, verify.firstProblem?.message),
    verify,
    classes,
    counts: countReport(contents.fields, contents.countingFrame, classes.map(({ id }) => id)),
    fields: [...contents.fields],
    log: lines,
    ...(contents.seal === undefined ? {} : { ledger: contents.seal.ledger }),
    countingFrame: contents.countingFrame,
    folder,
  };
}

/**
 * A kept field as 8-bit RGB, row by row: Bayer demosaiced, more than 8 bits scaled down, mono as grey.
 *
 * @throws OcularError InvalidInput (no name of a field), FileMissing, ImageUnreadable
 */
export async function fieldPicture(folder: string, fieldId: string): Promise<RgbPicture> {
  return storedPicture(join(folder, ...fieldPath(fieldId).split("/")));
}

async function checked(folder: string, visit?: (record: SessionRecord) => void, watch?: ReadWatch): Promise<CheckedLog> {
  try {
    return await checkLog(folder, visit, watch);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new OcularError({ tag: "NotASession", path: folder, reason: `its log cannot be read: ${errorCode(error) ?? ""}` }, { cause: error });
  }
}

async function verifyReport(folder: string, log: CheckedLog, watch?: ReadWatch): Promise<VerifyReport> {
  const wrongLog = logProblem(log);
  // Files are judged by their records; records that were changed are no judge.
  const files = log.problem === undefined ? await checkFiles(folder, log.listed, watch) : { checked: 0, problem: undefined };
  const firstProblem = wrongLog ?? files.problem;
  return { ok: firstProblem === undefined, records: log.records, files: files.checked, sealed: log.hasSealFile && log.contents.seal !== undefined, ...(firstProblem === undefined ? {} : { firstProblem }) };
}

function logProblem({ problem, sealProblem }: CheckedLog): ReadSession["problem"] {
  if (problem !== undefined) return problem;
  return sealProblem === undefined ? undefined : { file: "seal.json", message: sealProblem };
}

/** A cut last line or a seal not yet written is what a crash leaves: open, to be recovered. The rest is damage. */
function stateOf(log: CheckedLog): SessionState {
  if (log.isTorn) return "open";
  if (log.problem !== undefined) return "damaged";
  if (log.contents.seal !== undefined) return log.hasSealFile ? (log.sealProblem === undefined ? "sealed" : "damaged") : "open";
  return log.contents.recovered ? "recovered" : "open";
}

function summaryOf(folder: string, log: CheckedLog, problem: string | undefined): SessionSummary {
  const { contents } = log;
  const { total } = countReport(contents.fields, contents.countingFrame, []);
  const where = log.problem === undefined ? "" : `log line ${log.problem.line} `;
  return {
    name: basename(folder), state: problem !== undefined && stateOf(log) === "sealed" ? "damaged" : stateOf(log), fields: contents.fields.length, total,
    ...(contents.details === undefined ? {} : { details: contents.details }),
    ...(contents.startedAt === undefined ? {} : { startedAt: contents.startedAt }),
    ...(problem === undefined ? {} : { problem: `${where}${problem}` }),
  };
}
