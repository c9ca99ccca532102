import { availableParallelism, totalmem } from "node:os";

/** What a lane with its process takes at most on ordinary pictures, bytes. */
const LANE_BYTES = 1 << 30;

/** Pictures at a time when nobody says otherwise: as many as there are cores, and memory for. */
export function defaultWorkers(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / LANE_BYTES)));
}
