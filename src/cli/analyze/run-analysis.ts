import { poissonInterval } from "../../core/counting/intervals.ts";
import type { DetectionSet } from "../../shared/domain/detection.ts";
import type { OcularError } from "../../shared/errors.ts";
import { EXIT } from "../context.ts";
import type { CliContext, ExitCode } from "../context.ts";
import type { AnalysisSource } from "./analysis-source.ts";
import { listInputs, readInputs } from "./inputs.ts";
import type { SourcedInput } from "./inputs.ts";
import { ProgressBar } from "./progress.ts";
import { ResultFiles } from "./result-files.ts";

export interface AnalysisOrder {
  readonly inputs: readonly string[];
  /** Folder for the results. */
  readonly out: string;
  /** um per pixel of every input. */
  readonly pixelSize?: number;
  /** Lowest score per class id. */
  readonly threshold: Readonly<Record<string, number>>;
}

/**
 * Analyse every input and write the result files. Inputs that fail are named on stderr and in run.json; the rest is done.
 *
 * @throws OcularError when nothing can be done at all: the model, the recipe or the output folder cannot be used.
 */
export async function runAnalysis(context: CliContext, analysis: AnalysisSource, order: AnalysisOrder): Promise<ExitCode> {
  const started = context.clock.wallTime();
  const tally = new Tally(context, analysis);
  const files = await listInputs(order.inputs, (input, error) => tally.fail(input, error));
  const analyzer = analysis.open(context);
  const bar = new ProgressBar(context, files.length);
  let results: ResultFiles | undefined;
  try {
    await analyzer.ready();
    results = await ResultFiles.create(order.out, analysis.classes);
    let filesRead = 0;
    const pictures = readInputs(files, order.pixelSize, context.interrupted, (input, error) => tally.fail(input, error), (done) => (filesRead = done));
    for await (const outcome of analyzer.analyzeMany(pictures, { scoreThresholds: order.threshold })) {
      if ("error" in outcome) tally.fail(outcome.input.source.path, outcome.error);
      else {
        tally.add(outcome.input, outcome.detections);
        await results.add(outcome.input, outcome.detections);
      }
      bar.show(filesRead, tally.pictures, tally.failures.length);
    }
    bar.clear();
    const isInterrupted = context.interrupted.aborted;
    await results.finish({
      format: "ocular-analysis",
      version: 1,
      software: { name: "ocular", version: context.version },
      started,
      finished: context.clock.wallTime(),
      completed: !isInterrupted,
      [analysis.kind]: analyzer.identity(),
      settings: settingsOf(analysis, order),
      inputs: order.inputs,
      pictures: { analysed: tally.pictures, failed: tally.failures.length },
      counts: tally.counts(),
      failures: tally.failures,
    });
    tally.report(order.out);
    if (isInterrupted) context.err("Interrupted: the results hold the pictures analysed so far.");
    return isInterrupted ? EXIT.interrupted : tally.failures.length > 0 ? EXIT.someFailed : EXIT.success;
  } catch (error) {
    bar.clear();
    await results?.discard();
    throw error;
  } finally {
    await analyzer.dispose();
  }
}

function settingsOf(analysis: AnalysisSource, order: AnalysisOrder): object {
  return {
    score_thresholds: { ...analysis.scoreThresholds, ...order.threshold },
    assumed_pixel_size_um: analysis.assumedPixelSizeUm,
    ...(order.pixelSize === undefined ? {} : { pixel_size_um: order.pixelSize }),
    ...analysis.settings,
  };
}

/** What was found and what failed, in sums. */
class Tally {
  readonly failures: Array<{ input: string; tag: string; reason: string }> = [];
  readonly #context: CliContext;
  readonly #analysis: AnalysisSource;
  readonly #n = new Map<string, number>();
  pictures = 0;
  #withoutScale = 0;

  constructor(context: CliContext, analysis: AnalysisSource) {
    this.#context = context;
    this.#analysis = analysis;
  }

  add({ source }: SourcedInput, set: DetectionSet): void {
    this.pictures++;
    if (source.pixelSizeFrom === "model") this.#withoutScale++;
    for (const { classId } of set.detections) this.#n.set(classId, (this.#n.get(classId) ?? 0) + 1);
  }

  fail(input: string, error: OcularError): void {
    this.failures.push({ input, tag: error.data.tag, reason: error.message });
    this.#context.err(error.message.includes(input) ? error.message : `${input}: ${error.message}`);
  }

  counts(): Array<{ class: string; n: number; n_low95: number; n_high95: number }> {
    return this.#analysis.classes.map(({ id }) => {
      const n = this.#n.get(id) ?? 0;
      const { low, high } = poissonInterval(n);
      return { class: id, n, n_low95: Number(low.toFixed(1)), n_high95: Number(high.toFixed(1)) };
    });
  }

  report(folder: string): void {
    if (this.#withoutScale > 0) {
      const { assumedPixelSizeUm } = this.#analysis;
      const taken = assumedPixelSizeUm === undefined ? "they went in at their own scale" : `${assumedPixelSizeUm} um per pixel was assumed`;
      this.#context.err(`${this.#withoutScale} pictures state no pixel size: ${taken} (--pixel-size sets it).`);
    }
    const failed = this.failures.length === 0 ? "" : `, ${this.failures.length} inputs failed`;
    this.#context.out(`${this.pictures} pictures analysed with ${this.#analysis.id} ${this.#analysis.version}${failed}`);
    for (const { class: id, n, n_low95: low, n_high95: high } of this.counts()) this.#context.out(`${id.padEnd(16)} ${String(n).padStart(8)}   95 % ${low.toFixed(0)} to ${high.toFixed(0)}`);
    this.#context.out(`Results in ${folder}`);
  }
}
