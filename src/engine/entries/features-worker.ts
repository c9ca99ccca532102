import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { FeaturesDesk } from "../features/features-desk.ts";
import type { FeaturesRequest, FeaturesWorkerData } from "../features/features-protocol.ts";

/** The features worker: measures kept fields and cuts cells out of them, beside the main thread. */
const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

const { niceness } = workerData as FeaturesWorkerData;
// On Linux this lowers this thread alone; elsewhere it would lower the whole program.
if (process.platform === "linux" && niceness > 0) setPriority(0, niceness);

const desk = new FeaturesDesk();
// One after the other: a picture in hand at a time.
let before: Promise<void> = Promise.resolve();

owner.on("message", (request: FeaturesRequest) => {
  before = before.then(async () => {
    const message = await desk.answer(request);
    const buffer = message.type === "measured" ? message.features.values.buffer : message.type === "cropped" ? message.crops.rgb.buffer : undefined;
    owner.postMessage(message, buffer === undefined ? [] : [buffer]);
  });
});
