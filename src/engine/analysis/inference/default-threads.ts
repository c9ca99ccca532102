import { availableParallelism } from "node:os";

/** Threads for a model when nobody says otherwise: all cores but one, which is for devices and display. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}
