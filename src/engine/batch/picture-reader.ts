import { Worker } from "node:worker_threads";
import { OcularError } from "../../shared/errors.ts";
import { entryPath } from "../runtime/entries.ts";
import type { ReaderAnswers, ReaderReply, ReaderRequest } from "./reader-protocol.ts";

interface Pending {
  readonly resolve: (value: ReaderAnswers[ReaderRequest["type"]]) => void;
  readonly reject: (error: OcularError) => void;
}

/** A reader thread: it starts with the first question unless told before, and again with the next one after it died. */
export class PictureReader {
  readonly #entryFile: string | undefined;
  #worker: Worker | undefined;
  #pending: Pending[] = [];

  /** @param entryFile bundle of the thread; tests give one that misbehaves. */
  constructor(entryFile?: string) {
    this.#entryFile = entryFile;
  }

  /** Starts the thread before there is a question: that takes a while. */
  start(): void {
    this.#worker ??= this.#launch();
  }

  /** Rejects with what the reader says is wrong, or Internal when its thread died. */
  ask<Request extends ReaderRequest>(request: Request): Promise<ReaderAnswers[Request["type"]]> {
    const worker = (this.#worker ??= this.#launch());
    return new Promise((resolve, reject) => {
      // Both ends are built from one source: the answer has the type of its question.
      this.#pending.push({ resolve: resolve as Pending["resolve"], reject });
      worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#lost(worker, new OcularError({ tag: "Canceled", what: "Reading pictures" }));
    await worker.terminate();
  }

  #launch(): Worker {
    const worker = new Worker(this.#entryFile ?? entryPath("picture-reader"), { execArgv: [] });
    const died = (reason: string): void => { this.#lost(worker, new OcularError({ tag: "Internal", what: "Reading pictures", reason })); };
    worker.on("message", (reply: ReaderReply) => {
      const question = this.#pending.shift();
      if (reply.ok) question?.resolve(reply.value);
      else question?.reject(new OcularError(reply.error));
    });
    worker.on("error", (error) => { died(`its thread failed: ${error.message}`); });
    worker.on("exit", () => { died("its thread ended"); });
    return worker;
  }

  #lost(worker: Worker, error: OcularError): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}
