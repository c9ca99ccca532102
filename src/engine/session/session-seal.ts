import { join } from "node:path";
import { canonicalJson } from "../../core/session/canonical-json.ts";
import { type SessionFiles, writeWhole } from "./session-files.ts";

/** Name of the seal inside a session folder. */
export const SEAL_FILE = "seal.json";

/** What the seal vouches for. Everything in it follows from the log, so a changed seal is as visible as a changed log. */
export interface SealContent {
  readonly sessionId: string;
  readonly records: number;
  readonly logBytes: number;
  /** SHA-256 of the last line, newline not included: closes the chain behind the last record. */
  readonly lastRecordSha256: string;
}

/** The exact text of a session's seal.json. */
export function sealText(content: SealContent): string {
  const onDisk = { format: "ocular-seal", version: 1, session_id: content.sessionId, records: content.records, log_bytes: content.logBytes, last_record_sha256: content.lastRecordSha256 };
  return `${canonicalJson(onDisk)}\n`;
}

export function writeSeal(files: SessionFiles, folder: string, content: SealContent): Promise<void> {
  return writeWhole(files, join(folder, SEAL_FILE), sealText(content));
}
