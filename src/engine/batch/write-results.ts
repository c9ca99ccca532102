import { poissonInterval } from "../../core/counting/intervals.ts";
import { OcularError } from "../../shared/errors.ts";
import type { PictureBorder } from "../../shared/domain/batch.ts";
import { scaleOf } from "./analysis-source.ts";
import { countedObjects, countingFrameOf } from "./counted-objects.ts";
import { rounded } from "./csv.ts";
import type { InputFile } from "./inputs.ts";
import type { Journal } from "./journal.ts";
import type { FileRecord } from "./journal-records.ts";
import { ResultFiles } from "./result-files.ts";
import { SessionCounts } from "./session-counts.ts";
import { sessionOnDisk } from "./session-on-disk.ts";
import type { BatchFailure, BatchOrder, BatchParts, BatchReport, WithoutScale } from "./batch-order.ts";

/** What the results are written from. */
export interface BatchOutcome {
  readonly parts: BatchParts;
  readonly order: BatchOrder;
  /** In the order of the inputs. */
  readonly files: readonly InputFile[];
  readonly journal: Journal;
  /** Inputs that could not even be listed. */
  readonly unlisted: readonly BatchFailure[];
  /** Wall time. */
  readonly started: string;
}

/**
 * The result files, out of the journal: in the order of the inputs, whichever lane was done first. They are written while
 * the lanes still work, each file as soon as all before it are done, and get their names at the end.
 */
export class ResultsWriter {
  readonly #outcome: BatchOutcome;
  readonly #results: ResultFiles;
  readonly #sums: Sums;
  /** Paths that no line of the journal stands for yet. */
  readonly #awaited: Set<string>;
  /** Place in `files` of the next one to be written. */
  #next = 0;
  #filesDone = 0;
  #turn: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  private constructor(outcome: BatchOutcome, toDo: readonly InputFile[], results: ResultFiles) {
    this.#outcome = outcome;
    this.#results = results;
    this.#awaited = new Set(toDo.map(({ path }) => path));
    this.#sums = new Sums(outcome.parts.source.classes.map(({ id }) => id), outcome.unlisted, outcome.order.border);
  }

  /** @throws OcularError DiskFull, DiskUnwritable */
  static async open(outcome: BatchOutcome, toDo: readonly InputFile[]): Promise<ResultsWriter> {
    const { parts, order } = outcome;
    return new ResultsWriter(outcome, toDo, await ResultFiles.create(order.out, parts.source.classes, order.withFeatures));
  }

  /** That file's line stands in the journal. Returns at once; what goes wrong is told by {@link finish}. */
  fileDone(path: string): void {
    this.#awaited.delete(path);
    this.#turn = this.#turn.then(() => this.#writeWhile(() => !this.#awaited.has(this.#outcome.files[this.#next]?.path ?? "")));
  }

  /** Writes what is left, also past files that were not done, and names the files. @throws OcularError DiskFull, DiskUnwritable */
  async finish(): Promise<BatchReport> {
    await this.#turn;
    await this.#writeWhile(() => true);
    if (this.#failure !== undefined) throw this.#failure.error;
    const { parts, order, files, journal, started } = this.#outcome;
    const { source, clock } = parts;
    const { analyzer } = journal.head;
    const sums = this.#sums;
    const report: BatchReport = { analyzer, completed: this.#filesDone === files.length, pictures: sums.pictures, withoutScale: sums.withoutScale(), counts: sums.counts(), sessions: sums.sessions.counts(), failures: sums.failures };
    await this.#results.finish({
      format: "ocular-analysis",
      version: 1,
      software: { name: "ocular", version: parts.version },
      started,
      finished: clock.wallTime(),
      completed: report.completed,
      [source.kind]: analyzer,
      settings: {
        score_thresholds: { ...source.scoreThresholds, ...order.thresholds },
        assumed_pixel_size_um: source.assumedPixelSizeUm,
        scale: scaleOf(source, order),
        ...(source.scaleReference === undefined ? {} : { scale_reference: source.scaleReference }),
        ...(order.pixelSizeUm === undefined ? {} : { pixel_size_um: order.pixelSizeUm }),
        ...source.settings,
        features: order.withFeatures,
        border: order.border,
      },
      inputs: order.inputs,
      pictures: { analysed: report.pictures, failed: report.failures.length },
      counts: report.counts,
      sessions: report.sessions.map(sessionOnDisk),
      failures: report.failures.map(({ input, error }) => ({ input, tag: error.data.tag, reason: error.message })),
    });
    return report;
  }

  /** Leaves nothing behind; the journal stays. */
  async discard(): Promise<void> {
    await this.#turn;
    await this.#results.discard();
  }

  async #writeWhile(isReady: () => boolean): Promise<void> {
    const { files, journal, order, parts } = this.#outcome;
    try {
      while (this.#failure === undefined && this.#next < files.length && isReady()) {
        const file = files[this.#next++];
        const record = file === undefined || this.#awaited.has(file.path) ? undefined : await journal.read(file.path);
        if (file === undefined || record === undefined) continue;
        this.#filesDone++;
        this.#sums.add(file, record);
        await this.#results.add(file, record, order.border);
        parts.onResult?.(file, record);
      }
    } catch (error) {
      this.#failure = { error };
    }
  }
}

/** What was found and what failed, in sums. */
class Sums {
  readonly failures: BatchFailure[];
  readonly sessions: SessionCounts;
  /** Outlines or boxes by class. */
  readonly #found: Map<string, number>;
  /** Of those, counted in pictures of no session. */
  readonly #counted: Map<string, number>;
  readonly #border: PictureBorder;
  /** um per pixel, the smallest and the largest. */
  readonly #estimated = { pictures: 0, lowest: Infinity, highest: 0 };
  #assumed = 0;
  pictures = 0;

  constructor(classIds: readonly string[], unlisted: readonly BatchFailure[], border: PictureBorder) {
    this.#found = new Map(classIds.map((id) => [id, 0]));
    this.#counted = new Map();
    this.#border = border;
    this.sessions = new SessionCounts(classIds);
    this.failures = [...unlisted];
  }

  add(file: InputFile, record: FileRecord): void {
    const { path, pages, failures } = record;
    const frame = countingFrameOf(file, this.#border);
    for (const page of pages) {
      this.pictures++;
      if (page.pixel_size_from === "model") this.#assumed++;
      if (page.scale_estimate !== undefined) this.#estimate(page.scale_estimate.um_per_px);
      for (const { class: id } of page.objects) addTo(this.#found, id, 1);
      if (file.field === undefined) for (const { class: id } of countedObjects(page, frame)) addTo(this.#counted, id, 1);
    }
    this.sessions.add(file, record);
    for (const failure of failures) this.failures.push({ input: path, error: new OcularError(failure) });
  }

  withoutScale(): WithoutScale {
    const { pictures: estimated, lowest, highest } = this.#estimated;
    return { assumed: this.#assumed, estimated, ...(estimated === 0 ? {} : { estimatedUm: { lowest, highest } }) };
  }

  #estimate(umPerPx: number): void {
    this.#estimated.pictures++;
    this.#estimated.lowest = Math.min(this.#estimated.lowest, umPerPx);
    this.#estimated.highest = Math.max(this.#estimated.highest, umPerPx);
  }

  counts(): BatchReport["counts"] {
    const counted = new Map(this.#counted);
    for (const { counts } of this.sessions.counts()) for (const { classId, n } of counts.classes) addTo(counted, classId, n);
    return [...this.#found].map(([id, found]) => {
      const n = counted.get(id) ?? 0;
      const { low, high } = poissonInterval(n);
      return { class: id, n, n_low95: rounded(low, 1), n_high95: rounded(high, 1), found };
    });
  }
}

function addTo(sums: Map<string, number>, id: string, n: number): void {
  sums.set(id, (sums.get(id) ?? 0) + n);
}
