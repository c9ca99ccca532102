import type { Corners } from "./box.ts";

/** What a model's head says may be an object, before overlaps are settled. */
export interface Candidate extends Corners {
  /** Index into the model's list of classes. */
  readonly label: number;
  /** 0 to 1. */
  readonly score: number;
}

/**
 * Order of candidates that no tie leaves open: best score first, then from the top left, then by class. Two runs, tiled
 * or not, list the same objects in the same order.
 */
export function byRank(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.y0 - b.y0 || a.x0 - b.x0 || a.label - b.label || a.y1 - b.y1 || a.x1 - b.x1;
}
