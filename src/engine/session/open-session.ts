import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { foldRecord, type SessionContents, type SettingsInForce } from "../../core/session/session-reducer.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { Actor, SessionEvent, SessionRecord, SessionState, StoredFile } from "../../shared/domain/session.ts";
import { OcularError } from "../../shared/errors.ts";
import { diskError } from "./disk-errors.ts";
import { fieldPath, writeFieldFile } from "./field-file.ts";
import type { LogAppender, LogListener } from "./log-appender.ts";
import { composeOmeTiff } from "./ome-tiff.ts";
import type { FieldContext } from "./ome-xml.ts";
import { removeQuietly, type SessionFiles } from "./session-files.ts";
import type { SessionLock } from "./session-lock.ts";
import { writeSeal } from "./session-seal.ts";
import type { FieldToKeep, SessionEnd, SessionWriter } from "./session-writer-promises.ts";

/** Most records that may wait for the disk; at 30 frames/s that is more than a minute. */
const QUEUE_RECORDS = 4096;
const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;
/** How often free space is asked for while frames flow. */
const SPACE_CHECK_MS = 1000;

export interface OpenSessionParts {
  readonly folder: string;
  readonly name: string;
  readonly sessionId: string;
  readonly lock: SessionLock;
  readonly files: SessionFiles;
  readonly clock: Clock;
  readonly reserveBytes: number | undefined;
  readonly contents: SessionContents;
  readonly software: { readonly name: string; readonly version: string };
  openLog(listener: LogListener): LogAppender;
}

/** The writer behind {@link SessionWriter}; made by createSession and recoverSession only. */
export class OpenSession implements SessionWriter {
  readonly name: string;
  readonly folder: string;
  readonly sessionId: string;
  readonly #parts: OpenSessionParts;
  readonly #log: LogAppender;
  readonly #reserveBytes: number;
  readonly #appendListeners = new Set<(record: SessionRecord) => void>();
  readonly #failListeners = new Set<(error: OcularError, lost: readonly SessionEvent[]) => void>();
  /** Fields on their way to the disk. */
  readonly #keeping = new Map<string, Promise<unknown>>();
  /** Newest settings, also those still on their way to the disk: a field may follow at once. */
  readonly #settings = new Map<string, SettingsInForce>();
  #contents: SessionContents;
  #opening: SessionRecord | undefined;
  #ended: "sealed" | "closed" | undefined;
  #lowSpace: OcularError | undefined;
  #spaceCheckedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OpenSessionParts) {
    this.name = parts.name;
    this.folder = parts.folder;
    this.sessionId = parts.sessionId;
    this.#parts = parts;
    this.#reserveBytes = parts.reserveBytes ?? DEFAULT_RESERVE_BYTES;
    this.#contents = parts.contents;
    this.#log = parts.openLog({
      appended: (record) => {
        this.#contents = foldRecord(this.#contents, record);
        for (const listener of this.#appendListeners) callSafely(() => listener(record));
      },
      failed: (error, lost) => {
        for (const listener of this.#failListeners) callSafely(() => listener(error, lost));
      },
    });
  }

  /** Writes the record that opens this sitting: `session-started` or `recovered`. */
  async begin(event: SessionEvent, actor: Actor): Promise<void> {
    const stop = this.onDidAppend((record) => {
      this.#opening = record;
    });
    try {
      await this.append(event, actor);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      stop();
    }
  }

  state(): SessionState {
    if (this.#contents.seal !== undefined) return "sealed";
    return this.#contents.recovered ? "recovered" : "open";
  }

  contents(): SessionContents {
    return this.#contents;
  }

  acknowledged(): number {
    return this.#log.end.records - 1;
  }

  async append(event: SessionEvent, actor: Actor): Promise<number> {
    this.#requireOpen();
    // Who goes on may have made space meanwhile, or thinks so: what was found before the pause says nothing any more.
    if (event.type === "resumed") await this.#lookForSpace();
    this.#noteSettings(event);
    return this.#log.append(event, actor);
  }

  enqueue(event: SessionEvent, actor: Actor): void {
    this.#requireOpen();
    if (this.#log.broken !== undefined) throw this.#log.broken;
    if (this.#log.waiting >= QUEUE_RECORDS) {
      throw new OcularError({ tag: "DiskUnwritable", path: this.folder, reason: `the disk does not keep up: ${QUEUE_RECORDS} records wait` });
    }
    if (event.type === "frame") {
      this.#watchSpace();
      if (this.#lowSpace !== undefined) throw this.#lowSpace;
    }
    this.#noteSettings(event);
    this.#log.enqueue(event, actor);
  }

  async keepField(field: FieldToKeep): Promise<StoredFile> {
    this.#requireOpen();
    const path = fieldPath(field.fieldId);
    if (this.#contents.files.has(field.fieldId) || this.#keeping.has(field.fieldId)) {
      throw new OcularError({ tag: "InvalidInput", what: `Field ${field.fieldId}`, reason: "this session has such a field already" });
    }
    const keeping = this.#writeField(field, path);
    this.#keeping.set(field.fieldId, keeping.catch(() => undefined));
    try {
      return await keeping;
    } finally {
      this.#keeping.delete(field.fieldId);
    }
  }

  async finish(end: SessionEnd | (() => SessionEnd), actor: Actor): Promise<void> {
    this.#requireOpen();
    this.#ended = "sealed";
    try {
      await Promise.all(this.#keeping.values());
      await this.#log.drained();
      const { reason, ...figures } = typeof end === "function" ? end() : end;
      await this.#log.append({ type: "session-finished", ...figures, counts: { ...figures.counts }, ...(reason === undefined ? {} : { reason }) }, actor);
      const { records, bytes, lastLineSha256 } = this.#log.end;
      await writeSeal(this.#parts.files, this.folder, { sessionId: this.sessionId, records, logBytes: bytes, lastRecordSha256: lastLineSha256 });
    } catch (error) {
      // With its last record written nothing may follow; recovery completes the seal. Without it the session can be closed.
      if (this.#contents.seal === undefined) this.#ended = undefined;
      else await this.#letGo();
      throw await diskError(error, this.folder, 0, this.#parts.files);
    }
    await this.#letGo();
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#ended = "closed";
    await Promise.all(this.#keeping.values());
    await this.#letGo();
  }

  onDidAppend(listener: (record: SessionRecord) => void): () => void {
    if (this.#opening !== undefined) listener(this.#opening);
    this.#appendListeners.add(listener);
    return () => {
      this.#appendListeners.delete(listener);
    };
  }

  onDidFail(listener: (error: OcularError, lost: readonly SessionEvent[]) => void): () => void {
    this.#failListeners.add(listener);
    return () => {
      this.#failListeners.delete(listener);
    };
  }

  async #writeField(field: FieldToKeep, path: string): Promise<StoredFile> {
    const { files } = this.#parts;
    const picture = composeOmeTiff(field.header, field.pixels, this.#contextOf(field));
    await this.#requireSpace(picture.byteLength + this.#reserveBytes);
    const file = await writeFieldFile(files, this.folder, path, picture);
    try {
      await this.#log.append({ type: "field-kept", fieldId: field.fieldId, header: field.header, file }, field.actor);
      return file;
    } catch (error) {
      await removeQuietly(files, join(this.folder, ...path.split("/")));
      throw error;
    }
  }

  async #requireSpace(neededBytes: number): Promise<void> {
    const { files } = this.#parts;
    let freeBytes: number;
    try {
      freeBytes = await files.freeBytes(this.folder);
    } catch (error) {
      throw await diskError(error, this.folder, neededBytes, files);
    }
    if (freeBytes < neededBytes) throw new OcularError({ tag: "DiskFull", path: this.folder, neededBytes, freeBytes });
  }

  #contextOf({ fieldId, header }: FieldToKeep): FieldContext {
    const { clock, software } = this.#parts;
    const settings = this.#settings.get(header.settingsHash) ?? this.#contents.settings.get(header.settingsHash);
    const acquired = acquiredAt(header, clock);
    return {
      sessionId: this.sessionId,
      fieldId,
      acquiredAt: acquired,
      sinceStartMs: this.#sinceStartMs(header, acquired),
      objective: settings?.objective,
      camera: this.#contents.devices.find(({ id }) => id === header.cameraId),
      software: `${software.name} ${software.version}`,
    };
  }

  /** After a recovery the monotonic clock may have begun anew with the machine; wall time has not. */
  #sinceStartMs(header: FrameHeader, acquired: string): number {
    const { recovered, startedAt, startMonotonicMs } = this.#contents;
    return recovered && startedAt !== undefined ? Date.parse(acquired) - Date.parse(startedAt) : header.hostTimeMs - startMonotonicMs;
  }

  #noteSettings(event: SessionEvent): void {
    if (event.type === "settings") this.#settings.set(event.settingsHash, event);
  }

  #requireOpen(): void {
    if (this.#ended === "sealed") throw new OcularError({ tag: "SessionSealed", path: this.folder });
    if (this.#ended === "closed") throw new OcularError({ tag: "WrongState", what: "Writing to the session", state: "closed", allowedIn: ["open"] });
  }

  /** Asks for free space now and then, without making frames wait for the answer. */
  #watchSpace(): void {
    const { clock } = this.#parts;
    const now = clock.nowMs();
    if (now - this.#spaceCheckedMs < SPACE_CHECK_MS) return;
    this.#spaceCheckedMs = now;
    this.#requireSpace(this.#reserveBytes).then(
      () => { this.#lowSpace = undefined; },
      (error: OcularError) => { this.#lowSpace = error; },
    );
  }

  async #lookForSpace(): Promise<void> {
    await this.#requireSpace(this.#reserveBytes);
    this.#lowSpace = undefined;
    this.#spaceCheckedMs = this.#parts.clock.nowMs();
  }

  /** What was acknowledged is on the medium: a disk that has gone meanwhile takes nothing of it, and must not keep the session from being let go of. */
  async #letGo(): Promise<void> {
    await Promise.allSettled([this.#log.close()]);
    await this.#parts.lock.release();
  }
}

/** Wall time of the exposure: the frame's own clock is monotonic, so step back from now. */
function acquiredAt(header: FrameHeader, clock: Clock): string {
  const agoMs = Math.max(0, clock.nowMs() - header.hostTimeMs);
  return new Date(Date.parse(clock.wallTime()) - agoMs).toISOString();
}

/** A fault in a listener must not stop the log; it surfaces as an uncaught error of its own. */
function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
  }
}
