import { toBoxPx } from "../../../core/detection/box.ts";
import type { Clock } from "../../../core/clock.ts";
import type { AnalyzerIdentity, ClassInfo, Detection, DetectionSet, ScaleEstimate } from "../../../shared/domain/detection.ts";
import { frameBytes, layoutOf } from "../../../shared/domain/pixel-layout.ts";
import { OcularError, isOcularError } from "../../../shared/errors.ts";
import type { Analyzer, AnalyzerInput, AnalyzerSettings } from "../analyzer.ts";
import { inTime, unlessAborted } from "../settle-work.ts";
import { thresholdsById } from "../thresholds-by-id.ts";
import type { InferenceHost } from "./inference-host.ts";
import { installedRuntime } from "./installed-runtime.ts";
import type { AnalysisLane } from "./lane/analysis-lane.ts";
import { ALGORITHM_VERSION, layOut, planOf } from "./lane/analysis-plan.ts";
import type { AnalysisPlan } from "./lane/analysis-plan.ts";
import type { FoundObject, PictureRequest } from "./lane/picture-analyst.ts";
import { LaneKeeper } from "./lane-keeper.ts";
import { sha256OfSettings } from "./package/file-hash.ts";
import type { ModelPackage } from "./package/model-package.ts";
import { searchScale } from "./scale-search.ts";
import { shareablePixels } from "./shareable-pixels.ts";

export interface OnnxAnalyzerOptions {
  readonly package: ModelPackage;
  readonly host: InferenceHost;
  readonly clock: Clock;
  /** Threads inside one operator of the model; `defaultThreads()` leaves a core to devices and display. */
  readonly threads: number;
  /** What computes: "cpu" unless told, see `listProviders`. One that fails is replaced by the processor, with a notice. */
  readonly provider?: string;
  /** Longest time one run of the model may take, ms; a picture of n tiles has n times as long. */
  readonly timeoutMs?: number;
  /** Longest time for the process to start and load the model, ms. */
  readonly startTimeoutMs?: number;
  /** Added to the nice value of the inference process: devices and display come first. */
  readonly niceness?: number;
  /**
   * A picture that states no pixel size is taken for what the size of its objects says, where the package names a reference:
   * up to three looks at it in place of one. Off unless told: on a live picture a scale that comes and goes would be worse.
   */
  readonly estimatesScale?: boolean;
  /** Put before the detections' ids, for two analyzers on one frame. */
  readonly idPrefix?: string;
  /** Bundle of the inference process; tests give one that misbehaves. */
  readonly entryFile?: string;
}

/** What became of one picture of many. */
export type AnalyzedPicture<Input extends AnalyzerInput = AnalyzerInput> =
  | { readonly input: Input; readonly detections: DetectionSet }
  | { readonly input: Input; readonly error: OcularError };

/** A learned model behind the analyzer's seam. */
export interface OnnxAnalyzer extends Analyzer {
  /** Why another provider serves than was asked for; undefined when none does, or before it is ready. */
  notice(): string | undefined;

  /**
   * Analyse one picture after the other, in order, the next one prepared while the model works on this one: about as
   * fast as the model alone. A picture that fails carries its error and the rest goes on; one that was under way when
   * the process died is tried once more, alone. Busy meanwhile. At most two pictures are taken ahead of the consumer.
   *
   * @throws OcularError WrongState, Canceled, or the reason why the model cannot be used.
   */
  analyzeMany<Input extends AnalyzerInput>(inputs: AsyncIterable<Input> | Iterable<Input>, settings?: AnalyzerSettings, options?: { signal?: AbortSignal }): AsyncGenerator<AnalyzedPicture<Input>>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_START_TIMEOUT_MS = 30_000;
/** One nice step is about a tenth of processor time; ten leave an idle machine's speed alone and a busy one's display smooth. */
const DEFAULT_NICENESS = 10;
const PICTURES_AHEAD = 2;
/** Changes when the way from objects to a scale changes in code; the reference itself is part of the plan. */
const SCALE_ALGORITHM = "estimated-1";

/** An analyzer that runs a model package. It starts at once; see `ready()`. */
export function createOnnxAnalyzer(options: OnnxAnalyzerOptions): OnnxAnalyzer {
  return new LearnedAnalyzer(options);
}

class LearnedAnalyzer implements OnnxAnalyzer {
  readonly #model: ModelPackage;
  readonly #clock: Clock;
  readonly #plan: AnalysisPlan;
  readonly #timeoutMs: number;
  readonly #threads: number;
  readonly #provider: string;
  readonly #idPrefix: string;
  readonly #estimatesScale: boolean;
  readonly #keeper: LaneKeeper;
  #isBusy = false;
  #lastSettledMs = -Infinity;

  constructor(options: OnnxAnalyzerOptions) {
    this.#model = options.package;
    this.#clock = options.clock;
    this.#plan = planOf(options.package);
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#threads = options.threads;
    this.#provider = options.provider ?? "cpu";
    this.#idPrefix = options.idPrefix ?? "";
    this.#estimatesScale = options.estimatesScale === true && options.package.config.scaleReference !== undefined;
    this.#keeper = new LaneKeeper({
      plan: this.#plan,
      model: options.package,
      host: options.host,
      clock: options.clock,
      threads: options.threads,
      provider: this.#provider,
      startTimeoutMs: options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS,
      niceness: options.niceness ?? DEFAULT_NICENESS,
      entryFile: options.entryFile,
    });
  }

  identity(): AnalyzerIdentity {
    return this.#identityWith(this.#thresholds());
  }

  classes(): readonly ClassInfo[] {
    return this.#model.classes;
  }

  /** True also while no process is ready: a frame offered now would have to wait. */
  isBusy(): boolean {
    return this.#isBusy || this.#keeper.lane === undefined;
  }

  state(): ReturnType<Analyzer["state"]> {
    return this.#keeper.state;
  }

  onDidChangeState(listener: (state: ReturnType<Analyzer["state"]>, reason?: string) => void): () => void {
    return this.#keeper.onDidChangeState(({ state, reason }) => listener(state, reason));
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const state = this.#keeper.state;
        if (state === "ready") resolve();
        else if (state === "failed" || state === "disposed") reject(this.#unusable());
        else return false;
        return true;
      };
      if (settle()) return;
      const stop = this.#keeper.onDidChangeState(() => {
        if (settle()) stop();
      });
    });
  }

  pid(): number | undefined {
    return this.#keeper.lane?.pid;
  }

  dispose(): Promise<void> {
    return this.#keeper.dispose();
  }

  notice(): string | undefined {
    return this.#keeper.lane?.notice;
  }

  async analyze(input: AnalyzerInput, settings?: AnalyzerSettings, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<DetectionSet> {
    if (options?.signal?.aborted === true) throw this.#canceled();
    const lane = this.#keeper.lane;
    if (lane === undefined) throw this.#unusable();
    this.#occupy();
    const work = this.#analyzeOn(lane, input, this.#request(settings), options?.timeoutMs);
    const settled = (): void => {
      this.#isBusy = false;
    };
    work.then(settled, settled);
    return options?.signal === undefined ? work : unlessAborted(work, options.signal, () => this.#canceled());
  }

  async *analyzeMany<Input extends AnalyzerInput>(inputs: AsyncIterable<Input> | Iterable<Input>, settings?: AnalyzerSettings, options?: { signal?: AbortSignal }): AsyncGenerator<AnalyzedPicture<Input>> {
    const request = this.#request(settings);
    await this.ready();
    this.#occupy();
    const underWay: Array<{ input: Input; first: Promise<DetectionSet> }> = [];
    try {
      for await (const input of inputs) {
        if (options?.signal?.aborted === true) throw this.#canceled();
        const first = this.ready().then(() => this.#analyzeOn(this.#readyLane(), input, request));
        // Looked at when its turn comes.
        first.catch(() => undefined);
        underWay.push({ input, first });
        const next = underWay.length < PICTURES_AHEAD ? undefined : underWay.shift();
        if (next !== undefined) yield await this.#outcome(next.input, next.first, request);
      }
      for (const { input, first } of underWay.splice(0)) yield await this.#outcome(input, first, request);
    } finally {
      await Promise.allSettled(underWay.map(({ first }) => first));
      this.#isBusy = false;
    }
  }

  async #outcome<Input extends AnalyzerInput>(input: Input, first: Promise<DetectionSet>, request: PictureRequest): Promise<AnalyzedPicture<Input>> {
    try {
      try {
        return { input, detections: await first };
      } catch (error) {
        // Perhaps a neighbour's doing: once more, alone.
        if (!isOcularError(error, "InferenceDied")) throw error;
        await this.ready();
        return { input, detections: await this.#analyzeOn(this.#readyLane(), input, request) };
      }
    } catch (error) {
      if (!isOcularError(error) || this.#keeper.state === "failed" || this.#keeper.state === "disposed") throw error;
      return { input, error };
    }
  }

  async #analyzeOn(lane: AnalysisLane, input: AnalyzerInput, request: PictureRequest, timeoutMs?: number): Promise<DetectionSet> {
    checkInput(input);
    const { header } = input;
    const startedMs = this.#clock.nowMs();
    const pixels = await shareablePixels(input.pixels);
    const look = async (pixelSizeUm: number | undefined, wanted: PictureRequest): Promise<Detection[]> => {
      const { width, height, pixelFormat } = header;
      const { tiles } = layOut(this.#plan, { width, height, pixelSizeUm });
      // Those before this one in the queue may use up their own time first. A time that was told is for all looks together.
      const deadlineMs = timeoutMs === undefined ? this.#timeoutMs * tiles.length * (1 + lane.pendingCount()) : Math.max(timeoutMs - (this.#clock.nowMs() - startedMs), 0);
      const objects = await inTime(lane.analyze({ width, height, pixelFormat, pixelSizeUm, pixels }, wanted), {
        clock: this.#clock, timeoutMs: deadlineMs, id: this.#model.id, giveUp: (reason) => { this.#keeper.replace(lane, reason); },
      });
      this.#keeper.praise();
      return this.#detections(header.frameId, objects);
    };
    const { detections, scaleEstimate } = await this.#atItsScale(header, request, look);
    const settledMs = this.#clock.nowMs();
    const analysisMs = settledMs - Math.max(startedMs, this.#lastSettledMs);
    this.#lastSettledMs = settledMs;
    const scoreThresholds = thresholdsById(this.#model.classes, request.scoreThresholds);
    return { frameId: header.frameId, analyzer: this.#identityWith(request.scoreThresholds), detections, scoreThresholds, analysisMs, ...(scaleEstimate === undefined ? {} : { scaleEstimate }) };
  }

  /** What is found where the picture is taken for its pixel size: the one it states, or assumed, or estimated. */
  async #atItsScale(picture: AnalyzerInput["header"], request: PictureRequest, look: (pixelSizeUm: number | undefined, wanted: PictureRequest) => Promise<Detection[]>): Promise<{ detections: Detection[]; scaleEstimate?: ScaleEstimate | undefined }> {
    const { scaleReference: reference, nominalPixelSizeUm: modelPixelSizeUm, assumedPixelSizeUm } = this.#model.config;
    if (!this.#estimatesScale || picture.pixelSizeUm !== undefined || reference === undefined || modelPixelSizeUm === undefined || assumedPixelSizeUm === undefined) {
      return { detections: await look(picture.pixelSizeUm, request) };
    }
    // The scale of a picture is not to change with the thresholds that a person turns.
    const own: PictureRequest = { ...request, scoreThresholds: this.#thresholds() };
    const isOwn = own.scoreThresholds.join() === request.scoreThresholds.join();
    const { estimate, objects } = await searchScale({ picture, modelPixelSizeUm, assumedPixelSizeUm, reference, look: (pixelSizeUm) => look(pixelSizeUm, own) });
    const detections = isOwn && objects !== undefined ? [...objects] : await look(estimate?.pixelSizeUm, request);
    return { detections, scaleEstimate: estimate };
  }

  #occupy(): void {
    if (this.#isBusy) throw new OcularError({ tag: "WrongState", what: "Analysis", state: "busy", allowedIn: ["ready"] });
    this.#isBusy = true;
  }

  #readyLane(): AnalysisLane {
    const lane = this.#keeper.lane;
    if (lane === undefined) throw this.#unusable();
    return lane;
  }

  #unusable(): OcularError {
    return this.#keeper.failure ?? new OcularError({ tag: "WrongState", what: `Analysis with ${this.#model.id}`, state: this.#keeper.state, allowedIn: ["ready"] });
  }

  #canceled(): OcularError {
    return new OcularError({ tag: "Canceled", what: `Analysis with ${this.#model.id}` });
  }

  #request(settings?: AnalyzerSettings): PictureRequest {
    return { scoreThresholds: this.#thresholds(settings), withEmbedding: settings?.withEmbedding === true };
  }

  /** Lowest score per class in the model's order: the package's own, unless told. */
  #thresholds(settings?: AnalyzerSettings): readonly number[] {
    const told = settings?.scoreThresholds ?? {};
    const known = this.#model.classes.map((one) => one.id);
    for (const [classId, score] of Object.entries(told)) {
      if (!known.includes(classId)) throw new OcularError({ tag: "UnsupportedValue", what: "Class", value: classId, allowed: known });
      if (!(score >= 0 && score <= 1)) throw new OcularError({ tag: "OutOfRange", what: `Score threshold of ${classId}`, value: score, min: 0, max: 1, unit: "" });
    }
    return known.map((id) => told[id] ?? this.#model.config.scoreThresholds[id] ?? 1);
  }

  #identityWith(thresholds: readonly number[]): AnalyzerIdentity {
    return {
      id: this.#model.id,
      version: this.#model.version,
      sha256: this.#model.weights.sha256,
      runtime: this.#keeper.lane?.runtime ?? expectedRuntime(this.#provider, this.#threads),
      settingsHash: sha256OfSettings({ algorithm: ALGORITHM_VERSION, plan: this.#plan, thresholds, ...(this.#estimatesScale ? { scale: SCALE_ALGORITHM } : {}) }),
    };
  }

  #detections(frameId: number, objects: readonly FoundObject[]): DetectionSet["detections"] {
    return objects.map((object, index) => ({
      id: `${this.#idPrefix}${frameId}-${index}`,
      classId: this.#model.classes[object.label]?.id ?? "",
      score: object.score,
      box: toBoxPx(object),
      ...(object.contour === undefined ? {} : { contour: object.contour.map(toHundredths) }),
      ...(object.embedding === undefined ? {} : { embedding: Array.from(object.embedding, toFiveDigits) }),
    }));
  }
}

/** A hundredth of a pixel is finer than any outline is known. */
function toHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function toFiveDigits(value: number): number {
  return Number(value.toPrecision(5));
}

function checkInput({ header, pixels }: AnalyzerInput): void {
  const { width, height, pixelFormat, pixelSizeUm } = header;
  const refuse = (reason: string): never => {
    throw new OcularError({ tag: "InvalidInput", what: "The picture", reason });
  };
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) refuse(`its size is ${width} x ${height}`);
  if (pixelSizeUm !== undefined && !(pixelSizeUm > 0 && Number.isFinite(pixelSizeUm))) refuse(`its pixel size is ${pixelSizeUm} um`);
  if (layoutOf(pixelFormat).cfa !== undefined && (width < 2 || height < 2)) refuse(`${width} x ${height} is less than one cell of its colour mosaic`);
  const expected = frameBytes(pixelFormat, width, height);
  if (pixels.length < expected) refuse(`${pixels.length} bytes are too few for ${width} x ${height} ${pixelFormat}, which has ${expected}`);
}

/** What the process will say it is, before it has said so. */
function expectedRuntime(provider: string, threads: number): string {
  return `${installedRuntime()} ${provider}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}
