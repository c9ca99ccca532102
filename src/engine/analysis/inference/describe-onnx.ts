import type { Clock } from "../../../core/clock.ts";
import type { Provider } from "../../../shared/domain/model-package.ts";
import { OcularError, errorDataOf } from "../../../shared/errors.ts";
import { entryPath } from "../../runtime/entries.ts";
import { FromProcess } from "./control-protocol.ts";
import type { GraphDescription } from "./control-protocol.ts";
import type { InferenceHost } from "./inference-host.ts";

export interface DescribeOptions {
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * What an ONNX file takes and gives: names, types and shapes of its graph. It is opened in an inference process, so that
 * a file that brings the runtime down brings down nothing else.
 *
 * @throws OcularError ModelInvalid (the file is no model this runtime reads), InferenceDied, InferenceTimeout.
 */
export function describeOnnxFile(path: string, options: DescribeOptions): Promise<GraphDescription> {
  return describe(path, path, options);
}

const TITLES: Readonly<Record<string, string>> = { cpu: "Processor", webgpu: "Graphics card (WebGPU)", dml: "Graphics card (DirectML)", coreml: "Apple CoreML", cuda: "NVIDIA CUDA", tensorrt: "NVIDIA TensorRT" };

/**
 * What the runtime on this machine offers to compute on; "cpu" is always there. Offered does not mean that it works
 * here: a graphics card may be missing, which only a run tells (`models check --provider`).
 *
 * @throws OcularError InferenceDied, InferenceTimeout.
 */
export async function listProviders(options: DescribeOptions): Promise<{ readonly runtime: string; readonly providers: readonly Provider[] }> {
  const { runtime, providers } = await describe("the runtime", undefined, options);
  return { runtime, providers: providers.map(({ name, bundled }) => ({ name, title: TITLES[name] ?? name, isBundled: bundled })) };
}

/**
 * That the runtime here offers a provider; whether it works only a run tells.
 *
 * @throws OcularError UnsupportedValue naming those that there are; InferenceDied, InferenceTimeout
 */
export async function requireProvider(provider: string, options: DescribeOptions): Promise<void> {
  // The processor is always there: no process is started to hear it.
  if (provider === "cpu") return;
  const allowed = (await listProviders(options)).providers.map(({ name }) => name);
  if (!allowed.includes(provider)) throw new OcularError({ tag: "UnsupportedValue", what: "What computes", value: provider, allowed });
}

async function describe(what: string, modelFile: string | undefined, { host, clock, timeoutMs = DEFAULT_TIMEOUT_MS }: DescribeOptions): Promise<GraphDescription> {
  const child = host.fork(entryPath("inference-process"), []);
  const settled = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      child.onMessage((raw) => {
        const message = FromProcess.safeParse(raw);
        if (!message.success) reject(new OcularError(errorDataOf(message.error, "Reading an ONNX file")));
        else if (message.data.type === "described") resolve(message.data.description);
        else if (message.data.type === "failed") reject(new OcularError({ tag: "ModelInvalid", modelId: what, reason: message.data.reason }));
      });
      child.onExit((reason) => reject(new OcularError({ tag: "InferenceDied", modelId: what, reason })));
      clock.delay(timeoutMs, settled.signal).then(
        () => reject(new OcularError({ tag: "InferenceTimeout", modelId: what, timeoutMs })),
        () => undefined, // Described first: there is nothing to wait for.
      );
      child.postMessage({ type: "describe", modelFile });
    });
  } finally {
    settled.abort();
    child.kill();
  }
}
