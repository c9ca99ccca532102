import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InferenceSession } from "onnxruntime-node";
import type { StartRequest } from "../control-protocol.ts";

/**
 * The bytes of the graph, checked to be those that were meant; its path where weights lie in a file beside it.
 *
 * @throws Error when they changed.
 */
export async function readModel(request: StartRequest): Promise<Uint8Array | string> {
  const bytes = await readFile(request.modelFile);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== request.sha256) throw new Error(`${request.modelFile} changed since it was checked`);
  return request.hasExternalData ? request.modelFile : bytes;
}

/** A session on one provider. What the provider cannot compute, onnxruntime gives to the processor. */
export function createSession(model: Uint8Array | string, { provider, threads }: { provider: string; threads: number }): Promise<InferenceSession> {
  const options = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    // A plan of memory is kept for every size of picture and asks for one piece as large as the whole run, beside those
    // that are there: with pictures of many sizes the process grew by half. Without it a run is as fast.
    enableMemPattern: false,
    logSeverityLevel: 3,
  } as const;
  return typeof model === "string" ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
}

/** What onnxruntime says, less the places in its own source. */
export function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split("\n").find((one) => one.trim() !== "") ?? text;
  return line.replace(/^.*\bwas false\. /, "").replace(/^\S*onnxruntime_src\S*\s+(?:[^()]*\([^()]*\)\s*)*/, "").replace(/[.\s]+$/, "");
}
