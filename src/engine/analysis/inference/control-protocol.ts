import * as z from "zod";
import { GraphTensor } from "../../../shared/domain/model-package.ts";

/**
 * What the inference process and its owner say to each other over the process's own port. Small and rare; pictures and
 * results take the tensor link. Each side parses what it hears.
 */
export const StartRequest = z.object({
  type: z.literal("start"),
  modelFile: z.string(),
  /** The weights must be these bytes: they were checked once and are checked again where they are loaded. */
  sha256: z.string(),
  /** Weights that lie in a file of their own beside the graph; then the graph is loaded by its path. */
  hasExternalData: z.boolean().default(false),
  /** What computes: "cpu", or one of the others this runtime offers. */
  provider: z.string().default("cpu"),
  /** Ids of the tensors in rdf.yaml, in its order: where the graph calls them otherwise, place decides. */
  inputs: z.array(z.string()),
  outputs: z.array(z.string()),
  /** Threads inside one operator. */
  threads: z.number().int().positive(),
  /** Where the owner's tensor link listens, and the word that lets the process in. */
  link: z.object({ address: z.string(), token: z.string() }),
  /** Added to the process's nice value: below normal, so that devices and display come first. 0 leaves it alone. */
  niceness: z.number().int().min(0).max(19),
  /** One run of zeros of this shape before the process says it is ready. */
  warmUp: z.object({ input: z.string(), shape: z.array(z.number().int().positive()) }).optional(),
});
export type StartRequest = z.infer<typeof StartRequest>;

/** What a file's graph takes and gives, and what this runtime can compute on. */
export const DescribeRequest = z.object({ type: z.literal("describe"), modelFile: z.string().optional() });

export const ToProcess = z.discriminatedUnion("type", [StartRequest, DescribeRequest, z.object({ type: z.literal("ping"), sequence: z.number().int() })]);
export type ToProcess = z.infer<typeof ToProcess>;

export const GraphDescription = z.object({
  inputs: z.array(GraphTensor),
  outputs: z.array(GraphTensor),
  /** Version of the runtime, and what it says it can compute on; "bundled" ones come with it. */
  runtime: z.string(),
  providers: z.array(z.object({ name: z.string(), bundled: z.boolean() })),
});
export type GraphDescription = z.infer<typeof GraphDescription>;

export const FromProcess = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("ready"),
    runtime: z.string(),
    /** What serves, and why when it is not what was asked for: one sentence. */
    provider: z.string(),
    notice: z.string().optional(),
  }),
  z.object({ type: z.literal("described"), description: GraphDescription }),
  /** The model cannot be used: starting again would not help. */
  z.object({ type: z.literal("failed"), reason: z.string() }),
  z.object({ type: z.literal("pong"), sequence: z.number().int() }),
]);
export type FromProcess = z.infer<typeof FromProcess>;
