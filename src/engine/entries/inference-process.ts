import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import type { Socket } from "node:net";
import { constants, getPriority, setPriority } from "node:os";
import { InferenceSession, Tensor, env } from "onnxruntime-node";
import { controlPort } from "../analysis/inference/process/control-port.ts";
import { ToProcess } from "../analysis/inference/control-protocol.ts";
import type { FromProcess, StartRequest } from "../analysis/inference/control-protocol.ts";
import { RunRequest } from "../analysis/inference/link/link-protocol.ts";
import { MessageReader, sendMessage } from "../analysis/inference/link/message-stream.ts";
import type { StreamMessage } from "../analysis/inference/link/message-stream.ts";
import { dtypeOf, elementsOf, joinTensors } from "../analysis/inference/link/wire-tensor.ts";
import type { WireTensor } from "../analysis/inference/link/wire-tensor.ts";

/**
 * The inference process: the only place where onnxruntime lives. `run()` blocks the event loop for as long as the model
 * computes, and a native crash takes the process with it; both are why it is one. It does one thing at a time, in the
 * order asked, and ends when its owner does.
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
    await serve(session, request.link);
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

/** Answer runs until the owner closes the link. */
async function serve(session: InferenceSession, link: StartRequest["link"]): Promise<void> {
  const socket = createConnection(link.address);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => process.exit(0));
  socket.on("close", () => process.exit(0));
  let last = Promise.resolve();
  const inputs = new Map<string, Float32Array>();
  const reader = new MessageReader((message) => {
    last = last.then(() => answer(session, socket, message, inputs));
  });
  socket.on("data", (chunk) => reader.push(chunk));
  await sendMessage(socket, { type: "hello", token: link.token }, []);
}

async function answer(session: InferenceSession, socket: Socket, message: StreamMessage, reused: Map<string, Float32Array>): Promise<void> {
  const request = RunRequest.parse(message.header);
  try {
    const feeds: Record<string, Tensor> = {};
    for (const tensor of joinTensors(request.inputs, message.payload)) feeds[tensor.name] = toOrt(tensor, reused);
    const started = performance.now();
    const results = await session.run(feeds);
    const runMs = performance.now() - started;
    const outputs = Object.entries(results).map(([name, value]) => fromOrt(name, value));
    const headers = outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    await sendMessage(socket, { type: "outputs", id: request.id, runMs, outputs: headers }, outputs.map((output) => output.data));
  } catch (error) {
    await sendMessage(socket, { type: "refused", id: request.id, reason: messageOf(error) }, []);
  }
}

function toOrt(tensor: WireTensor, reused: Map<string, Float32Array>): Tensor {
  if (tensor.affine === undefined) return new Tensor(tensor.dtype, tensor.data, tensor.shape);
  const key = `${tensor.name} ${tensor.data.length}`;
  const values = reused.get(key) ?? new Float32Array(tensor.data.length);
  reused.clear();
  reused.set(key, values);
  spread(tensor, tensor.affine, values);
  return new Tensor("float32", values, tensor.shape);
}

/** Bytes to numbers, one table per channel. */
function spread(tensor: WireTensor, affine: { gain: readonly number[]; offset: readonly number[] }, values: Float32Array): void {
  if (!(tensor.data instanceof Uint8Array)) throw new TypeError(`${tensor.name}: only bytes can be scaled on arrival`);
  const bytes = tensor.data;
  const channels = tensor.shape[1] ?? 1;
  const plane = elementsOf(tensor.shape.slice(2));
  const table = new Float32Array(256);
  for (let at = 0; at < bytes.length; at += plane) {
    const channel = (at / plane) % channels;
    for (let value = 0; value < 256; value++) table[value] = value * (affine.gain[channel] ?? 1) + (affine.offset[channel] ?? 0);
    spreadPlane(bytes, table, values, at, at + plane);
  }
}

function spreadPlane(bytes: Uint8Array, table: Float32Array, values: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) values[i] = table[bytes[i] ?? 0] ?? 0;
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
