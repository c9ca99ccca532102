import { Worker } from "node:worker_threads";
import type { ErrorData } from "../../../shared/error-data.ts";
import { OcularError } from "../../../shared/errors.ts";
import { entryPath } from "../../runtime/entries.ts";
import type { FeedContents, FeedItem, FeedOptions, PictureFeed } from "./picture-feed.ts";

/** To the worker: one question at a time is answered, in order. */
export type FeedQuestion = "open" | "next";
/** From the worker. */
export type FeedAnswer = { readonly ok: true; readonly value: FeedContents | FeedItem } | { readonly ok: false; readonly error: ErrorData };

/** A feed that decodes in a thread of its own; pixels change hands without a copy. */
export function createWorkerFeed(options: FeedOptions, onDidDie: (reason: string) => void, file = entryPath("replay-worker")): PictureFeed {
  const worker = new Worker(file, { workerData: options });
  const waiting: { resolve: (value: unknown) => void; reject: (error: OcularError) => void }[] = [];
  let isOver = false;

  const die = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    for (const { reject } of waiting.splice(0)) reject(gone());
    onDidDie(reason);
  };
  worker.on("message", (answer: FeedAnswer) => {
    const question = waiting.shift();
    if (answer.ok) question?.resolve(answer.value);
    else question?.reject(new OcularError(answer.error));
  });
  worker.on("error", (error) => die(`its decoder failed: ${error.message}`));
  worker.on("exit", (code) => die(`its decoder ended with code ${code}`));

  // Both ends of the channel are built from one source: the answer has the type of its question.
  const ask = <T>(question: FeedQuestion): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (isOver) {
        reject(gone());
        return;
      }
      waiting.push({ resolve: (value) => resolve(value as T), reject });
      worker.postMessage(question);
    });

  return {
    open: () => ask<FeedContents>("open"),
    next: () => ask<FeedItem>("next"),
    async dispose() {
      isOver = true;
      for (const { reject } of waiting.splice(0)) reject(gone());
      await worker.terminate();
    },
  };
}

function gone(): OcularError {
  return new OcularError({ tag: "DeviceDisconnected", deviceId: "replay-camera", command: "read the next picture" });
}
