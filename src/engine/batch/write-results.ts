import { poissonInterval } from "../../core/counting/intervals.ts";
import { OcularError } from "../../shared/errors.ts";
import { rounded } from "./csv.ts";
import type { InputFile } from "./inputs.ts";
import type { Journal } from "./journal.ts";
import type { FileRecord } from "./journal-records.ts";
import { ResultFiles } from "./result-files.ts";
import type { BatchFailure, BatchOrder, BatchParts, BatchReport } from "./batch-order.ts";

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

/** The result files, out of the journal: in the order of the inputs, whichever lane was done first. */
export async function writeResults({ parts, order, files, journal, unlisted, started }: BatchOutcome): Promise<BatchReport> {
  const { source, clock } = parts;
  const sums = new Sums(source.classes.map(({ id }) => id), unlisted);
  const results = await ResultFiles.create(order.out, source.classes, order.withFeatures);
  try {
    let filesDone = 0;
    for (const file of files) {
      const record = await journal.read(file.path);
      if (record === undefined) continue;
      filesDone++;
      sums.add(record);
      await results.add(file, record);
      parts.onResult?.(file, record);
    }
    const { analyzer } = journal.head;
    const report: BatchReport = { analyzer, completed: filesDone === files.length, pictures: sums.pictures, withoutScale: sums.withoutScale, counts: sums.counts(), failures: sums.failures };
    await results.finish({
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
        ...(order.pixelSizeUm === undefined ? {} : { pixel_size_um: order.pixelSizeUm }),
        ...source.settings,
        features: order.withFeatures,
      },
      inputs: order.inputs,
      pictures: { analysed: report.pictures, failed: report.failures.length },
      counts: report.counts,
      failures: report.failures.map(({ input, error }) => ({ input, tag: error.data.tag, reason: error.message })),
    });
    return report;
  } catch (error) {
    await results.discard();
    throw error;
  }
}

/** What was found and what failed, in sums. */
class Sums {
  readonly failures: BatchFailure[];
  readonly #n: Map<string, number>;
  pictures = 0;
  withoutScale = 0;

  constructor(classIds: readonly string[], unlisted: readonly BatchFailure[]) {
    this.#n = new Map(classIds.map((id) => [id, 0]));
    this.failures = [...unlisted];
  }

  add({ path, pages, failures }: FileRecord): void {
    for (const { pixel_size_from, objects } of pages) {
      this.pictures++;
      if (pixel_size_from === "model") this.withoutScale++;
      for (const { class: id } of objects) this.#n.set(id, (this.#n.get(id) ?? 0) + 1);
    }
    for (const failure of failures) this.failures.push({ input: path, error: new OcularError(failure) });
  }

  counts(): BatchReport["counts"] {
    return [...this.#n].map(([id, n]) => {
      const { low, high } = poissonInterval(n);
      return { class: id, n, n_low95: rounded(low, 1), n_high95: rounded(high, 1) };
    });
  }
}
