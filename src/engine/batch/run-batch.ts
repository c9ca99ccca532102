import { resolve } from "node:path";
import type { AnalyzerIdentity } from "../../shared/domain/detection.ts";
import { OcularError } from "../../shared/errors.ts";
import { makeFolders } from "../runtime/make-folders.ts";
import { diskError } from "../session/disk-errors.ts";
import { diskFiles } from "../session/session-files.ts";
import { lockSession } from "../session/session-lock.ts";
import { type AnalysisSource, scaleOf } from "./analysis-source.ts";
import type { BatchFailure, BatchOrder, BatchParts, BatchReport } from "./batch-order.ts";
import { forgetJournal, Journal } from "./journal.ts";
import type { JournalHead } from "./journal-records.ts";
import { identityOf } from "./file-identity.ts";
import { type InputFile, listInputs } from "./inputs.ts";
import { LanePool } from "./lane-pool.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { ResultsWriter } from "./write-results.ts";

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
  }, (text) => { parts.onNotice?.(text); });
  const lanes = new LanePool(parts, order, files.length);
  try {
    const analyzer = await lanes.ready();
    await makeFolders(order.out).catch(async (error: unknown) => {
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
        const results = await ResultsWriter.open({ parts, order, files, journal, unlisted, started }, toDo);
        try {
          await lanes.work(toDo, journal, meter, (path) => { results.fileDone(path); });
          // Processes end while the results are written.
          const [report] = await Promise.all([results.finish(), lanes.dispose()]);
          if (report.completed) await journal.remove();
          return report;
        } catch (error) {
          await results.discard();
          throw error;
        }
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

function headOf({ source, version }: BatchParts, order: BatchOrder, analyzer: AnalyzerIdentity): JournalHead {
  return {
    format: "ocular-batch", version: 1, software: version, analyzer,
    score_thresholds: { ...order.thresholds },
    pixel_size_um: order.pixelSizeUm ?? null,
    scale: scaleOf(source, order),
    features: order.withFeatures,
    border: order.border,
    inputs: order.inputs.map((input) => resolve(input)),
  };
}

/** Every picture would fail for it: said once, before anything starts. */
function requireKnownClasses({ classes }: AnalysisSource, thresholds: Readonly<Record<string, number>>): void {
  const known = classes.map(({ id }) => id);
  const unknown = Object.keys(thresholds).find((id) => !known.includes(id));
  if (unknown !== undefined) throw new OcularError({ tag: "UnsupportedValue", what: "Class", value: unknown, allowed: known });
}
