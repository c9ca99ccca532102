import type { Analyzer } from "../analysis/analyzer.ts";
import type { AnalyzerIdentity } from "../../shared/domain/detection.ts";
import { OcularError } from "../../shared/errors.ts";
import { BatchLane } from "./batch-lane.ts";
import type { InputFile } from "./inputs.ts";
import type { Journal } from "./journal.ts";
import { MemoryGate } from "./memory-gate.ts";
import { PictureReader } from "./picture-reader.ts";
import type { ProgressMeter } from "./progress-meter.ts";
import type { BatchOrder, BatchParts } from "./batch-order.ts";

/** Pixels of the files that are read at the same time; a larger picture is read with nothing beside it. */
const MOST_PIXELS_AT_ONCE = 32_000_000;

/** Lanes that take files from one queue, one each at a time. */
export class LanePool {
  readonly #parts: BatchParts;
  readonly #order: BatchOrder;
  readonly #gate = new MemoryGate(MOST_PIXELS_AT_ONCE);
  readonly #onNotice: (text: string) => void;
  readonly #crews: ReadonlyArray<{ readonly reader: PictureReader; readonly analyzer: Analyzer }>;

  /**
   * Starts the processes and threads of all lanes, side by side: one after the other they would take twice as long.
   *
   * @param most files there are at most: no more lanes than those
   */
  constructor(parts: BatchParts, order: BatchOrder, most: number) {
    this.#parts = parts;
    this.#order = order;
    // All lanes meet the same, and one of them again when its process starts again.
    const told = new Set<string>();
    const onNotice = (this.#onNotice = (text: string): void => {
      if (!told.has(text)) parts.onNotice?.(text);
      told.add(text);
    });
    this.#crews = Array.from({ length: Math.max(1, Math.min(order.workers, most)) }, () => {
      const reader = new PictureReader();
      reader.start();
      return { reader, analyzer: parts.source.open({ ...parts, estimatesScale: order.estimatesScale, onNotice }) };
    });
  }

  /** One says whether there will be any analysis at all. @throws OcularError when the analyzer cannot be used. */
  async ready(): Promise<AnalyzerIdentity> {
    const analyzer = this.#crews[0]?.analyzer;
    if (analyzer === undefined) throw new OcularError({ tag: "Internal", what: "A batch", reason: "it has no lane" });
    await analyzer.ready();
    return analyzer.identity();
  }

  /**
   * Every file once, a line in the journal for each, until there is none left or the batch is stopped.
   *
   * @param onFile told of each file whose line is in the journal
   * @throws OcularError when an analyzer or the journal cannot be used any more; what is in the journal stays
   */
  async work(files: readonly InputFile[], journal: Journal, meter: ProgressMeter, onFile: (path: string) => void): Promise<void> {
    const failed = new AbortController();
    const stop = AbortSignal.any([this.#parts.stop, failed.signal]);
    const lanes = this.#crews.map(({ reader, analyzer }) => this.#lane(reader, analyzer, stop, meter));
    // One iterator for all lanes: whoever is free takes the next file.
    const queue = files.values();
    const outcomes = await Promise.allSettled(lanes.map(async (lane) => {
      try {
        for (const file of queue) {
          if (stop.aborted) return;
          const record = await lane.analyzeFile(file);
          if (record === undefined) return;
          await journal.append(record);
          onFile(file.path);
          for (const failure of record.failures) {
            meter.failed();
            this.#parts.onFailure({ input: file.path, error: new OcularError(failure) });
          }
          meter.fileDone();
          this.#parts.onProgress(meter.progress());
        }
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#crews.flatMap(({ reader, analyzer }) => [reader.close(), analyzer.dispose()]));
  }

  #lane(reader: PictureReader, analyzer: Analyzer, stop: AbortSignal, meter: ProgressMeter): BatchLane {
    const { pixelSizeUm, thresholds, withFeatures } = this.#order;
    return new BatchLane({
      reader, analyzer, gate: this.#gate, stop, pixelSizeUm, withFeatures,
      settings: { scoreThresholds: thresholds }, onNotice: this.#onNotice,
      onPicture: () => {
        meter.pictureDone();
        this.#parts.onProgress(meter.progress());
      },
    });
  }
}
