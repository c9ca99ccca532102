import { createHash } from "node:crypto";
import { encodeRecord } from "../../core/session/codec.ts";
import type { SessionWriter } from "./session-writer.ts";

/**
 * Tells of every acknowledged record as `ack <sequence> <sha256 of its line>`: what the kill campaign holds against the
 * log afterwards. Before that it says `process <pid>` and
 * `session <folder>`. Returns the unsubscribe.
 *
 * @param print must have handed the line to the system when it returns (a pipe on standard output does on POSIX)
 */
export function printAcknowledgements(writer: SessionWriter, print: (line: string) => void): () => void {
  print(`process ${process.pid}\nsession ${writer.folder}\n`);
  return writer.onDidAppend((record) => {
    print(`ack ${record.sequence} ${createHash("sha256").update(encodeRecord(record)).digest("hex")}\n`);
  });
}
