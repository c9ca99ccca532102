import { Tensor } from "onnxruntime-node";
import type { InferenceSession } from "onnxruntime-node";
import { elementsOf } from "../link/wire-tensor.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { ArenaWatch } from "./arena-watch.ts";
import { GraphBinding } from "./graph-binding.ts";
import { createSession } from "./session.ts";

export interface ModelSessionOptions {
  /** The graph's bytes, or its path where weights lie beside it. */
  readonly model: Uint8Array | string;
  readonly provider: string;
  readonly threads: number;
  /** Ids of the tensors in rdf.yaml, in its order. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface Loaded {
  readonly session: InferenceSession;
  readonly binding: GraphBinding;
  readonly watch: ArenaWatch;
}

/** One model in memory, whatever sessions of onnxruntime it takes: a new one when the old one's memory is worth giving back. */
export class ModelSession {
  readonly #options: ModelSessionOptions;
  #loaded: Promise<Loaded>;

  private constructor(options: ModelSessionOptions, loaded: Loaded) {
    this.#options = options;
    this.#loaded = Promise.resolve(loaded);
  }

  /** @throws Error of onnxruntime when the model cannot be loaded on that provider. */
  static async open(options: ModelSessionOptions): Promise<ModelSession> {
    return new ModelSession(options, await load(options));
  }

  /**
   * One at a time.
   *
   * @param outputs ids of those wanted; all of them where none are named
   * @returns results under their ids, and the time that the model itself took, ms
   */
  async run(inputs: readonly WireTensor[], outputs?: readonly string[]): Promise<{ tensors: WireTensor[]; runMs: number }> {
    const { session, binding, watch } = await this.#loaded;
    const feeds = binding.feeds(inputs);
    const fetches = binding.fetches(outputs);
    const started = performance.now();
    const results = await (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches));
    const runMs = performance.now() - started;
    // While the results are sent and read.
    if (watch.ran(inputs.reduce((sum, { shape }) => sum + elementsOf(shape), 0))) this.#loaded = this.#renewed(session);
    return { tensors: Object.entries(results).flatMap(([name, value]) => binding.fromGraph(name, value instanceof Tensor ? value : undefined)), runMs };
  }

  /**
   * The old one goes first: both at once would take what this is to save. A model that cannot be loaded again leaves
   * nothing to run: the process ends with those words, and its owner starts another.
   */
  async #renewed(old: InferenceSession): Promise<Loaded> {
    try {
      await old.release();
      return await load(this.#options);
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
      return new Promise(() => undefined);
    }
  }
}

async function load(options: ModelSessionOptions): Promise<Loaded> {
  const session = await createSession(options.model, options);
  return { session, binding: new GraphBinding(session, options), watch: new ArenaWatch() };
}
