import type { StartRequest } from "../control-protocol.ts";
import type { RunReply } from "../link/link-protocol.ts";
import type { WireTensor } from "../link/wire-tensor.ts";

/** What the feed thread is started with: where the owner's tensor link listens, and the word that lets it in. */
export type FeedWorkerData = StartRequest["link"];

/** A run that was asked for: tensors as the model takes them, or why they are none. Memory goes along, not a copy. */
export interface FeedRun {
  readonly type: "run";
  readonly id: number;
  readonly inputs: readonly WireTensor[];
  /** Ids of the outputs wanted; all of them where none are named. */
  readonly outputs?: readonly string[] | undefined;
  readonly fault?: string;
}

/** From the feed thread. `connected` comes once, first. */
export type FromFeed = { readonly type: "connected" } | FeedRun;

/** To the feed thread, in the order of the runs. */
export interface FeedAnswer {
  /** The header to send, with what follows it. */
  readonly header: RunReply;
  readonly payload: ReadonlyArray<WireTensor["data"]>;
  /** Memory of the run's inputs, given back: the next ones are written into it. */
  readonly spent: readonly ArrayBufferLike[];
}

/** What can be moved to another thread, each once. */
export function movable(memory: readonly ArrayBufferLike[]): ArrayBuffer[] {
  return [...new Set(memory)].filter((buffer) => buffer instanceof ArrayBuffer);
}
