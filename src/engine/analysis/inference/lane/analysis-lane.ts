import { Worker } from "node:worker_threads";
import { OcularError } from "../../../../shared/errors.ts";
import { entryPath } from "../../../runtime/entries.ts";
import { removeLinkFiles } from "../link/tensor-link.ts";
import { startModelProcess } from "../process/model-process.ts";
import type { ModelProcess, ModelProcessOptions } from "../process/model-process.ts";
import type { AnalysisPlan } from "./analysis-plan.ts";
import { unpackObjects } from "./lane-protocol.ts";
import type { LaneFault, LaneMessage, LaneRequest } from "./lane-protocol.ts";
import type { FoundObject, Picture, PictureRequest } from "./picture-analyst.ts";

export type LaneOptions = Omit<ModelProcessOptions, "link"> & { readonly plan: AnalysisPlan };

/**
 * A worker thread and an inference process that belong together. Both live and die as one: when either fails, the lane
 * is over and its owner starts another.
 */
export interface AnalysisLane {
  readonly pid: number | undefined;
  readonly runtime: string;
  /** Why another provider serves than was asked for. */
  readonly notice: string | undefined;
  /** Objects in frame pixels, best first. Rejects with OcularError ModelInvalid or InvalidInput, or InferenceDied. */
  analyze(picture: Picture, request: PictureRequest): Promise<FoundObject[]>;
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
  resolve(objects: FoundObject[]): void;
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

  get notice(): string | undefined {
    return this.#process.notice;
  }

  analyze(picture: Picture, request: PictureRequest): Promise<FoundObject[]> {
    if (this.#overBecause !== undefined) return Promise.reject(this.#died(this.#overBecause));
    const message: LaneRequest = { id: this.#nextId++, picture, ...request };
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject });
      this.#worker.postMessage(message);
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
    if (message.type === "result") picture?.resolve(unpackObjects(message.objects));
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
