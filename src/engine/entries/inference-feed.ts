import { createConnection } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { RunRequest } from "../analysis/inference/link/link-protocol.ts";
import { MessageReader, sendMessage } from "../analysis/inference/link/message-stream.ts";
import type { StreamMessage } from "../analysis/inference/link/message-stream.ts";
import { joinTensors } from "../analysis/inference/link/wire-tensor.ts";
import { movable } from "../analysis/inference/process/feed-protocol.ts";
import type { FeedAnswer, FeedRun, FeedWorkerData, FromFeed } from "../analysis/inference/process/feed-protocol.ts";
import { SpareMemory } from "../analysis/inference/process/spare-memory.ts";
import { TensorWidener } from "../analysis/inference/process/tensor-widener.ts";
import { loadPixelKernels } from "../native/pixel-kernels.ts";

/**
 * The feed thread of the inference process: reads tensors off the link and makes numbers of them while the model
 * computes on the process's own thread, which cannot read meanwhile. A socket holds less than a tensor: without this
 * thread the model would wait for the rest of each.
 */
const owner = parentPort;
if (owner === null) throw new Error("This file is run by Ocular, not by hand.");

const { address, token } = workerData as FeedWorkerData;
const widener = new TensorWidener(loadPixelKernels().kernels);
const spare = new SpareMemory();
/** Runs whose tensors were widened: the memory that comes back from them is the widener's. */
const widened = new Set<number>();
const socket = createConnection(address);
await new Promise<void>((resolve, reject) => {
  socket.once("connect", resolve);
  socket.once("error", reject);
});
// The end of this thread ends the process.
socket.on("error", () => process.exit(0));
socket.on("close", () => process.exit(0));
const reader = new MessageReader((message) => {
  const run = runOf(message);
  const moved = run.inputs.map(({ data }) => data.buffer);
  // Bytes are done with when they are widened; what the model takes as it came goes along, and comes back with the answer.
  const isDone = !moved.includes(message.payload.buffer);
  send(run, moved);
  if (!isDone) return;
  widened.add(run.id);
  spare.giveBack(message.payload.buffer);
}, (bytes) => spare.take(bytes));
socket.on("data", (chunk) => reader.push(chunk));
owner.on("message", ({ header, payload, spent }: FeedAnswer) => {
  const lender = widened.delete(header.id) ? widener : spare;
  for (const memory of movable(spent)) lender.giveBack(memory);
  // A link that breaks meanwhile says so by its "error".
  sendMessage(socket, header, payload).catch(() => undefined);
});
await sendMessage(socket, { type: "hello", token }, []);
send({ type: "connected" }, []);

function runOf({ header, payload }: StreamMessage): FeedRun {
  const { id, inputs, outputs } = RunRequest.parse(header);
  try {
    return { type: "run", id, inputs: joinTensors(inputs, payload).map((tensor) => widener.widen(tensor)), outputs };
  } catch (error) {
    return { type: "run", id, inputs: [], fault: error instanceof Error ? error.message : String(error) };
  }
}

function send(message: FromFeed, moved: readonly ArrayBufferLike[]): void {
  owner?.postMessage(message, movable(moved));
}
