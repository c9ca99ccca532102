import { Worker } from "node:worker_threads";
import { OcularError } from "../../../shared/errors.ts";
import { entryPath } from "../../runtime/entries.ts";
import type { RulesMessage, RulesRequest, RulesWorkerData } from "./rules-protocol.ts";

export type RulesAnswer = Extract<RulesMessage, { type: "result" }>;

export interface RulesThreadOptions {
  /** Whose thread it is, in errors. */
  readonly recipeId: string;
  readonly niceness: number;
  /** Bundle of the worker; tests give one that misbehaves. */
  readonly entryFile?: string | undefined;
}

/** One rules worker, from start to end; its owner starts another when it dies. */
export interface RulesThread {
  /** Name of the pixel kernels it found. */
  readonly kernels: string;
  /** Rejects with what the worker says is wrong, or InferenceDied. */
  run(request: Omit<RulesRequest, "id">): Promise<RulesAnswer>;
  /** Called once when the thread ended, unless it was closed. */
  onDied(listener: (reason: string) => void): void;
  /** Ends it at once; what is pending rejects with InferenceDied. */
  close(): Promise<void>;
}

/** @throws OcularError InferenceDied when it does not start. */
export async function openRulesThread(options: RulesThreadOptions): Promise<RulesThread> {
  const workerData: RulesWorkerData = { niceness: options.niceness };
  const worker = new Worker(options.entryFile ?? entryPath("rules-worker"), { workerData, execArgv: [] });
  const kernels = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string): void => { reject(new OcularError({ tag: "InferenceDied", modelId: options.recipeId, reason })); };
    worker.once("error", (error) => { fail(error.message); });
    worker.once("exit", () => { fail("its worker thread ended"); });
    worker.once("message", (message: RulesMessage) => { if (message.type === "ready") resolve(message.kernels); });
  });
  return new WorkerRulesThread(worker, kernels, options.recipeId);
}

interface Pending {
  resolve(answer: RulesAnswer): void;
  reject(error: OcularError): void;
}

class WorkerRulesThread implements RulesThread {
  readonly kernels: string;
  readonly #worker: Worker;
  readonly #recipeId: string;
  readonly #pending = new Map<number, Pending>();
  #onDied: (reason: string) => void = () => undefined;
  #overBecause: string | undefined;
  #nextId = 1;

  constructor(worker: Worker, kernels: string, recipeId: string) {
    this.#worker = worker;
    this.kernels = kernels;
    this.#recipeId = recipeId;
    worker.removeAllListeners("error");
    worker.removeAllListeners("exit");
    worker.on("message", (message: RulesMessage) => { this.#settle(message); });
    worker.on("error", (error) => { this.#die(`its worker thread failed: ${error.message}`); });
    worker.on("exit", () => { this.#die("its worker thread ended"); });
  }

  run(request: Omit<RulesRequest, "id">): Promise<RulesAnswer> {
    if (this.#overBecause !== undefined) return Promise.reject(this.#died(this.#overBecause));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } satisfies RulesRequest);
    });
  }

  onDied(listener: (reason: string) => void): void {
    this.#onDied = listener;
    if (this.#overBecause !== undefined) listener(this.#overBecause);
  }

  async close(): Promise<void> {
    this.#onDied = () => undefined;
    this.#die("it was stopped");
    await this.#worker.terminate();
  }

  #settle(message: RulesMessage): void {
    if (message.type === "ready") return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === "result") pending?.resolve(message);
    else pending?.reject(new OcularError(message.error));
  }

  #die(reason: string): void {
    if (this.#overBecause !== undefined) return;
    this.#overBecause = reason;
    for (const pending of this.#pending.values()) pending.reject(this.#died(reason));
    this.#pending.clear();
    this.#onDied(reason);
    void this.#worker.terminate();
  }

  #died(reason: string): OcularError {
    return new OcularError({ tag: "InferenceDied", modelId: this.#recipeId, reason });
  }
}
