import { basename, dirname, join, resolve } from "node:path";
import type { AnalyzerRef } from "../../shared/domain/comparison.ts";
import type { BatchCells, BatchCellsRequest, BatchStart, BatchStatus } from "../../shared/domain/batch.ts";
import { errorDataOf, OcularError } from "../../shared/errors.ts";
import { createEmitter } from "../runtime/emitter.ts";
import { defaultWorkers } from "./default-workers.ts";
import { type GalleryCell, GalleryIndex } from "./gallery-index.ts";
import { openSource, type SourceParts } from "./open-source.ts";
import { PictureReader } from "./picture-reader.ts";
import { runBatch } from "./run-batch.ts";

/** What the desk works with; `version` is Ocular's. */
export interface BatchDeskParts extends SourceParts {
  readonly version: string;
  readonly workers?: number;
}

/** The one batch of an app: started, watched, canceled, and its cells looked through. */
export interface BatchDesk {
  status(): BatchStatus;
  /** At most four times a second, and at every change of state. */
  onDidChange(listener: (status: BatchStatus) => void): () => void;
  /** Starts in the background. @throws OcularError WrongState while one runs */
  start(order: BatchStart): BatchStatus;
  /** Finishes the pictures under way and writes what is done; nothing happens when none runs. */
  cancel(): void;
  /** Small pictures of the surest cells of a class, cut out when asked for. @throws OcularError naming a file that is gone */
  cells(request: BatchCellsRequest): Promise<BatchCells>;
  /** Ends a running batch; its journal stays. */
  dispose(): Promise<void>;
}

const TELL_EVERY_MS = 250;
const FAILURES_SHOWN = 100;
/** The live picture comes first. */
const NICENESS = 10;

export function createBatchDesk(parts: BatchDeskParts): BatchDesk {
  return new OneBatchDesk(parts);
}

class OneBatchDesk implements BatchDesk {
  readonly #parts: BatchDeskParts;
  readonly #changes = createEmitter<BatchStatus>();
  readonly #reader = new PictureReader();
  #status: BatchStatus = { state: "idle", failures: [], classes: [], counts: [], sessions: [] };
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #gallery = new GalleryIndex();
  #toldMs = -Infinity;

  constructor(parts: BatchDeskParts) {
    this.#parts = parts;
  }

  status(): BatchStatus {
    return this.#status;
  }

  onDidChange(listener: (status: BatchStatus) => void): () => void {
    return this.#changes.on(listener);
  }

  start(order: BatchStart): BatchStatus {
    const { state } = this.#status;
    if (state === "running" || state === "canceling") throw new OcularError({ tag: "WrongState", what: "Starting a batch", state: "another one runs", allowedIn: ["its end"] });
    const wanted = { ...order, out: order.out ?? besideFirst(order.inputs, order.ref) };
    this.#stop = new AbortController();
    this.#gallery = new GalleryIndex();
    this.#status = { state: "running", order: wanted, failures: [], classes: [], counts: [], sessions: [] };
    this.#tell();
    this.#running = this.#run(wanted, this.#stop.signal);
    return this.#status;
  }

  cancel(): void {
    if (this.#status.state !== "running") return;
    this.#change({ state: "canceling" });
    this.#stop.abort();
  }

  async cells({ classId, offset, count, sidePx }: BatchCellsRequest): Promise<BatchCells> {
    const all = this.#gallery.cells(classId);
    const cells = all.slice(offset, offset + count);
    const bytes = sidePx * sidePx * 3;
    const rgb = new Uint8Array(cells.length * bytes);
    // Cells of one page are cut out together: it is decoded once.
    const pages = new Map<string, Array<{ cell: GalleryCell; place: number }>>();
    for (const [place, cell] of cells.entries()) {
      const key = `${cell.page} ${cell.file.path}`;
      pages.set(key, [...(pages.get(key) ?? []), { cell, place }]);
    }
    for (const group of pages.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const { file, page } = first.cell;
      const crops = await this.#reader.ask({ type: "crop", file, page, boxes: group.map(({ cell }) => cell.box), sidePx });
      for (const [index, { place }] of group.entries()) rgb.set(crops.subarray(index * bytes, (index + 1) * bytes), place * bytes);
    }
    return { total: all.length, cells: cells.map(({ file, page, number, score }) => ({ picture: basename(file.path), page, number, score })), crops: { sidePx, rgb } };
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#reader.close();
    this.#changes.clear();
  }

  async #run(order: NonNullable<BatchStatus["order"]>, stop: AbortSignal): Promise<void> {
    try {
      const source = await openSource(order.ref, this.#parts);
      this.#change({ classes: [...source.classes] });
      const gallery = this.#gallery;
      const { host, clock, version, workers = defaultWorkers() } = this.#parts;
      const report = await runBatch({
        source, host, clock, version, stop, niceness: NICENESS,
        onProgress: (progress) => { this.#progress(progress); },
        onFailure: ({ input, error }) => {
          this.#status = { ...this.#status, failures: [...this.#status.failures, { input, reason: error.message }].slice(-FAILURES_SHOWN) };
        },
        onNotice: (text) => { this.#change({ notice: this.#status.notice === undefined ? text : `${this.#status.notice} ${text}` }); },
        onResult: (file, record) => { gallery.add(file, record); },
      }, { inputs: order.inputs, out: order.out, thresholds: {}, workers, withFeatures: true, restart: false, border: order.border ?? "every", estimatesScale: order.estimatesScale ?? true, ...(order.pixelSizeUm === undefined ? {} : { pixelSizeUm: order.pixelSizeUm }) });
      this.#change({ state: report.completed ? "done" : "canceled", counts: report.counts.map(({ class: classId, n, found }) => ({ classId, n, found })), sessions: [...report.sessions], withoutScale: { ...report.withoutScale, ...(source.assumedPixelSizeUm === undefined ? {} : { assumedUm: source.assumedPixelSizeUm }) } });
    } catch (error) {
      this.#change({ state: "failed", problem: new OcularError(errorDataOf(error, "The batch")).message });
    }
  }

  #progress(progress: NonNullable<BatchStatus["progress"]>): void {
    this.#status = { ...this.#status, progress };
    if (this.#parts.clock.nowMs() - this.#toldMs >= TELL_EVERY_MS) this.#tell();
  }

  #change(change: Partial<BatchStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#tell();
  }

  #tell(): void {
    this.#toldMs = this.#parts.clock.nowMs();
    this.#changes.emit(this.#status);
  }
}

/** `/data/plate 1` looked at by nuclei: `/data/plate 1 - nuclei`. The same start finds the same folder, and goes on in it. */
function besideFirst(inputs: readonly string[], { id }: AnalyzerRef): string {
  const first = resolve(inputs[0] ?? ".");
  return join(dirname(first), `${basename(first)} - ${id}`);
}
