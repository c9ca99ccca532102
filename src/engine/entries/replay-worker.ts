/** Thread that reads and decodes the pictures of a replay camera, one ahead of the other. */
import { parentPort, workerData } from "node:worker_threads";
import { errorDataOf } from "../../shared/errors.ts";
import { createPictureFeed, type FeedOptions } from "../devices/replay/picture-feed.ts";
import type { FeedAnswer, FeedQuestion } from "../devices/replay/worker-feed.ts";

const port = parentPort;
if (port === null) throw new Error("replay-worker runs only as a worker thread");

// Both sides of this port are built from one source: what arrives has the shape that was sent.
const feed = createPictureFeed(workerData as FeedOptions);
/** Questions are answered one after the other, however fast they come. */
let turn: Promise<void> = Promise.resolve();

port.on("message", (question: FeedQuestion) => {
  turn = turn.then(() => answer(question));
});

async function answer(question: FeedQuestion): Promise<void> {
  let reply: FeedAnswer;
  try {
    reply = { ok: true, value: question === "open" ? await feed.open() : await feed.next() };
  } catch (error) {
    reply = { ok: false, error: errorDataOf(error, "Reading pictures") };
  }
  const pixels = reply.ok && "kind" in reply.value && reply.value.kind === "picture" ? reply.value.picture.pixels : undefined;
  port?.postMessage(reply, pixels === undefined ? [] : [pixels.buffer]);
}
