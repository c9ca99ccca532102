/** A way to go, um on each axis. */
export type Step = Readonly<Record<string, number>>;

/**
 * Relative moves, one under way at a time. Keys pressed meanwhile add up to one next move (two quarter fields are half a
 * field), so that nothing piles up behind a slow stage.
 */
export interface StepQueue {
  add(step: Step): void;
  /** Forgets what waits. */
  clear(): void;
}

/** @param move must handle its own errors: its promise is only awaited. Answers whether the way ahead is free. */
export function createStepQueue(move: (step: Step) => Promise<boolean>): StepQueue {
  let busy = false;
  let waiting: Record<string, number> | undefined;
  const run = async (first: Step): Promise<void> => {
    busy = true;
    let step: Step | undefined = first;
    while (step !== undefined) {
      const free: boolean = await move(step);
      // After a refused move (limit, stop, lost device) going on would surprise.
      if (!free) waiting = undefined;
      step = waiting;
      waiting = undefined;
    }
    busy = false;
  };
  return {
    add(step) {
      if (!busy) {
        void run(step);
        return;
      }
      waiting ??= {};
      for (const [axis, um] of Object.entries(step)) waiting[axis] = (waiting[axis] ?? 0) + um;
    },
    clear() {
      waiting = undefined;
    },
  };
}
