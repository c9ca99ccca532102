import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { AnalyzerIdentity } from "../../shared/domain/detection.ts";
import { OcularError } from "../../shared/errors.ts";
import type { InferenceHost } from "../analysis/inference/inference-host.ts";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles } from "../session/session-files.ts";
import { lockSession } from "../session/session-lock.ts";
import type { AnalysisSource } from "./analysis-source.ts";
import { forgetJournal, Journal } from "./journal.ts";
import type { FileRecord, JournalHead } from "./journal-records.ts";
import { identityOf } from "./file-identity.ts";
import { type InputFile, listInputs } from "./inputs.ts";
import { LanePool } from "./lane-pool.ts";
import { type BatchProgress, ProgressMeter } from "./progress-meter.ts";
import { writeResults } from "./write-results.ts";

/** What is to be done. */
export interface BatchOrder {
  /** Pictures, folders of them, sessions. */
  readonly inputs: readonly string[];
  /** Folder for the results; made when it is missing. */
  readonly out: string;
  /** um per pixel of every input, in place of what the files say. */
  readonly pixelSizeUm?: number;
  /** Lowest score per class id. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Pictures at a time. */
  readonly workers: number;
  readonly withFeatures: boolean;
  /** Begin anew where an unfinished batch lies in the folder. */
  readonly restart: boolean;
}

/** An input or a picture that failed. */
export interface BatchFailure {
  readonly input: string;
  readonly error: OcularError;
}

/** What a batch is done with and who hears of it. */
export interface BatchParts {
  readonly source: AnalysisSource;
  readonly host: InferenceHost;
  readonly clock: Clock;
  /** Of Ocular. */
  readonly version: string;
  /** Aborts: finish the pictures under way, write what is done, keep the journal. */
  readonly stop: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
  /** Each as it happens; all of them are in the report and in run.json. */
  readonly onFailure: (failure: BatchFailure) => void;
  /** Every finished file in the order of the inputs, while the results are written. */
  readonly onResult?: (file: InputFile, record: FileRecord) => void;
}

/** What came of it. */
export interface BatchReport {
  readonly analyzer: AnalyzerIdentity;
  /** False when it was stopped: the same order goes on where it was. */
  readonly completed: boolean;
  /** Pages in the results. */
  readonly pictures: number;
  /** Of those, pages that state no pixel size where none was told. */
  readonly withoutScale: number;
  readonly counts: ReadonlyArray<{ readonly class: string; readonly n: number; readonly n_low95: number; readonly n_high95: number }>;
  readonly failures: readonly BatchFailure[];
}

/**
 * Analyses every input on several lanes and writes the result files in the order of the inputs. Finished files are in a
 * journal first: a batch that was stopped or killed goes on with the same order, and nothing is done twice or doubled.
 *
 * @throws OcularError when nothing can be done at all: the analyzer or the folder cannot be used, BatchDiffers,
 *   SessionInUse when another process works in the folder
 */
export async function runBatch(parts: BatchParts, order: BatchOrder): Promise<BatchReport> {
  const started = parts.clock.wallTime();
  requireKnownClasses(parts.source, order.thresholds);
  const unlisted: BatchFailure[] = [];
  const files = await listInputs(order.inputs, (input, error) => {
    unlisted.push({ input, error });
    parts.onFailure({ input, error });
  });
  const lanes = new LanePool(parts, order);
  try {
    const analyzer = await lanes.ready();
    await mkdir(order.out, { recursive: true }).catch(async (error: unknown) => {
      throw await diskError(error, order.out, 0, diskFiles);
    });
    const lock = await lockSession(order.out, parts.clock);
    try {
      if (order.restart) await forgetJournal(order.out);
      const journal = await Journal.open(order.out, headOf(parts, order, analyzer), parts.clock);
      try {
        const toDo = await remaining(files, journal);
        const meter = new ProgressMeter(parts.clock, files.length, files.length - toDo.length);
        parts.onProgress(meter.progress());
        await lanes.work(toDo, journal, meter);
        const report = await writeResults({ parts, order, files, journal, unlisted, started });
        if (report.completed) await journal.remove();
        return report;
      } finally {
        await journal.close();
      }
    } finally {
      await lock.release();
    }
  } finally {
    await lanes.dispose();
  }
}

/** The files that have no line in the journal, or had another content when they got it. */
async function remaining(files: readonly InputFile[], journal: Journal): Promise<InputFile[]> {
  const toDo: InputFile[] = [];
  for (const file of files) {
    if (!journal.knows(file.path) || !journal.has(file.path, await identityOf(file.path))) toDo.push(file);
  }
  return toDo;
}

function headOf({ version }: BatchParts, order: BatchOrder, analyzer: AnalyzerIdentity): JournalHead {
  return {
    format: "ocular-batch", version: 1, software: version, analyzer,
    score_thresholds: { ...order.thresholds },
    pixel_size_um: order.pixelSizeUm ?? null,
    features: order.withFeatures,
    inputs: order.inputs.map((input) => resolve(input)),
  };
}

/** Every picture would fail for it: said once, before anything starts. */
function requireKnownClasses({ classes }: AnalysisSource, thresholds: Readonly<Record<string, number>>): void {
  const known = classes.map(({ id }) => id);
  const unknown = Object.keys(thresholds).find((id) => !known.includes(id));
  if (unknown !== undefined) throw new OcularError({ tag: "UnsupportedValue", what: "Class", value: unknown, allowed: known });
}
