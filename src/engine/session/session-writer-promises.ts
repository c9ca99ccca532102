import type { SessionContents } from "../../core/session/session-reducer.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { LedgerReport } from "../../shared/domain/ledger.ts";
import type { Actor, SessionEvent, SessionRecord, SessionState, StoredFile } from "../../shared/domain/session.ts";
import type { OcularError } from "../../shared/errors.ts";

/** How a session ended, with the figures its seal carries. */
export interface SessionEnd {
  readonly outcome: "completed" | "canceled" | "errored";
  readonly reason?: string | undefined;
  readonly ledger: LedgerReport;
  readonly fields: number;
  /** Objects inside the counting frame by class, corrections applied: `countReport` of all fields. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One field to keep. */
export interface FieldToKeep {
  /** A plain file name, new in this session. */
  readonly fieldId: string;
  readonly header: FrameHeader;
  /** Not copied: leave them as they are until the promise settles. */
  readonly pixels: Uint8Array;
  readonly actor: Actor;
}

/**
 * The only writer of one session. Records get their number in the order of the calls; what has been acknowledged is on
 * the medium and survives a crash of the program and of the machine.
 */
export interface SessionWriter {
  /** Folder name, `<something>.ocular`. */
  readonly name: string;
  readonly folder: string;
  readonly sessionId: string;
  state(): SessionState;
  /** What the acknowledged records say. */
  contents(): SessionContents;
  /** Sequence number of the last record that is safe on the medium. */
  acknowledged(): number;
  /**
   * Resolves with the sequence number once the record is on the medium. All that queued meanwhile share one sync.
   *
   * @throws OcularError InvalidInput (the record breaks the format), SessionSealed, DiskFull (a session is also not gone on
   *   with where less than the reserve is free), DiskUnwritable
   */
  append(event: SessionEvent, actor: Actor): Promise<number>;
  /**
   * Same order, not awaited: for frame headers. A failure on the way to the disk reaches {@link onDidFail}.
   *
   * @throws OcularError as `append` does, at once, when the log takes no more (sealed, broken, disk nearly full, or
   *   more than 4096 records wait)
   */
  enqueue(event: SessionEvent, actor: Actor): void;
  /**
   * Writes `fields/<fieldId>.ome.tif`, then its record. Resolves when both are on the medium.
   *
   * @throws OcularError DiskFull (also when less than the reserve would be left), DiskUnwritable, InvalidInput: then
   *   neither file nor record exists, and the log stays valid
   */
  keepField(field: FieldToKeep): Promise<StoredFile>;
  /**
   * Seals: takes nothing more, waits for what is on its way, writes the last record and seal.json, gives up the lock.
   *
   * @param end figures, or who tells them: asked once every record before the last is on the medium, for a correction may just be on its way
   */
  finish(end: SessionEnd | (() => SessionEnd), actor: Actor): Promise<void>;
  /** Leaves the session unsealed, to be recovered later. Waits for what is queued. */
  close(): Promise<void>;
  /** Calls with every acknowledged record in order, beginning with the one written at opening. Returns the unsubscribe. */
  onDidAppend(listener: (record: SessionRecord) => void): () => void;
  /** Calls when records could not be written; `lost` are those that are not in the log. Returns the unsubscribe. */
  onDidFail(listener: (error: OcularError, lost: readonly SessionEvent[]) => void): () => void;
}
