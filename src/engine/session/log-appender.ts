import { createHash } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { encodeRecord, SESSION_FORMAT, SESSION_VERSION } from "../../core/session/codec.ts";
import { type Actor, SessionEvent, type SessionRecord } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import { diskError } from "./disk-errors.ts";
import type { OpenFile, SessionFiles } from "./session-files.ts";

/** The end of a log: what the next record must follow. */
export interface LogEnd {
  readonly bytes: number;
  /** Records so far; the sequence number of the next. */
  readonly records: number;
  /** SHA-256 (hex) of the last line. */
  readonly lastLineSha256: string;
}

/** One record that waits to be written. */
interface Waiting {
  readonly event: SessionEvent;
  readonly actor: Actor;
  readonly time: string;
  readonly settle: { resolve(sequence: number): void; reject(error: OcularError): void } | undefined;
}

export interface LogListener {
  /** In order, once the record is on the medium. */
  appended(record: SessionRecord): void;
  /** Nothing of `lost` is in the log. */
  failed(error: OcularError, lost: readonly SessionEvent[]): void;
}

/** Most bytes of one write: bounds memory and what a power cut can tear. */
const BATCH_BYTES = 1 << 20;

/**
 * Appends records with group commit: whatever queued while the last write was synced goes out in one write with one
 * fdatasync.
 *
 * A failed write or sync is cut off again, so no half line is left, and the appender takes nothing more: the account of
 * frames has counted records that are not in the log, and after a failed fsync a second one can succeed without the
 * bytes being there (Rebello et al., USENIX ATC 2020). The session stays valid and open; recovery goes on from it.
 */
export class LogAppender {
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #files: SessionFiles;
  readonly #clock: Clock;
  readonly #listener: LogListener;
  readonly #queue: Waiting[] = [];
  #end: LogEnd;
  #pump: Promise<void> | undefined;
  #dead: OcularError | undefined;

  constructor(path: string, file: OpenFile, end: LogEnd, tools: { files: SessionFiles; clock: Clock; listener: LogListener }) {
    this.#path = path;
    this.#file = file;
    this.#end = end;
    this.#files = tools.files;
    this.#clock = tools.clock;
    this.#listener = tools.listener;
  }

  /** Where the durable log ends. */
  get end(): LogEnd {
    return this.#end;
  }

  /** Records not yet on the medium. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Resolves with the sequence number when the record is on the medium.
   *
   * @throws OcularError DiskFull or DiskUnwritable: the record is not in the log
   */
  append(event: SessionEvent, actor: Actor): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#push(event, actor, { resolve, reject });
    });
  }

  /** Same order, nobody waits: a failure reaches the listener only. */
  enqueue(event: SessionEvent, actor: Actor): void {
    this.#push(event, actor, undefined);
  }

  /** Why the appender takes nothing more; undefined while it does. */
  get broken(): OcularError | undefined {
    return this.#dead;
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
  }

  async close(): Promise<void> {
    await this.drained();
    await this.#file.close();
  }

  #push(event: SessionEvent, actor: Actor, settle: Waiting["settle"]): void {
    this.#queue.push({ event: checked(event), actor, time: this.#clock.wallTime(), settle });
    this.#pump ??= this.#run();
  }

  /** Never rejects: failures go to those who wait and to the listener. */
  async #run(): Promise<void> {
    // One turn of the loop, so that records made together travel together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      if (this.#dead === undefined) await this.#writeBatch();
      else this.#reject(this.#dead, this.#queue.splice(0));
    }
    this.#pump = undefined;
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#takeBatch();
    try {
      await this.#file.write(batch.bytes, this.#end.bytes);
      await this.#file.sync();
    } catch (error) {
      // Best effort: a half line that stays is what recovery looks for, and the first error is the one people hear.
      await Promise.allSettled([this.#cutOff()]);
      await this.#fail(error, batch.entries);
      return;
    }
    this.#end = batch.end;
    for (const [index, record] of batch.records.entries()) {
      this.#listener.appended(record);
      batch.entries[index]?.settle?.resolve(record.sequence);
    }
  }

  #takeBatch(): { entries: Waiting[]; records: SessionRecord[]; bytes: Uint8Array; end: LogEnd } {
    const entries: Waiting[] = [];
    const records: SessionRecord[] = [];
    const lines: Buffer[] = [];
    let { bytes, records: sequence, lastLineSha256 } = this.#end;
    const start = bytes;
    while (bytes - start < BATCH_BYTES) {
      const entry = this.#queue.shift();
      if (entry === undefined) break;
      const record: SessionRecord = { format: SESSION_FORMAT, version: SESSION_VERSION, sequence, time: entry.time, actor: entry.actor, previous: lastLineSha256, event: entry.event };
      const line = Buffer.from(`${encodeRecord(record)}\n`, "utf8");
      lastLineSha256 = createHash("sha256").update(line.subarray(0, -1)).digest("hex");
      bytes += line.byteLength;
      sequence += 1;
      entries.push(entry);
      records.push(record);
      lines.push(line);
    }
    return { entries, records, bytes: Buffer.concat(lines), end: { bytes, records: sequence, lastLineSha256 } };
  }

  /** Everything that follows a lost record is lost with it: the order of the log is a promise too. */
  async #fail(error: unknown, entries: readonly Waiting[]): Promise<void> {
    this.#dead = await diskError(error, this.#path, BATCH_BYTES, this.#files);
    this.#reject(this.#dead, [...entries, ...this.#queue.splice(0)]);
  }

  #reject(error: OcularError, entries: readonly Waiting[]): void {
    this.#listener.failed(error, entries.map(({ event }) => event));
    for (const entry of entries) entry.settle?.reject(error);
  }

  async #cutOff(): Promise<void> {
    await this.#file.truncate(this.#end.bytes);
    await this.#file.sync();
  }
}

/** A record that its own reader would refuse must never be written. */
function checked(event: SessionEvent): SessionEvent {
  const parsed = SessionEvent.safeParse(event);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new OcularError({ tag: "InvalidInput", what: `Session record "${event.type}"`, reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` });
}
