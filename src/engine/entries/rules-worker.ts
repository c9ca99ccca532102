import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { RulesDesk } from "../analysis/rules/rules-desk.ts";
import type { RulesMessage, RulesRequest, RulesWorkerData } from "../analysis/rules/rules-protocol.ts";
import { loadPixelKernels } from "../native/pixel-kernels.ts";

/** The rules worker: runs recipes on pictures out of shared memory, beside the main thread. */
const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

const { niceness } = workerData as RulesWorkerData;
// On Linux this lowers this thread alone; elsewhere it would lower the whole program.
if (process.platform === "linux" && niceness > 0) setPriority(0, niceness);

const { kernels, notice } = loadPixelKernels();
const desk = new RulesDesk(kernels, () => performance.now());

owner.on("message", (request: RulesRequest) => {
  const { message, transfer } = desk.answer(request);
  owner.postMessage(message, transfer);
});
owner.postMessage({ type: "ready", kernels: kernels.name, ...(notice === undefined ? {} : { notice }) } satisfies RulesMessage);
