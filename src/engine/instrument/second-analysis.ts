import { createFrameLedger } from "../../core/acquisition/frame-ledger.ts";
import type { Clock } from "../../core/clock.ts";
import { requireOnePixelSize } from "../../core/rules/pixel-sizes.ts";
import { compareDetections } from "../../core/comparison/compare-detections.ts";
import type { AnalyzerRef, ComparisonSummary } from "../../shared/domain/comparison.ts";
import type { DetectionSet } from "../../shared/domain/detection.ts";
import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { RoutedFrame } from "../acquisition/frame-router.ts";
import type { Analyzer } from "../analysis/analyzer.ts";
import { createLiveAnalysis } from "./live-analysis.ts";

/** Two analyzers on the same live frame. */
export interface LiveComparison {
  readonly header: FrameHeader;
  readonly first: DetectionSet;
  readonly second: DetectionSet;
  readonly summary: ComparisonSummary;
}

/** A second analyzer beside the first: it looks at frames the first one took, and is never waited for. */
export interface SecondAnalysis {
  readonly ref: AnalyzerRef;
  readonly analyzer: Analyzer;
  classIds(): readonly string[];
  /** A frame the first analyzer took just now. Taken when this one is idle and rested, so that display and devices keep their share. */
  offer(frame: RoutedFrame): void;
  /** The first analyzer's word on a frame: compared as soon as this one's is there too. */
  firstAnswered(set: DetectionSet, header: FrameHeader): void;
  analyzeKept(frame: RoutedFrame): Promise<DetectionSet>;
  dispose(): Promise<void>;
}

/** After an analysis of so many ms the second analyzer rests for as long again times this: it must not take what the display needs. */
const REST = 1;
/** Answers of the first analyzer that wait for the second's; older ones were frames the second did not see. */
const HELD_ANSWERS = 8;

export function createSecondAnalysis(deps: {
  ref: AnalyzerRef;
  analyzer: Analyzer;
  firstClassIds: () => readonly string[];
  /** What each of the two takes for a picture without a pixel size, um; undefined where it takes the picture as it is. */
  assumed: { first: () => { id: string; pixelSizeUm: number | undefined }; second: () => number | undefined };
  clock: Clock;
  onCompared: (comparison: LiveComparison) => void;
  onLoss: (error: unknown) => void;
}): SecondAnalysis {
  const { ref, analyzer, clock } = deps;
  const classIds = (): readonly string[] => analyzer.classes().map(({ id }) => id);
  const firstAnswers = new Map<number, DetectionSet>();
  const secondAnswers = new Map<number, DetectionSet>();
  let restUntilMs = 0;
  let scaleRefused = false;

  /** @throws OcularError PixelSizesDiffer where the two would see this frame at different scales */
  const requireOneScale = ({ header }: RoutedFrame): void => {
    const [one, other] = [deps.assumed.first(), deps.assumed.second()];
    if (one.pixelSizeUm === undefined || other === undefined) return;
    requireOnePixelSize({ id: one.id, assumedPixelSizeUm: one.pixelSizeUm }, { id: ref.id, assumedPixelSizeUm: other }, header.pixelSizeUm);
  };
  const compare = (frameId: number, header: FrameHeader): void => {
    const [first, second] = [firstAnswers.get(frameId), secondAnswers.get(frameId)];
    if (first === undefined || second === undefined) return;
    for (const held of [firstAnswers, secondAnswers]) for (const id of held.keys()) if (id <= frameId) held.delete(id);
    const { summary } = compareDetections(first.detections, second.detections, { first: deps.firstClassIds(), second: classIds() });
    deps.onCompared({ header, first, second, summary });
  };
  const hold = (answers: Map<number, DetectionSet>, set: DetectionSet, header: FrameHeader): void => {
    answers.set(header.frameId, set);
    for (const id of answers.keys()) if (answers.size > HELD_ANSWERS) answers.delete(id);
    compare(header.frameId, header);
  };
  const live = createLiveAnalysis({
    analyzer,
    onResult: (set, header) => {
      restUntilMs = clock.nowMs() + REST * set.analysisMs;
      hold(secondAnswers, set, header);
    },
    onLoss: deps.onLoss,
  });

  return {
    ref,
    analyzer,
    classIds,
    offer: (frame) => {
      // The session's account is that of the first analyzer: a frame has one fate in it.
      if (clock.nowMs() < restUntilMs) return;
      try {
        requireOneScale(frame);
        scaleRefused = false;
        live.offer(besideTheAccount(frame));
      } catch (error) {
        // Said once: the next frame is no news.
        if (!scaleRefused) deps.onLoss(error);
        scaleRefused = true;
      }
    },
    firstAnswered: (set, header) => { hold(firstAnswers, set, header); },
    analyzeKept: async (frame) => {
      requireOneScale(frame);
      return live.analyzeKept(besideTheAccount(frame));
    },
    dispose: async () => {
      live.setEnabled(false);
      await live.idle();
      await analyzer.dispose();
    },
  };
}

function besideTheAccount(frame: RoutedFrame): RoutedFrame {
  return { ...frame, ledger: createFrameLedger() };
}
