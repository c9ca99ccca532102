import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { decodeRecord, RecordFault } from "../../core/session/codec.ts";
import type { ReadLine } from "../../core/session/chain-check.ts";

/** Name of the log inside a session folder. */
export const LOG_FILE = "log.jsonl";

/** One line of a log with its place in the file. */
export interface ScannedLine extends ReadLine {
  /** From 1. */
  readonly line: number;
  /** Byte where the line starts. */
  readonly offset: number;
  /** Length, newline included when there is one. */
  readonly bytes: number;
  /** False for a last line without its newline: it was cut while being written. */
  readonly isWhole: boolean;
  /** True when the line holds NUL bytes: pages that never reached the medium before the power went. */
  readonly hasNul: boolean;
}

/** About a hundred lines: a few milliseconds of the event loop before it is free again. */
const CHUNK_BYTES = 64 * 1024;
/** No record comes near this; a file without line breaks must not fill the memory. */
const MOST_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Reads a log line by line, never more than one chunk and one line in memory. Rejects with Node's own error when the file cannot be read. */
export async function* scanLog(path: string): AsyncGenerator<ScannedLine, void, undefined> {
  const file = await open(path, "r");
  try {
    const splitter = new LineSplitter();
    let position = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      yield* splitter.push(chunk.subarray(0, bytesRead));
    }
    yield* splitter.end();
  } finally {
    await file.close();
  }
}

class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #line = 0;
  #offset = 0;

  *push(chunk: Buffer): Generator<ScannedLine> {
    const text = this.#rest.byteLength === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = text.indexOf(NEWLINE, start); end !== -1; end = text.indexOf(NEWLINE, start)) {
      yield this.#scanned(text.subarray(start, end), true);
      start = end + 1;
    }
    this.#rest = text.subarray(start);
    if (this.#rest.byteLength > MOST_LINE_BYTES) yield* this.end();
  }

  *end(): Generator<ScannedLine> {
    if (this.#rest.byteLength > 0) yield this.#scanned(this.#rest, false);
    this.#rest = Buffer.alloc(0);
  }

  #scanned(content: Buffer, isWhole: boolean): ScannedLine {
    this.#line += 1;
    const bytes = content.byteLength + (isWhole ? 1 : 0);
    const offset = this.#offset;
    this.#offset += bytes;
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { line: this.#line, offset, bytes, isWhole, sha256, hasNul: content.includes(0), ...recordOf(content, isWhole) };
  }
}

function recordOf(content: Buffer, isWhole: boolean): Pick<ReadLine, "record" | "fault"> {
  if (!isWhole) return { record: undefined, fault: "is cut: it lacks its end" };
  try {
    return { record: decodeRecord(STRICT_UTF8.decode(content)), fault: undefined };
  } catch (error) {
    if (error instanceof RecordFault) return { record: undefined, fault: error.message };
    if (error instanceof TypeError) return { record: undefined, fault: "is not UTF-8 text" };
    throw error;
  }
}

/** Replacing broken bytes in silence would hide a change. */
const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
