import type { AnalysisLossReason } from "../../core/acquisition/frame-ledger.ts";
import type { DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import { isOcularError, OcularError } from "../../shared/errors.ts";
import type { RoutedFrame } from "../acquisition/frame-router.ts";
import type { Analyzer, AnalyzerSettings } from "../analysis/analyzer.ts";

/** How often a kept field is given to the analyzer again after the inference process died on it. */
const KEPT_ATTEMPTS = 3;

/** Analysis of the running picture: newest frame wins, kept fields come first. */
export interface LiveAnalysis {
  /** The router's offer: taken when the analyzer is idle and switched on, or when the frame is about to be kept. */
  offer(frame: RoutedFrame): "taken" | "skipped";
  /**
   * The next frame that `matches` will be a kept field: it is taken whatever the analyzer does, and waits for
   * {@link analyzeKept}. Returns the way to give the expectation up.
   */
  expectKept(matches: (header: FrameHeader) => boolean): () => void;
  /** Analyses a kept frame before anything else; tries again when the inference process dies. */
  analyzeKept(frame: RoutedFrame): Promise<DetectionSet>;
  /** True when the frame taken last is the one that waits to be kept: {@link analyzeKept} follows. */
  isForKept(header: FrameHeader): boolean;
  setEnabled(enabled: boolean): void;
  isEnabled(): boolean;
  setSettings(settings: AnalyzerSettings): void;
  settings(): AnalyzerSettings;
  /** Resolves when no analysis is under way. */
  idle(): Promise<void>;
}

/** Builds the consumer for one analyzer. */
export function createLiveAnalysis(deps: {
  analyzer: Analyzer;
  onResult: (set: DetectionSet, header: FrameHeader) => void;
  onLoss: (error: unknown) => void;
}): LiveAnalysis {
  const { analyzer } = deps;
  let enabled = true;
  let settings: AnalyzerSettings = {};
  let expected: ((header: FrameHeader) => boolean) | undefined;
  let keptFrameId: number | undefined;
  let keptWaiting = 0;
  /** The chain of analyses: the analyzer takes one at a time. */
  let tail: Promise<unknown> = Promise.resolve();
  let running = 0;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    running += 1;
    const result = tail.then(work).finally(() => { running -= 1; });
    tail = result.catch(() => "told to whoever asked for this analysis");
    return result;
  };

  const runLive = async (frame: RoutedFrame): Promise<void> => {
    const { header, ledger } = frame;
    try {
      const set = await analyzer.analyze({ header, pixels: frame.buffer.bytes }, settings);
      ledger.analysed(header.frameId);
      deps.onResult(set, header);
    } catch (error) {
      ledger.analysisLost(header.frameId, lossReason(error));
      deps.onLoss(error);
    } finally {
      frame.buffer.release();
    }
  };

  return {
    offer: (frame) => {
      if (expected?.(frame.header) === true) {
        expected = undefined;
        keptFrameId = frame.header.frameId;
        return "taken";
      }
      const free = enabled && running === 0 && keptWaiting === 0 && analyzer.state() === "ready" && !analyzer.isBusy();
      if (!free) return "skipped";
      frame.buffer.retain();
      void inTurn(() => runLive(frame));
      return "taken";
    },
    expectKept: (matches) => {
      expected = matches;
      return () => { if (expected === matches) expected = undefined; };
    },
    analyzeKept: async (frame) => {
      const { header, ledger } = frame;
      frame.buffer.retain();
      keptWaiting += 1;
      try {
        return await inTurn(async () => {
          for (let attempt = 1; ; attempt++) {
            try {
              await analyzer.ready();
              const set = await analyzer.analyze({ header, pixels: frame.buffer.bytes }, settings);
              ledger.analysed(header.frameId);
              return set;
            } catch (error) {
              const again = attempt < KEPT_ATTEMPTS && (isOcularError(error, "InferenceDied") || isOcularError(error, "InferenceTimeout"));
              if (again) {
                deps.onLoss(error);
                continue;
              }
              ledger.analysisLost(header.frameId, lossReason(error));
              throw error;
            }
          }
        });
      } finally {
        keptWaiting -= 1;
        frame.buffer.release();
      }
    },
    isForKept: (header) => header.frameId === keptFrameId,
    setEnabled: (value) => { enabled = value; },
    isEnabled: () => enabled,
    setSettings: (value) => { settings = value; },
    settings: () => settings,
    idle: async () => {
      while (running > 0) await tail;
    },
  };
}

function lossReason(error: unknown): AnalysisLossReason {
  if (!(error instanceof OcularError)) return "failed";
  if (error.data.tag === "InferenceDied") return "died";
  return error.data.tag === "InferenceTimeout" ? "hung" : "failed";
}
