import { constants, getPriority, setPriority } from "node:os";
import { env, listSupportedBackends } from "onnxruntime-node";
import { controlPort } from "../analysis/inference/process/control-port.ts";
import { ToProcess } from "../analysis/inference/control-protocol.ts";
import type { FromProcess, GraphDescription, StartRequest } from "../analysis/inference/control-protocol.ts";
import { elementsOf } from "../analysis/inference/link/wire-tensor.ts";
import type { FeedAnswer, FeedRun } from "../analysis/inference/process/feed-protocol.ts";
import { openTensorFeed } from "../analysis/inference/process/tensor-feed.ts";
import { graphTensors } from "../analysis/inference/worker/graph-binding.ts";
import { ModelSession } from "../analysis/inference/worker/model-session.ts";
import { createSession, plainReason, readModel } from "../analysis/inference/worker/session.ts";

/**
 * The inference process: the only place where onnxruntime lives. `run()` blocks the event loop for as long as the model
 * computes, and a native crash takes the process with it; both are why it is one. It does one thing at a time, in the
 * order asked, and ends when its owner does. Tensors come and go through the feed thread, which is never blocked.
 */
const RUNTIME = `onnxruntime-node ${env.versions.node ?? "unknown"}`;

const port = controlPort();
port.onClose(() => process.exit(0));
// A terminal sends them to everyone it started: meant for the owner, who still wants the answers under way. This ends with the owner.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
port.onMessage((raw) => {
  const message = ToProcess.parse(raw);
  if (message.type === "ping") reply({ type: "pong", sequence: message.sequence });
  else if (message.type === "describe") void answerOrFail(() => describe(message.modelFile));
  else void answerOrFail(() => start(message));
});

function reply(message: FromProcess): void {
  port.post(message);
}

async function answerOrFail(work: () => Promise<FromProcess>): Promise<void> {
  try {
    reply(await work());
  } catch (error) {
    reply({ type: "failed", reason: plainReason(error) });
  }
}

async function start(request: StartRequest): Promise<FromProcess> {
  // Before the first thread of onnxruntime: threads inherit it.
  lowerPriority(request.niceness);
  const model = await readModel(request);
  const loaded = await loadWith(request, model);
  await openTensorFeed(request.link, (run) => answer(loaded.session, run));
  return { type: "ready", runtime: `${RUNTIME} ${loaded.provider}`, provider: loaded.provider, ...(loaded.notice === undefined ? {} : { notice: loaded.notice }) };
}

interface LoadedModel {
  readonly session: ModelSession;
  readonly provider: string;
  readonly notice?: string;
}

/** The model on the wanted provider; on the processor, with a notice, where that one cannot run it. */
async function loadWith(request: StartRequest, model: Uint8Array | string): Promise<LoadedModel> {
  try {
    return await load(request, model, request.provider);
  } catch (error) {
    if (request.provider === "cpu") throw error;
    const loaded = await load(request, model, "cpu");
    return { ...loaded, notice: `${request.provider} cannot run this model here (${plainReason(error)}): the processor does.` };
  }
}

async function load(request: StartRequest, model: Uint8Array | string, provider: string): Promise<LoadedModel> {
  const { threads, inputs, outputs } = request;
  const session = await ModelSession.open({ model, provider, threads, inputs, outputs });
  if (request.warmUp !== undefined) {
    const { input, shape } = request.warmUp;
    const zeros = { name: input, dtype: "float32", shape, data: new Float32Array(elementsOf(shape)) } as const;
    await session.run([zeros]);
  }
  return { session, provider };
}

async function describe(modelFile: string | undefined): Promise<FromProcess> {
  const description: GraphDescription = { inputs: [], outputs: [], runtime: RUNTIME, providers: listSupportedBackends().map(({ name, bundled }) => ({ name, bundled })) };
  if (modelFile === undefined) return { type: "described", description };
  const session = await createSession(modelFile, { provider: "cpu", threads: 1 });
  return { type: "described", description: { ...description, ...graphTensors(session) } };
}

async function answer(session: ModelSession, { id, inputs, outputs, fault }: FeedRun): Promise<FeedAnswer> {
  const spent = inputs.map(({ data }) => data.buffer);
  try {
    if (fault !== undefined) throw new TypeError(fault);
    const { tensors, runMs } = await session.run(inputs, outputs);
    const headers = tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
    return { header: { type: "outputs", id, runMs, outputs: headers }, payload: tensors.map(({ data }) => data), spent };
  } catch (error) {
    return { header: { type: "refused", id, reason: plainReason(error) }, payload: [], spent };
  }
}

function lowerPriority(niceness: number): void {
  if (niceness === 0) return;
  const wanted = process.platform === "win32" ? constants.priority.PRIORITY_BELOW_NORMAL : getPriority() + niceness;
  setPriority(Math.min(wanted, 19));
}
