import { describe, expect, it } from "vitest";
import { DrawLoop } from "./draw-loop.ts";

function manualFrames() {
  const waiting = new Map<number, () => void>();
  const tasks: (() => void)[] = [];
  let next = 1;
  return {
    waiting,
    tasks,
    afterwards: (callback: () => void) => void tasks.push(callback),
    request: (callback: () => void) => {
      waiting.set(next, callback);
      return next++;
    },
    cancel: (handle: number) => void waiting.delete(handle),
    turn: () => {
      const due = [...waiting.values()];
      waiting.clear();
      for (const callback of due) callback();
    },
  };
}

describe("the draw loop", () => {
  it("draws once for many changes and then rests", () => {
    const frames = manualFrames();
    let draws = 0;
    const loop = new DrawLoop(frames, () => (draws += 1));
    loop.invalidate();
    loop.invalidate();
    frames.turn();
    frames.turn();
    expect(draws).toBe(1);
    expect(frames.waiting.size).toBe(0);
    loop.invalidate();
    frames.turn();
    expect(draws).toBe(2);
  });

  it("a change during the draw is drawn in the next frame", () => {
    const frames = manualFrames();
    let draws = 0;
    const loop = new DrawLoop(frames, () => {
      draws += 1;
      if (draws === 1) loop.invalidate();
    });
    loop.invalidate();
    frames.turn();
    expect(draws).toBe(1);
    frames.turn();
    expect(draws).toBe(2);
  });

  it("leaves nothing behind", () => {
    const frames = manualFrames();
    let reported = 0;
    const loop = new DrawLoop(frames, () => undefined);
    loop.invalidate();
    loop.afterCommit(() => (reported += 1));
    loop.dispose();
    expect(frames.waiting.size).toBe(0);
    for (const task of frames.tasks) task();
    loop.invalidate();
    expect(reported).toBe(0);
    expect(frames.waiting.size).toBe(0);
  });
});
