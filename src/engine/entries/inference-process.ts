import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { constants, getPriority, setPriority } from "node:os";
import { InferenceSession, Tensor, env } from "onnxruntime-node";
import { controlPort } from "../analysis/inference/process/control-port.ts";
import { ToProcess } from "../analysis/inference/control-protocol.ts";
import type { FromProcess, StartRequest } from "../analysis/inference/control-protocol.ts";
import { dtypeOf, elementsOf } from "../analysis/inference/link/wire-tensor.ts";
import type { WireTensor } from "../analysis/inference/link/wire-tensor.ts";
import type { FeedAnswer, FeedRun } from "../analysis/inference/process/feed-protocol.ts";
import { openTensorFeed } from "../analysis/inference/process/tensor-feed.ts";

/**
 * The inference process: the only place where onnxruntime lives. `run()` blocks the event loop for as long as the model
 * computes, and a native crash takes the process with it; both are why it is one. It does one thing at a time, in the
 * order asked, and ends when its owner does. Tensors come and go through the feed thread, which is never blocked.
 */
const port = controlPort();
port.onClose(() => process.exit(0));
port.onMessage((raw) => {
  const message = ToProcess.parse(raw);
  if (message.type === "ping") reply({ type: "pong", sequence: message.sequence });
  else void start(message);
});

function reply(message: FromProcess): void {
  port.post(message);
}

async function start(request: StartRequest): Promise<void> {
  // Before the first thread of onnxruntime: threads inherit it.
  lowerPriority(request.niceness);
  try {
    const session = await loadSession(request);
    if (request.warmUp !== undefined) {
      const { input, shape } = request.warmUp;
      await session.run({ [input]: new Tensor("float32", new Float32Array(elementsOf(shape)), shape) });
    }
    await openTensorFeed(request.link, (run) => answer(session, run));
    reply({ type: "ready", runtime: `onnxruntime-node ${env.versions.node ?? "unknown"} cpu`, inputs: [...session.inputNames], outputs: [...session.outputNames] });
  } catch (error) {
    reply({ type: "failed", reason: messageOf(error) });
  }
}

async function loadSession(request: StartRequest): Promise<InferenceSession> {
  const bytes = await readFile(request.modelFile);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== request.sha256) throw new Error(`${request.modelFile} changed since it was checked`);
  return InferenceSession.create(bytes, {
    executionProviders: ["cpu"],
    intraOpNumThreads: request.threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
}

async function answer(session: InferenceSession, { id, inputs, fault }: FeedRun): Promise<FeedAnswer> {
  const spent = inputs.map(({ data }) => data.buffer);
  try {
    if (fault !== undefined) throw new TypeError(fault);
    const feeds = Object.fromEntries(inputs.map(({ name, dtype, shape, data }) => [name, new Tensor(dtype, data, shape)]));
    const started = performance.now();
    const results = await session.run(feeds);
    const runMs = performance.now() - started;
    const outputs = Object.entries(results).map(([name, value]) => fromOrt(name, value));
    const headers = outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    return { header: { type: "outputs", id, runMs, outputs: headers }, payload: outputs.map(({ data }) => data), spent };
  } catch (error) {
    return { header: { type: "refused", id, reason: messageOf(error) }, payload: [], spent };
  }
}

function fromOrt(name: string, value: InferenceSession.ReturnType[string]): WireTensor {
  if (!(value instanceof Tensor) || !(ArrayBuffer.isView(value.data))) throw new TypeError(`output ${name} is no tensor of numbers`);
  const { data } = value;
  if (data instanceof DataView || data instanceof Uint8ClampedArray) throw new TypeError(`output ${name} is no tensor of numbers`);
  return { name, dtype: dtypeOf(data), shape: [...value.dims], data };
}

function lowerPriority(niceness: number): void {
  if (niceness === 0) return;
  const wanted = process.platform === "win32" ? constants.priority.PRIORITY_BELOW_NORMAL : getPriority() + niceness;
  setPriority(Math.min(wanted, 19));
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0] ?? text;
}
