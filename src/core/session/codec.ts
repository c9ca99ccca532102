import { SessionRecord } from "../../shared/domain/session.ts";
import { canonicalJson } from "./canonical-json.ts";
import { fromDisk, toDisk } from "./disk-keys.ts";

/** Name and version on every line; a reader accepts this version and every older one. */
export const SESSION_FORMAT = "ocular-session";
export const SESSION_VERSION = 1;

/** `previous` of the first record. */
export const NO_PREVIOUS = "0".repeat(64);

/**
 * The bytes (as text, newline not included) of one log line: canonical JSON of the record with snake_case keys.
 *
 * @throws TypeError when the record holds what JSON cannot (NaN, for one).
 */
export function encodeRecord(record: SessionRecord): string {
  return canonicalJson(toDisk(record));
}

/** Why a log line is not a record. `message` completes "line 7 ...". */
export class RecordFault extends Error {
  override readonly name = "RecordFault";
}

/** The record of a log line. @throws RecordFault saying in what the line is not one. */
export function decodeRecord(line: string): SessionRecord {
  const parsed = SessionRecord.safeParse(renamed(parsedJson(line)));
  if (parsed.success) return parsed.data;
  throw new RecordFault(`does not follow the format: ${firstIssue(parsed.error.issues)}`);
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RecordFault("is not JSON", { cause: error });
  }
}

function renamed(value: unknown): unknown {
  try {
    return fromDisk(value);
  } catch (error) {
    throw new RecordFault(`does not follow the format: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function firstIssue(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const issue = issues[0];
  if (issue === undefined) return "unknown fault";
  return `${issue.path.join(".") || "record"}: ${issue.message}`;
}
