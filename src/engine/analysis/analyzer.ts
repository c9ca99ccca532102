import type { AnalyzerIdentity, ClassInfo, DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";

/** A picture to analyse. `pixels` is borrowed until the returned promise settles. */
export interface AnalyzerInput {
  readonly header: Pick<FrameHeader, "frameId" | "width" | "height" | "pixelFormat" | "pixelSizeUm">;
  readonly pixels: Uint8Array;
}

/** Settings a person may turn without reloading the model. */
export interface AnalyzerSettings {
  /** Lowest score that counts, per class id; a class left out keeps the model's own threshold. */
  readonly scoreThresholds?: Readonly<Record<string, number>>;
  /** Detections carry the model's own features, pooled over each object, where the model gives any. Costs a little time. */
  readonly withEmbedding?: boolean;
}

/**
 * Something that finds objects in a picture: a learned model or a rule recipe, same seat for both.
 * Promises: same input, settings and runtime give the same bytes; one analysis at a time (`analyze` while busy rejects
 * with `WrongState`); every call settles within its deadline: with a result, or `InferenceDied`, `InferenceTimeout`,
 * `Canceled`, `InvalidInput` (the picture), `ModelInvalid` (what the model gave cannot be read); `isBusy()` is true also
 * while it is not ready; after `InferenceDied`/`InferenceTimeout` the analyzer restarts by itself.
 */
export interface Analyzer {
  identity(): AnalyzerIdentity;
  classes(): readonly ClassInfo[];
  isBusy(): boolean;
  /** "starting" until the model is loaded and warm, "restarting" after a death. */
  state(): "starting" | "ready" | "restarting" | "failed" | "disposed";
  onDidChangeState(listener: (state: ReturnType<Analyzer["state"]>, reason?: string) => void): () => void;
  /** Resolves when ready; rejects with the reason when the model cannot be used. */
  ready(): Promise<void>;
  analyze(input: AnalyzerInput, settings?: AnalyzerSettings, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<DetectionSet>;
  /** Process that does the work, for diagnostics; undefined when in-process or not running. */
  pid(): number | undefined;
  dispose(): Promise<void>;
}
