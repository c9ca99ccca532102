import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { LinkBroken, RunRefused, openTensorLink } from "../analysis/inference/link/tensor-link.ts";
import type { LaneFault, LaneMessage, LaneRequest, LaneWorkerData } from "../analysis/inference/lane/lane-protocol.ts";
import { memoryOf, packObjects } from "../analysis/inference/lane/lane-protocol.ts";
import { OutputUnreadable } from "../analysis/inference/lane/output-reader.ts";
import { PictureAnalyst } from "../analysis/inference/lane/picture-analyst.ts";
import { loadPixelKernels } from "../native/pixel-kernels.ts";

/**
 * The analysis worker: scales pictures out of shared memory, sends them to the inference process, reads its answers.
 * A thread beside the main one, so that neither pixels nor tensors ever hold up devices and windows.
 */
const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

// On Linux this lowers this thread alone; elsewhere it would lower the whole program.
if (process.platform === "linux") setPriority(0, 5);

const { plan } = workerData as LaneWorkerData;
const link = await openTensorLink();
const analyst = new PictureAnalyst(plan, link, loadPixelKernels().kernels);

owner.on("message", ({ id, picture, ...request }: LaneRequest) => {
  analyst.analyze(picture, request).then(
    (result) => {
      const objects = packObjects(result.objects);
      send({ type: "result", id, objects }, memoryOf(objects));
    },
    (error: unknown) => send({ type: "fault", id, fault: faultOf(error) }),
  );
});
send({ type: "listening", address: link.address, token: link.token });

function send(message: LaneMessage, moved: ArrayBuffer[] = []): void {
  owner?.postMessage(message, moved);
}

function faultOf(error: unknown): LaneFault {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof LinkBroken) return { kind: "link", reason };
  if (error instanceof RunRefused || error instanceof OutputUnreadable) return { kind: "model", reason };
  return { kind: "picture", reason };
}
