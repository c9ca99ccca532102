import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { decodeRecord, RecordFault } from "../../core/session/codec.ts";
import type { SessionRecord } from "../../shared/domain/session.ts";
import type { SessionSummary } from "../../shared/ipc/contract.ts";
import { LOG_FILE } from "./log-scan.ts";
import { errorCode } from "./session-files.ts";
import { SEAL_FILE, sealText } from "./session-seal.ts";

/** First and last records are short; longer ones are read the long way. */
const END_BYTES = 64 * 1024;

/**
 * A sealed session's line in the library, from its seal and the two ends of its log, however long the log is. Undefined
 * when there is no seal or it does not fit the last record and the log's length: then the whole log has to be read.
 */
export async function sealedSummary(folder: string): Promise<SessionSummary | undefined> {
  try {
    const seal = await readFile(join(folder, SEAL_FILE), "utf8");
    const ends = await readEnds(join(folder, LOG_FILE));
    const [first, last] = [decodeRecord(ends.first), decodeRecord(ends.last)];
    return summaryFrom(folder, first, last, seal, ends);
  } catch (error) {
    if (error instanceof RecordFault || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

interface LogEnds {
  readonly first: string;
  readonly last: string;
  readonly lastSha256: string;
  readonly bytes: number;
}

function summaryFrom(folder: string, first: SessionRecord, last: SessionRecord, seal: string, ends: LogEnds): SessionSummary | undefined {
  if (first.event.type !== "session-started" || last.event.type !== "session-finished") return undefined;
  const expected = sealText({ sessionId: first.event.sessionId, records: last.sequence + 1, logBytes: ends.bytes, lastRecordSha256: ends.lastSha256 });
  if (seal !== expected) return undefined;
  const total = Object.values(last.event.counts).reduce((sum, n) => sum + n, 0);
  return { name: basename(folder), state: "sealed", details: first.event.details, startedAt: first.time, fields: last.event.fields, total };
}

async function readEnds(path: string): Promise<LogEnds> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(END_BYTES, size));
    const tail = await readAt(file, Math.max(0, size - END_BYTES), Math.min(END_BYTES, size));
    const lastLine = tail.subarray(tail.lastIndexOf(0x0a, -2) + 1, -1);
    return { first: head.subarray(0, Math.max(0, head.indexOf(0x0a))).toString("utf8"), last: lastLine.toString("utf8"), lastSha256: createHash("sha256").update(lastLine).digest("hex"), bytes: size };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
