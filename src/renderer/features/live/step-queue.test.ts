import { describe, expect, it } from "vitest";
import { createStepQueue } from "./step-queue.ts";
import type { Step } from "./step-queue.ts";

function heldMoves() {
  const steps: Step[] = [];
  const answers: ((free: boolean) => void)[] = [];
  const queue = createStepQueue((step) => new Promise((resolve) => { steps.push(step); answers.push(resolve); }));
  return { queue, steps, answer: (free: boolean) => answers.shift()?.(free) };
}

describe("the step queue", () => {
  it("adds up what is asked while a move is under way", async () => {
    const { queue, steps, answer } = heldMoves();
    queue.add({ x: 10, y: 0 });
    queue.add({ x: 10, y: 0 });
    queue.add({ x: 0, y: -5 });
    expect(steps).toEqual([{ x: 10, y: 0 }]);
    answer(true);
    await expect.poll(() => steps).toEqual([{ x: 10, y: 0 }, { x: 10, y: -5 }]);
  });

  it("forgets what waits after a refused move and after a stop", async () => {
    const { queue, steps, answer } = heldMoves();
    queue.add({ z: 1 });
    queue.add({ z: 2 });
    answer(false);
    await Promise.resolve();
    await Promise.resolve();
    queue.add({ z: 3 });
    await expect.poll(() => steps).toEqual([{ z: 1 }, { z: 3 }]);
    queue.add({ z: 4 });
    queue.clear();
    answer(true);
    await Promise.resolve();
    await Promise.resolve();
    queue.add({ z: 5 });
    await expect.poll(() => steps).toEqual([{ z: 1 }, { z: 3 }, { z: 5 }]);
  });
});
