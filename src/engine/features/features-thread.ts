import { Worker } from "node:worker_threads";
import { OcularError } from "../../shared/errors.ts";
import { entryPath } from "../runtime/entries.ts";
import type { FeaturesMessage, FeaturesRequest, FeaturesWorkerData } from "./features-protocol.ts";

type Distribute<T> = T extends FeaturesRequest ? Omit<T, "id"> : never;
type Answered = Exclude<FeaturesMessage, { type: "fault" }>;

interface Pending {
  resolve(answer: Answered): void;
  reject(error: OcularError): void;
}

/** Below the devices and the display. */
const NICENESS = 5;

/** The features worker, started by the first request and again by the next one after it died. */
export class FeaturesThread {
  readonly #entryFile: string | undefined;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;

  /** @param entryFile bundle of the worker; tests give one that misbehaves. */
  constructor(entryFile?: string) {
    this.#entryFile = entryFile;
  }

  /** Rejects with what the worker says is wrong, or Internal when it died. */
  ask(request: Distribute<FeaturesRequest>): Promise<Answered> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.postMessage({ ...request, id });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#lost(worker, new OcularError({ tag: "Canceled", what: "Measuring" }));
    await worker.terminate();
  }

  #start(): Worker {
    const workerData: FeaturesWorkerData = { niceness: NICENESS };
    const worker = new Worker(this.#entryFile ?? entryPath("features-worker"), { workerData, execArgv: [] });
    const died = (reason: string): void => { this.#lost(worker, new OcularError({ tag: "Internal", what: "Measuring cells", reason })); };
    worker.on("message", (message: FeaturesMessage) => { this.#settle(message); });
    worker.on("error", (error) => { died(`its worker thread failed: ${error.message}`); });
    worker.on("exit", () => { died("its worker thread ended"); });
    return worker;
  }

  #settle(message: FeaturesMessage): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === "fault") pending?.reject(new OcularError(message.error));
    else pending?.resolve(message);
  }

  #lost(worker: Worker, error: OcularError): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
