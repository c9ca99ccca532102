import { basename } from "node:path";
import { inWholeObjects, poissonInterval } from "../../core/counting/intervals.ts";
import type { AnalysisSource } from "../../engine/batch/analysis-source.ts";
import type { BatchOrder, BatchReport } from "../../engine/batch/batch-order.ts";
import { runBatch } from "../../engine/batch/run-batch.ts";
import { loadPixelKernels } from "../../engine/native/pixel-kernels.ts";
import type { SessionCount } from "../../shared/domain/batch.ts";
import { EXIT } from "../context.ts";
import type { CliContext, ExitCode } from "../context.ts";
import { ProgressBar } from "./progress.ts";

/**
 * Analyse every input and write the result files. Inputs that fail are named on stderr and in run.json; the rest is done.
 *
 * @throws OcularError when nothing can be done at all: the model, the recipe or the output folder cannot be used.
 */
export async function runAnalysis(context: CliContext, source: AnalysisSource, order: BatchOrder): Promise<ExitCode> {
  const { host, clock, version, interrupted: stop } = context;
  const bar = new ProgressBar(context);
  const { notice } = loadPixelKernels();
  if (notice !== undefined) context.err(notice);
  let hasResumed = false;
  try {
    const report = await runBatch({
      source, host, clock, version, stop,
      onProgress: (progress) => {
        if (!hasResumed && progress.filesResumed > 0) context.err(`Going on where it was: ${progress.filesResumed} of ${progress.files} files are done.`);
        hasResumed = true;
        bar.show(progress);
      },
      onNotice: (text) => context.err(text),
      onFailure: ({ input, error }) => context.err(error.message.includes(input) ? error.message : `${input}: ${error.message}`),
    }, order);
    bar.clear();
    tell(context, source, order.out, report);
    if (!report.completed) context.err("Interrupted: the results hold the files finished so far; the same command goes on from there.");
    return !report.completed ? EXIT.interrupted : report.failures.length > 0 ? EXIT.someFailed : EXIT.success;
  } finally {
    bar.clear();
  }
}

function tell(context: CliContext, source: AnalysisSource, folder: string, { pictures, withoutScale, counts, sessions, failures }: BatchReport): void {
  const { assumed, estimated, estimatedUm } = withoutScale;
  if (assumed > 0) {
    const { assumedPixelSizeUm } = source;
    const taken = assumedPixelSizeUm === undefined ? "they went in at their own scale" : `${assumedPixelSizeUm} um per pixel was assumed`;
    context.err(`${stateNone(assumed)} no pixel size: ${taken} (--pixel-size sets it).`);
  }
  if (estimatedUm !== undefined) {
    const [lowest, highest] = [estimatedUm.lowest, estimatedUm.highest].map((um) => um.toPrecision(3));
    const taken = lowest === highest ? `${lowest} um per pixel was estimated` : `${lowest} to ${highest} um per pixel were estimated`;
    context.err(`${stateNone(estimated)} no pixel size: ${taken} from the size of their ${source.scaleReference?.classes.join(" and ")} objects (--pixel-size sets it, --scale as-is takes what the model assumes).`);
  }
  const failed = failures.length === 0 ? "" : `, ${failures.length === 1 ? "1 input" : `${failures.length} inputs`} failed`;
  context.out(`${pictures === 1 ? "1 picture" : `${pictures} pictures`} analysed with ${source.id} ${source.version}${failed}`);
  // Of nothing that was looked at nothing can be said: no count of 0 with an interval.
  for (const { class: id, n, found } of pictures === 0 ? [] : counts) {
    const { low, high } = inWholeObjects(poissonInterval(n));
    context.out(`${id.padEnd(16)} ${String(n).padStart(8)}   95 % ${low} to ${high}${found === n ? "" : `   of ${found} found`}`);
  }
  for (const session of sessions) context.out(sessionLine(session));
  context.out(`Results in ${folder}`);
}

const stateNone = (n: number): string => (n === 1 ? "1 picture states" : `${n} pictures state`);

/** A session counted anew, beside what stands in it. */
function sessionLine({ folder, fieldsKept, counts, recorded }: SessionCount): string {
  const stands = new Map(recorded.classes.map(({ classId, n }) => [classId, n]));
  const classes = counts.classes.map(({ classId, n }) => `${classId} ${n} (in the session ${stands.get(classId) ?? "none"})`);
  const again = counts.seenAgain === undefined || counts.seenAgain === 0 ? "" : `, ${counts.seenAgain} seen again not counted twice`;
  return `${basename(folder)}: ${counts.fields} of ${fieldsKept} fields, ${classes.join(", ")}; ${counts.outsideFrame} outside the counting frame${again}`;
}
