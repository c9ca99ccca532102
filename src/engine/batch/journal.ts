import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { OcularError } from "../../shared/errors.ts";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles } from "../session/session-files.ts";
import type { FileIdentity } from "./file-identity.ts";
import { FileRecord, JournalHead } from "./journal-records.ts";
import { linesOf } from "./journal-lines.ts";

export const JOURNAL_FILE = "journal.jsonl";

/** What is lost at most when the power fails: kill signals lose nothing. */
const SYNC_EVERY_MS = 3_000;

/** What identifies a file, and where its line lies in the journal. */
interface Entry extends FileIdentity {
  readonly offset: number;
  readonly length: number;
}

/**
 * The finished files of a batch, a line each, so that an interrupted batch goes on where it was: what has a whole line is
 * done, what has none is not. Of each file only the place of its line is in memory.
 */
export class Journal {
  readonly head: JournalHead;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #clock: Clock;
  readonly #entries: Map<string, Entry>;
  #end: number;
  #syncedMs: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, clock: Clock, content: JournalContent) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
    this.head = content.head;
    this.#entries = content.entries;
    this.#end = content.end;
    this.#syncedMs = clock.nowMs();
  }

  /**
   * The journal of `folder` with this head: the one that is there, or a new one.
   *
   * @throws OcularError BatchDiffers when the folder holds an unfinished batch of another head; DiskFull, DiskUnwritable
   */
  static async open(folder: string, head: JournalHead, clock: Clock): Promise<Journal> {
    const path = join(folder, JOURNAL_FILE);
    return onDisk(path, 0, async () => {
      const file = await open(path, "a+").then((created) => created.close()).then(() => open(path, "r+"));
      try {
        const found = await readJournal(path, file);
        if (found !== undefined) {
          const difference = differenceOf(found.head, JournalHead.parse(head));
          if (difference !== undefined) throw new OcularError({ tag: "BatchDiffers", folder, difference });
          // The line that was being written when the program ended is half a line.
          await file.truncate(found.end);
          return new Journal(path, file, clock, found);
        }
        await file.truncate(0);
        const line = lineOf(head);
        await file.write(line, 0, line.byteLength, 0);
        await file.sync();
        return new Journal(path, file, clock, { head, entries: new Map(), end: line.byteLength });
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  /** Whether there is a line for this path, whatever the file is now. */
  knows(path: string): boolean {
    return this.#entries.has(path);
  }

  /** Whether this very file is done: same path, size and time, and the same beside it. */
  has(path: string, identity: FileIdentity): boolean {
    const entry = this.#entries.get(path);
    return entry !== undefined && identity.bytes >= 0 && entry.bytes === identity.bytes && entry.mtimeMs === identity.mtimeMs && entry.beside === identity.beside;
  }

  /** Adds a finished file; lines of several lanes never mix. */
  append(record: FileRecord): Promise<void> {
    const line = lineOf(record);
    this.#writing = this.#writing.then(() => onDisk(this.#path, line.byteLength, async () => {
      const offset = this.#end;
      for (let done = 0; done < line.byteLength; ) done += (await this.#file.write(line, done, line.byteLength - done, offset + done)).bytesWritten;
      this.#end = offset + line.byteLength;
      this.#entries.set(record.path, { ...identityIn(record), offset, length: line.byteLength });
      const nowMs = this.#clock.nowMs();
      if (nowMs - this.#syncedMs < SYNC_EVERY_MS) return;
      await this.#file.datasync();
      this.#syncedMs = nowMs;
    }));
    return this.#writing;
  }

  /** What was found in a file; undefined when it is not done. */
  async read(path: string): Promise<FileRecord | undefined> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    const line = Buffer.allocUnsafe(entry.length);
    for (let done = 0; done < entry.length; ) {
      const { bytesRead } = await this.#file.read(line, done, entry.length - done, entry.offset + done);
      if (bytesRead === 0) throw new OcularError({ tag: "DiskUnwritable", path: this.#path, reason: "somebody shortened it" });
      done += bytesRead;
    }
    return FileRecord.parse(JSON.parse(line.toString("utf8")));
  }

  /** Keeps the journal: the batch goes on another time. */
  async close(): Promise<void> {
    await this.#writing.catch(() => "told to the one who appended");
    // What a close reports was told by a sync before, or is written again by whoever goes on.
    await Promise.allSettled([this.#file.close()]);
  }

  /** The results stand: the journal has served. */
  async remove(): Promise<void> {
    await this.close();
    await onDisk(this.#path, 0, () => rm(this.#path, { force: true }));
  }
}

/** Throws the journal of a folder away. */
export async function forgetJournal(folder: string): Promise<void> {
  const path = join(folder, JOURNAL_FILE);
  await onDisk(path, 0, () => rm(path, { force: true }));
}

interface JournalContent {
  readonly head: JournalHead;
  readonly entries: Map<string, Entry>;
  /** Where the last whole line ends. */
  readonly end: number;
}

/**
 * Undefined when there is no whole head: then nothing was done.
 *
 * @throws OcularError InvalidInput for a file of somebody else
 */
async function readJournal(path: string, file: FileHandle): Promise<JournalContent | undefined> {
  let head: JournalHead | undefined;
  const entries = new Map<string, Entry>();
  let end = 0;
  for await (const { text, offset, length } of linesOf(file)) {
    const parsed = parsedLine(text, head === undefined ? JournalHead : FileRecord);
    // After a power cut a line may be whole and yet not what was written: what follows it is done again.
    if (parsed === undefined && head === undefined) throw new OcularError({ tag: "InvalidInput", what: path, reason: "it is no journal of a batch; move it away" });
    if (parsed === undefined) break;
    if ("format" in parsed) head = parsed;
    else entries.set(parsed.path, { ...identityIn(parsed), offset, length });
    end = offset + length;
  }
  return head === undefined ? undefined : { head, entries, end };
}

function identityIn({ bytes, mtime_ms: mtimeMs, beside }: FileRecord): FileIdentity {
  return { bytes, mtimeMs, ...(beside === undefined ? {} : { beside }) };
}

function parsedLine(text: string, schema: typeof JournalHead | typeof FileRecord): JournalHead | FileRecord | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const result = schema.safeParse(parsed);
  return result.success ? result.data : undefined;
}

/** In what two batches differ, in words; undefined when they are the same. */
function differenceOf(before: JournalHead, now: JournalHead): string | undefined {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const nameOf = ({ id, version }: JournalHead["analyzer"]): string => `${id} ${version}`;
  if (nameOf(before.analyzer) !== nameOf(now.analyzer)) return `${nameOf(before.analyzer)} in place of ${nameOf(now.analyzer)}`;
  if (before.analyzer.sha256 !== now.analyzer.sha256) return `another file of ${now.analyzer.id}`;
  if (before.scale !== now.scale) return before.scale === "estimated" ? "scales were estimated" : "no scale was estimated";
  if (!same(before.analyzer, now.analyzer)) return `${before.analyzer.runtime} in place of ${now.analyzer.runtime}, or other settings`;
  if (!same(before.score_thresholds, now.score_thresholds)) return "other thresholds";
  if (before.pixel_size_um !== now.pixel_size_um) return before.pixel_size_um === null ? "no pixel size was told" : `${before.pixel_size_um} um per pixel was told`;
  if (before.features !== now.features) return before.features ? "features were measured" : "no features were measured";
  if (before.border !== now.border) return before.border === "every" ? "every object counted at the border" : "objects at the right and lower border did not count";
  if (!same(before.inputs, now.inputs)) return "other inputs";
  return same(before, now) ? undefined : `version ${before.software} of Ocular`;
}

function lineOf(record: JournalHead | FileRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

async function onDisk<T>(path: string, neededBytes: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await diskError(error, path, neededBytes, diskFiles);
  }
}
