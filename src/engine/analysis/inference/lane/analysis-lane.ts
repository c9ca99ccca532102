import { Worker } from "node:worker_threads";
import type { Candidate } from "../../../../core/detection/candidate.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { entryPath } from "../../../runtime/entries.ts";
import { removeLinkFiles } from "../link/tensor-link.ts";
import { startModelProcess } from "../process/model-process.ts";
import type { ModelProcess, ModelProcessOptions } from "../process/model-process.ts";
import type { AnalysisPlan } from "./analysis-plan.ts";
import { NUMBERS_PER_OBJECT } from "./lane-protocol.ts";
import type { LaneFault, LaneMessage, LaneRequest } from "./lane-protocol.ts";
import type { Picture } from "./picture-analyst.ts";

export type LaneOptions = Omit<ModelProcessOptions, "link"> & { readonly plan: AnalysisPlan };

/**
 * A worker thread and an inference process that belong together. Both live and die as one: when either fails, the lane
 * is over and its owner starts another.
 */
export interface AnalysisLane {
  readonly pid: number | undefined;
  readonly runtime: string;
  /** Objects in frame pixels, best first. Rejects with OcularError ModelInvalid or InvalidInput, or InferenceDied. */
  analyze(picture: Picture, scoreThresholds: readonly number[]): Promise<Candidate[]>;
  /** Called once when the lane is over, not when it was closed. */
  onDied(listener: (reason: string) => void): void;
  /** Pictures under way. */
  pendingCount(): number;
  ping(timeoutMs: number): Promise<void>;
  /** Ends thread and process at once; pending analyses reject with InferenceDied. */
  close(): Promise<void>;
}

/** @throws OcularError ModelInvalid, InferenceDied, InferenceTimeout. */
export async function openLane(options: LaneOptions): Promise<AnalysisLane> {
  const worker = new Worker(entryPath("analysis-worker"), { workerData: { plan: options.plan }, execArgv: [] });
  let link: { address: string; token: string } | undefined;
  try {
    link = await listening(worker, options.model.id);
    return new WorkerLane(worker, await startModelProcess({ ...options, link }), options.model.id);
  } catch (error) {
    await worker.terminate();
    if (link !== undefined) await removeLinkFiles(link.address);
    throw error;
  }
}

function listening(worker: Worker, modelId: string): Promise<{ address: string; token: string }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new OcularError({ tag: "InferenceDied", modelId, reason }));
    worker.once("error", (error) => fail(error.message));
    worker.once("exit", () => fail("its worker thread ended"));
    worker.once("message", (message: LaneMessage) => {
      if (message.type === "listening") resolve({ address: message.address, token: message.token });
    });
  });
}

interface PendingPicture {
  resolve(objects: Candidate[]): void;
  reject(error: OcularError): void;
}

class WorkerLane implements AnalysisLane {
  readonly #worker: Worker;
  readonly #process: ModelProcess;
  readonly #modelId: string;
  readonly #pending = new Map<number, PendingPicture>();
  #onDied: (reason: string) => void = () => undefined;
  #overBecause: string | undefined;
  #nextId = 1;

  constructor(worker: Worker, process: ModelProcess, modelId: string) {
    this.#worker = worker;
    this.#process = process;
    this.#modelId = modelId;
    worker.on("message", (message: LaneMessage) => this.#settle(message));
    worker.on("error", (error) => this.#die(`its worker thread failed: ${error.message}`));
    worker.on("exit", () => this.#die("its worker thread ended"));
    process.onDied((reason) => this.#die(reason));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get runtime(): string {
    return this.#process.runtime;
  }

  analyze(picture: Picture, scoreThresholds: readonly number[]): Promise<Candidate[]> {
    if (this.#overBecause !== undefined) return Promise.reject(this.#died(this.#overBecause));
    const request: LaneRequest = { id: this.#nextId++, picture, scoreThresholds };
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  onDied(listener: (reason: string) => void): void {
    this.#onDied = listener;
    if (this.#overBecause !== undefined) listener(this.#overBecause);
  }

  pendingCount(): number {
    return this.#pending.size;
  }

  ping(timeoutMs: number): Promise<void> {
    return this.#process.ping(timeoutMs);
  }

  async close(): Promise<void> {
    this.#onDied = () => undefined;
    this.#die("it was stopped");
    await this.#worker.terminate();
  }

  #settle(message: LaneMessage): void {
    if (message.type === "listening") return;
    const picture = this.#pending.get(message.id);
    // A broken link is the first sign of a death: the process's own exit tells the reason, or the lane's end below.
    if (message.type === "fault" && message.fault.kind === "link") {
      this.#linkBroke(message.fault.reason);
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === "result") picture?.resolve(unflatten(message.objects));
    else picture?.reject(this.#errorOf(message.fault));
  }

  /** The process is dying, or talks nonsense: give its exit a moment to say why before ending it ourselves. */
  #linkBroke(reason: string): void {
    if (this.#process.pid === undefined) this.#die(reason);
    else this.#process.ping(EXIT_GRACE_MS).then(() => this.#die(reason), () => this.#die(reason));
  }

  #die(reason: string): void {
    if (this.#overBecause !== undefined) return;
    this.#overBecause = reason;
    this.#process.kill();
    for (const picture of this.#pending.values()) picture.reject(this.#died(reason));
    this.#pending.clear();
    this.#onDied(reason);
    void this.#worker.terminate();
  }

  #died(reason: string): OcularError {
    return new OcularError({ tag: "InferenceDied", modelId: this.#modelId, reason });
  }

  #errorOf(fault: LaneFault): OcularError {
    if (fault.kind === "picture") return new OcularError({ tag: "InvalidInput", what: "The picture", reason: fault.reason });
    return new OcularError({ tag: "ModelInvalid", modelId: this.#modelId, reason: fault.reason });
  }
}

/** How long a process whose link broke may take to report its own end. */
const EXIT_GRACE_MS = 500;

function unflatten(numbers: Float64Array): Candidate[] {
  const objects: Candidate[] = [];
  for (let i = 0; i + NUMBERS_PER_OBJECT <= numbers.length; i += NUMBERS_PER_OBJECT) {
    const [label = 0, score = 0, x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbers.subarray(i, i + NUMBERS_PER_OBJECT);
    objects.push({ label, score, x0, y0, x1, y1 });
  }
  return objects;
}
