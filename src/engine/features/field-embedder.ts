import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { matchObjects } from "../../core/matching/match-objects.ts";
import type { Detection } from "../../shared/domain/detection.ts";
import type { FieldEmbedding } from "../../shared/domain/features.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import { OcularError, isOcularError } from "../../shared/errors.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import { fieldPath } from "../session/field-file.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";

export interface FieldEmbedderParts {
  /** Whether the package of that id names features of its own: read from its description, nothing is started. @throws OcularError ModelUnknown, ModelInvalid */
  readonly givesEmbedding: (modelId: string) => Promise<boolean>;
  /** Opens the model of that id anew, in a process of its own: the live one is not to be kept waiting. */
  readonly openModel: (modelId: string) => Promise<Analyzer>;
  readonly clock: Clock;
}

/** The model and its process are let go after so long without a question, ms. */
const IDLE_MS = 30_000;
/** A field may wait for a busy machine, ms. */
const TIMEOUT_MS = 60_000;
/** A model that is not ready by then is given up for this question, ms. */
const START_MS = 90_000;
/** Least overlap at which a recorded object and one of the second run are the same. */
const LEAST_IOU = 0.5;

/** Runs the model that made a field's detections on the kept picture again, for its own features of each object. */
export class FieldEmbedder {
  readonly #parts: FieldEmbedderParts;
  #opened: { readonly modelId: string; readonly analyzer: Promise<Analyzer> } | undefined;
  /** One field at a time: an analyzer takes one picture at a time. */
  #before: Promise<unknown> = Promise.resolve();
  #idle = new AbortController();

  constructor(parts: FieldEmbedderParts) {
    this.#parts = parts;
  }

  /** Resolves with no dimensions and the reason when this field can have no embedding. @throws OcularError when its picture or the run fails */
  embed(folder: string, field: FieldView): Promise<FieldEmbedding> {
    const turn = this.#before.then(() => this.#embed(folder, field));
    // Whoever asked for this field is told why it failed; the next one in the queue only waits for its end.
    this.#before = turn.catch(() => undefined);
    return turn;
  }

  async dispose(): Promise<void> {
    this.#idle.abort();
    await this.#close();
  }

  async #embed(folder: string, field: FieldView): Promise<FieldEmbedding> {
    const { fieldId, header, detections = [], analyzer: made } = field;
    const none = (reason: string): FieldEmbedding => ({ fieldId, dimensions: 0, values: new Float32Array(), reason });
    if (made === undefined) return none("the field was not analysed");
    if (detections.length === 0) return none("nothing was found in it");
    if (made.runtime.startsWith("rules")) return none(`${made.id} is a recipe, which has no features of its own beside the measured ones`);
    if (!(await this.#givesEmbedding(made.id))) return none(`model ${made.id} gives no features of its own`);
    this.#idle.abort();
    const analyzer = await this.#analyzerFor(made.id);
    if (analyzer === undefined) return none(`model ${made.id} cannot be used here`);
    try {
      if (analyzer.identity().sha256 !== made.sha256) return none(`model ${made.id} is not the one that found these cells (another version is installed)`);
      const { width, height, pixelFormat, pixels } = await readOmeTiff(join(folder, ...fieldPath(fieldId).split("/")));
      const picture = { frameId: header.frameId, width, height, pixelFormat, ...(header.pixelSizeUm === undefined ? {} : { pixelSizeUm: header.pixelSizeUm }) };
      const again = await analyzer.analyze({ header: picture, pixels }, { withEmbedding: true, scoreThresholds: lowestScores(detections) }, { timeoutMs: TIMEOUT_MS });
      if (again.detections.length === 0) return none("the model found none of its cells again");
      const dimensions = again.detections[0]?.embedding?.length ?? 0;
      return dimensions === 0 ? none(`model ${made.id} gives no features of its own`) : toTable(fieldId, detections, again.detections, dimensions);
    } finally {
      this.#closeWhenIdle();
    }
  }

  /** Also for a package that cannot be read: opening it says what is wrong. */
  async #givesEmbedding(modelId: string): Promise<boolean> {
    try {
      return await this.#parts.givesEmbedding(modelId);
    } catch (error) {
      if (!isOcularError(error)) throw error;
      return true;
    }
  }

  /** Undefined when the model cannot be used; asked again it is tried again. */
  async #analyzerFor(modelId: string): Promise<Analyzer | undefined> {
    if (this.#opened !== undefined && this.#opened.modelId !== modelId) await this.#close();
    this.#opened ??= { modelId, analyzer: this.#parts.openModel(modelId) };
    try {
      const analyzer = await this.#opened.analyzer;
      await this.#inTime(analyzer.ready(), modelId);
      return analyzer;
    } catch (error) {
      await this.#close();
      if (!isOcularError(error) || isOcularError(error, "Canceled")) throw error;
      return undefined;
    }
  }

  /** An analyzer whose process dies at every start tries for ever. */
  async #inTime(ready: Promise<void>, modelId: string): Promise<void> {
    const over = new AbortController();
    const late = this.#parts.clock.delay(START_MS, over.signal).then(() => { throw new OcularError({ tag: "InferenceTimeout", modelId, timeoutMs: START_MS }); });
    try {
      await Promise.race([ready, late]);
    } finally {
      over.abort();
    }
  }

  #closeWhenIdle(): void {
    const idle = new AbortController();
    this.#idle = idle;
    void this.#parts.clock.delay(IDLE_MS, idle.signal).then(() => this.#close(), (error: unknown) => {
      // Another question came in the meantime.
      if (!idle.signal.aborted) throw error;
    });
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    // One that could not be opened was told to whoever asked for it: here there is nothing to close.
    const analyzer = await opened?.analyzer.catch(() => undefined);
    await analyzer?.dispose();
  }
}

/** Thresholds that let every recorded object through again, whatever the person had set. */
function lowestScores(detections: readonly Detection[]): Record<string, number> {
  const lowest: Record<string, number> = {};
  for (const { classId, score } of detections) lowest[classId] = Math.min(lowest[classId] ?? 1, score);
  // Scores are rounded when they are recorded.
  return Object.fromEntries(Object.entries(lowest).map(([classId, score]) => [classId, Math.max(score - 1e-3, 0)]));
}

/** Rows for the recorded objects, filled from those of the same class that lie on them. */
function toTable(fieldId: string, recorded: readonly Detection[], again: readonly Detection[], dimensions: number): FieldEmbedding {
  const values = new Float32Array(recorded.length * dimensions).fill(NaN);
  for (const classId of new Set(recorded.map((one) => one.classId))) {
    const ours = recorded.flatMap((one, index) => (one.classId === classId ? [{ ...one, index }] : []));
    const theirs = again.filter((one) => one.classId === classId);
    for (const pair of matchObjects(ours, theirs, LEAST_IOU).pairs) {
      const row = ours[pair.a]?.index;
      const embedding = theirs[pair.b]?.embedding;
      if (row !== undefined && embedding !== undefined) values.set(embedding, row * dimensions);
    }
  }
  return { fieldId, dimensions, values };
}
