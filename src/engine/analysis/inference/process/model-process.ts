import type { Clock } from "../../../../core/clock.ts";
import { OcularError, isOcularError } from "../../../../shared/errors.ts";
import { entryPath } from "../../../runtime/entries.ts";
import { FromProcess } from "../control-protocol.ts";
import type { ToProcess } from "../control-protocol.ts";
import type { InferenceChild, InferenceHost } from "../inference-host.ts";
import type { ModelInput, ModelPackage } from "../package/model-package.ts";
import type { AxisRole, SizeRule } from "../package/tensor-layout.ts";

export interface ModelProcessOptions {
  readonly model: ModelPackage;
  readonly host: InferenceHost;
  readonly clock: Clock;
  readonly threads: number;
  /** What computes; "cpu" unless told. */
  readonly provider?: string | undefined;
  /** Where the tensor link of the owner listens. */
  readonly link: { readonly address: string; readonly token: string };
  /** Longest time to load the model and run it once, ms. */
  readonly startTimeoutMs: number;
  /** Added to the nice value of the process. */
  readonly niceness: number;
  /** Bundle to run; tests give one that misbehaves. */
  readonly entryFile?: string | undefined;
}

/** One process that has one model in memory. It never restarts: whoever owns it starts another. */
export interface ModelProcess {
  readonly pid: number | undefined;
  /** What runs the model, e.g. "onnxruntime-node 1.30.0 cpu, 2 threads". */
  readonly runtime: string;
  /** Why another provider serves than was asked for. */
  readonly notice: string | undefined;
  /** Called once when the process has ended, for whatever reason but `kill`. */
  onDied(listener: (reason: string) => void): () => void;
  /** Resolves when the process answers; rejects InferenceTimeout when it does not in time. */
  ping(timeoutMs: number): Promise<void>;
  kill(): void;
}

/**
 * Start a process and load the model in it. A provider that cannot run the model, or takes the process down with it, is
 * replaced by the processor, with a notice.
 *
 * @throws OcularError ModelInvalid (the model cannot be loaded), InferenceDied, InferenceTimeout.
 */
export async function startModelProcess(options: ModelProcessOptions): Promise<ModelProcess> {
  const { provider = "cpu" } = options;
  try {
    return await startOnce(options);
  } catch (error) {
    if (provider === "cpu" || !isOcularError(error) || error.data.tag !== "InferenceDied") throw error;
    return startOnce({ ...options, provider: "cpu" }, `${provider} cannot run this model here (its process died: ${error.data.reason}): the processor does.`);
  }
}

async function startOnce(options: ModelProcessOptions, fallenBack?: string): Promise<ModelProcess> {
  const { model, host, clock, threads, startTimeoutMs } = options;
  const child = host.fork(options.entryFile ?? entryPath("inference-process"), []);
  const handle = new ChildHandle(model.id, child, clock, threads);
  handle.post({
    type: "start",
    modelFile: model.weights.path,
    sha256: model.weights.sha256,
    hasExternalData: model.weights.externalData !== undefined,
    provider: options.provider ?? "cpu",
    inputs: [model.input.id],
    outputs: model.outputs.map((output) => output.id),
    threads,
    link: { address: options.link.address, token: options.link.token },
    niceness: options.niceness,
    warmUp: { input: model.input.id, shape: warmUpShape(model.input) },
  });
  try {
    await handle.waitFor((message) => {
      if (message.type === "failed") throw new OcularError({ tag: "ModelInvalid", modelId: model.id, reason: message.reason });
      if (message.type !== "ready") return false;
      handle.setServing({ runtime: message.runtime, notice: fallenBack ?? message.notice });
      return true;
    }, startTimeoutMs);
    return handle;
  } catch (error) {
    handle.kill();
    throw error;
  }
}

/** A picture of about 256 pixels a side. */
function warmUpShape({ axes, channels, y, x, isSquare }: ModelInput): number[] {
  const side = ({ min, step }: SizeRule): number => (step === 0 ? min : min + Math.max(Math.ceil((WARM_UP_SIDE - min) / step), 0) * step);
  const both = Math.max(side(y), side(x));
  const lengths: Partial<Record<AxisRole, number>> = { channel: channels, y: isSquare ? both : side(y), x: isSquare ? both : side(x) };
  return axes.map(({ role }) => lengths[role] ?? 1);
}

const WARM_UP_SIDE = 256;

class ChildHandle implements ModelProcess {
  readonly #modelId: string;
  readonly #child: InferenceChild;
  readonly #clock: Clock;
  readonly #threads: number;
  readonly #died = new Set<(reason: string) => void>();
  #runtime = "";
  #notice: string | undefined;
  #isKilled = false;
  #pings = 0;

  constructor(modelId: string, child: InferenceChild, clock: Clock, threads: number) {
    this.#modelId = modelId;
    this.#child = child;
    this.#clock = clock;
    this.#threads = threads;
    child.onExit((reason) => {
      if (this.#isKilled) return;
      for (const listener of this.#died) listener(reason);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get runtime(): string {
    return this.#runtime;
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  setServing({ runtime, notice }: { runtime: string; notice?: string | undefined }): void {
    this.#runtime = `${runtime}, ${this.#threads} ${this.#threads === 1 ? "thread" : "threads"}`;
    this.#notice = notice;
  }

  onDied(listener: (reason: string) => void): () => void {
    this.#died.add(listener);
    return () => this.#died.delete(listener);
  }

  post(message: ToProcess): void {
    this.#child.postMessage(message);
  }

  ping(timeoutMs: number): Promise<void> {
    const sequence = ++this.#pings;
    const answered = this.waitFor((message) => message.type === "pong" && message.sequence === sequence, timeoutMs);
    this.post({ type: "ping", sequence });
    return answered;
  }

  /** Resolves when `accept` returns true for a message; rejects with what it throws, with death or with the deadline. */
  async waitFor(accept: (message: FromProcess) => boolean, timeoutMs: number): Promise<void> {
    const deadline = new AbortController();
    const stops: Array<() => void> = [() => deadline.abort()];
    try {
      await new Promise<void>((resolve, reject) => {
        stops.push(this.#child.onMessage((raw) => {
          try {
            if (accept(FromProcess.parse(raw))) resolve();
          } catch (error) {
            reject(isOcularError(error) ? error : this.#diedOf("it does not speak Ocular's protocol"));
          }
        }));
        stops.push(this.#child.onExit((reason) => reject(this.#diedOf(reason))));
        this.#clock.delay(timeoutMs, deadline.signal).then(
          () => reject(new OcularError({ tag: "InferenceTimeout", modelId: this.#modelId, timeoutMs })),
          (error: unknown) => {
            if (!deadline.signal.aborted) reject(error);
          },
        );
      });
    } finally {
      for (const stop of stops) stop();
    }
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.kill();
  }

  #diedOf(reason: string): OcularError {
    return new OcularError({ tag: "InferenceDied", modelId: this.#modelId, reason });
  }
}
