import { describe, expect, it } from "vitest";
import { type PadMotion, STILL } from "../../../core/input/pad-motion.ts";
import { um } from "../../../shared/units.ts";
import { createStickDrive, type StickPlace } from "./stick-drive.ts";

const RIGHT: PadMotion = { ...STILL, xFields: 1 };
const LIMITS = { min: -1000, max: 1000 };

/** A stage that follows what it is told at so many um a second, on a clock the test turns; its place is told late, as in the app. */
function bench(speedUmPerS: number, place: Partial<StickPlace> = { field: { acrossUm: { x: um(200), y: um(0) }, downUm: { x: um(0), y: um(100) } } }) {
  let nowMs = 0;
  let goal = 0;
  let atUm = 0;
  const told = [0, 0, 0];
  const steps: number[] = [];
  const focus: number[] = [];
  const refusals: unknown[] = [];
  const own = { stops: 0, noScale: 0, refuseWith: undefined as Error | undefined };
  const drive = createStickDrive({
    nowMs: () => nowMs,
    place: () => ({ x: { atUm: told[0] ?? 0, limits: LIMITS }, y: { atUm: 0, limits: LIMITS }, z: { atUm: 0, limits: LIMITS }, focusUm: 2, ...place }),
    jogStage: async (x) => {
      if (own.refuseWith !== undefined) throw own.refuseWith;
      steps.push(x);
      goal += x;
    },
    jogFocus: async (z) => void focus.push(z),
    stop: async () => {
      own.stops += 1;
      goal = atUm;
    },
    onRefused: (error) => refusals.push(error),
    onNoScale: () => { own.noScale += 1; },
  });
  /** Readings as the poller gives them. */
  const hold = async (motion: PadMotion, readings: number): Promise<void> => {
    for (let count = 0; count < readings; count += 1) {
      drive.drive(motion);
      await Promise.resolve();
      nowMs += 50;
      atUm += Math.sign(goal - atUm) * Math.min(Math.abs(goal - atUm), speedUmPerS * 0.05);
      told.push(atUm);
      told.shift();
    }
  };
  return { own, drive, hold, steps, focus, refusals, at: () => atUm, goal: () => goal, pass: (ms: number) => { nowMs += ms; } };
}

describe("a stick", () => {
  it("moves the stage at its own speed, in even steps", async () => {
    const { hold, steps, at } = bench(5000);
    await hold(RIGHT, 40);
    // One field a second, 2 s.
    expect(at()).toBeCloseTo(400, 5);
    expect(steps).toHaveLength(40);
    for (const step of steps) expect(step).toBeCloseTo(10, 9);
  });

  it("stops when it is let go, once, and starts from where the stage stands then", async () => {
    const { hold, own, at, steps } = bench(5000);
    await hold(RIGHT, 10);
    await hold(STILL, 3);
    expect(own.stops).toBe(1);
    expect(at()).toBeCloseTo(100, 5);
    await hold({ ...STILL, xFields: -1 }, 10);
    expect(at()).toBeCloseTo(0, 5);
    expect(steps.slice(10).every((step) => step < 0)).toBe(true);
  });

  it("saves nothing up for a stage that is slower: its goal stays within the lead", async () => {
    const { hold, goal, at } = bench(50);
    await hold(RIGHT, 200);
    expect(at()).toBeCloseTo(500, 0);
    // 0.4 s of the stick's way, and what the stage has gone since its place was told.
    expect(goal() - at()).toBeLessThanOrEqual(80);
    expect(goal() - at()).toBeGreaterThan(0);
  });

  it("takes a late reading for a tenth of a second and no more", async () => {
    const { hold, pass, steps } = bench(5000);
    await hold(RIGHT, 3);
    pass(3000);
    await hold(RIGHT, 1);
    expect(steps.at(-1)).toBeCloseTo(20, 9);
  });

  it("ends at the limit", async () => {
    const { hold, at, goal, steps } = bench(5000);
    await hold(RIGHT, 140);
    expect([at(), goal()]).toEqual([1000, 1000]);
    expect(steps.length).toBeLessThan(110);
  });

  it("drives the focus likewise, and the stage not with it", async () => {
    const { hold, focus, steps, own } = bench(5000);
    await hold({ ...STILL, focusSteps: -8 }, 2);
    expect(focus).toEqual([-0.8, -0.8]);
    expect(steps).toEqual([]);
    await hold(STILL, 1);
    expect(own.stops).toBe(1);
  });

  it("that was refused tells it once, and counts again after it was let go", async () => {
    const { hold, own, refusals, steps } = bench(5000);
    own.refuseWith = new Error("the stage is gone");
    await hold(RIGHT, 20);
    expect(refusals).toEqual([own.refuseWith]);
    own.refuseWith = undefined;
    await hold(RIGHT, 5);
    expect(steps).toEqual([]);
    await hold(STILL, 1);
    await hold(RIGHT, 5);
    expect(steps).toHaveLength(5);
  });

  it("must be let go after a stop", async () => {
    const { hold, drive, steps } = bench(5000);
    await hold(RIGHT, 5);
    drive.refuse();
    await hold(RIGHT, 5);
    expect(steps).toHaveLength(5);
    await hold(STILL, 1);
    await hold(RIGHT, 1);
    expect(steps).toHaveLength(6);
  });

  it("says that the scale is unknown, once, and moves nothing", async () => {
    const { hold, own, steps } = bench(5000, {});
    await hold(RIGHT, 5);
    expect([own.noScale, steps]).toEqual([1, []]);
    await hold(STILL, 2);
    expect(own.stops).toBe(0);
  });

  it("moves the way that the picture shows, however the camera is turned", () => {
    const jogs: Array<readonly [number, number]> = [];
    const axis = { atUm: 0, limits: LIMITS };
    let nowMs = 0;
    const drive = createStickDrive({
      nowMs: () => nowMs,
      // A quarter turn: right in the picture is +y on the stage, down is -x.
      place: () => ({ x: axis, y: axis, field: { acrossUm: { x: um(0), y: um(200) }, downUm: { x: um(-100), y: um(0) } }, focusUm: 2 }),
      jogStage: async (x, y) => void jogs.push([x, y]),
      jogFocus: async () => undefined, stop: async () => undefined, onRefused: () => undefined, onNoScale: () => undefined,
    });
    drive.drive(RIGHT);
    nowMs += 50;
    drive.drive({ ...STILL, yFields: 1 });
    expect(jogs).toEqual([[0, expect.closeTo(10, 9)], [expect.closeTo(-5, 9), 0]]);
  });
});
