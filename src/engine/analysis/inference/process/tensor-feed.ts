import { Worker } from "node:worker_threads";
import { entryPath } from "../../../runtime/entries.ts";
import { movable } from "./feed-protocol.ts";
import type { FeedAnswer, FeedRun, FeedWorkerData, FromFeed } from "./feed-protocol.ts";

/**
 * Start the feed thread of this inference process; resolves when it is connected to the owner's link. From then on the
 * process ends when the thread does.
 *
 * @param answer does one run; called one at a time, in the order asked.
 * @throws Error when the link cannot be reached.
 */
export async function openTensorFeed(link: FeedWorkerData, answer: (run: FeedRun) => Promise<FeedAnswer>): Promise<void> {
  const worker = new Worker(entryPath("inference-feed"), { workerData: link, execArgv: [] });
  let last = Promise.resolve();
  const answerNext = async (run: FeedRun): Promise<void> => {
    const given = await answer(run);
    worker.postMessage(given, movable(given.spent));
  };
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the feed thread ended")));
    worker.on("message", (message: FromFeed) => {
      if (message.type === "connected") resolve();
      else last = last.then(() => answerNext(message));
    });
  });
  // Uncaught, so that the last words of the process tell why. Node throws what a listener of a thread throws one tick later, and an
  // error may arrive as late as with the end of the thread: the end waits for its reason.
  let isBroken = false;
  worker.on("error", (error) => {
    isBroken = true;
    throw error;
  });
  worker.on("exit", () => {
    if (!isBroken) process.exit(0);
  });
}
