import type { AnalysisPlan } from "./analysis-plan.ts";
import type { Picture } from "./picture-analyst.ts";

/** What the main thread and the analysis worker say to each other: both are ours and one build, nothing is parsed. */
export interface LaneWorkerData {
  readonly plan: AnalysisPlan;
}

export interface LaneRequest {
  readonly id: number;
  readonly picture: Picture;
  readonly scoreThresholds: readonly number[];
}

/** Why a picture gave no result, when the process is not to blame. */
export type LaneFault = { readonly kind: "picture" | "model" | "link"; readonly reason: string };

export type LaneMessage =
  | { readonly type: "listening"; readonly address: string; readonly token: string }
  /** Six numbers per object: class index, score, x0, y0, x1, y1 in frame pixels. */
  | { readonly type: "result"; readonly id: number; readonly objects: Float64Array }
  | { readonly type: "fault"; readonly id: number; readonly fault: LaneFault };

/** Numbers per object in a result. */
export const NUMBERS_PER_OBJECT = 6;
