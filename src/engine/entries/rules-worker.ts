import { setPriority } from "node:os";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
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
/** Requests that came and were not answered yet, oldest first. */
const waiting: RulesRequest[] = [];
const desk = new RulesDesk(kernels, () => performance.now(), () => {
  // While a run goes on the event loop stands still: what came meanwhile is fetched, not delivered.
  const came = receiveMessageOnPort(owner) as { readonly message: RulesRequest } | undefined;
  if (came !== undefined) waiting.push(came.message);
  return waiting.length > 0;
});

owner.on("message", (request: RulesRequest) => {
  waiting.push(request);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { message, transfer } = desk.answer(next);
    owner.postMessage(message, transfer);
  }
});
owner.postMessage({ type: "ready", kernels: kernels.name, ...(notice === undefined ? {} : { notice }) } satisfies RulesMessage);
