import { describe, expect, it } from "vitest";
import { STILL } from "../../core/input/pad-motion.ts";
import type { PadMotion } from "../../core/input/pad-motion.ts";
import { createPadPoller } from "./pad-poller.ts";
import type { Pad } from "./pad-poller.ts";

function withPads() {
  let pads: (Pad | null)[] = [];
  let focused = true;
  let work: (() => void) | undefined;
  const motions: PadMotion[] = [];
  const presses: number[] = [];
  let lost = 0;
  const poller = createPadPoller({
    pads: () => pads, hasFocus: () => focused,
    every: (_ms, given) => { work = given; return () => { work = undefined; }; },
    onMotion: (motion) => motions.push(motion), onPress: (button) => presses.push(button), onLost: () => { lost += 1; },
  });
  return {
    poller, motions, presses, lost: () => lost, isPolling: () => work !== undefined, tick: () => { work?.(); },
    set: (next: (Pad | null)[]) => { pads = next; }, focus: (next: boolean) => { focused = next; poller.update(); },
  };
}

const pad = (axes: readonly number[], pressed: readonly number[] = [], mapping = "standard", index = 0): Pad => ({ index, mapping, connected: true, axes, buttons: Array.from({ length: 16 }, (_, at) => ({ pressed: pressed.includes(at) })) });

describe("the gamepad poller", () => {
  it("reads only while a pad is connected and the window has the focus", () => {
    const world = withPads();
    world.poller.update();
    expect(world.isPolling()).toBe(false);
    world.set([null, pad([0, 0])]);
    world.poller.update();
    expect(world.isPolling()).toBe(true);
    world.focus(false);
    expect(world.isPolling()).toBe(false);
    world.focus(true);
    expect(world.isPolling()).toBe(true);
    world.poller.dispose();
    expect(world.isPolling()).toBe(false);
  });

  it("says a held stick at every reading, and once that it stands again", () => {
    const world = withPads();
    world.set([pad([1, 0])]);
    world.poller.update();
    world.tick();
    world.tick();
    world.set([pad([0, 0])]);
    world.tick();
    world.tick();
    expect(world.motions).toEqual([{ xFields: 1, yFields: 0, focusSteps: 0 }, { xFields: 1, yFields: 0, focusSteps: 0 }, STILL]);
    expect(world.lost()).toBe(0);
  });

  it.each([["the focus goes", (world: ReturnType<typeof withPads>) => { world.focus(false); }], ["the pad goes, told by nobody", (world: ReturnType<typeof withPads>) => { world.set([null]); world.tick(); }]])("tells that everything must stand when %s while a stick is held", (_name, lose) => {
    const world = withPads();
    world.set([pad([0, 1])]);
    world.poller.update();
    world.tick();
    lose(world);
    expect(world.lost()).toBe(1);
    expect(world.isPolling()).toBe(false);
    lose(world);
    expect(world.lost()).toBe(1);
  });

  it("tells each press once, also of a pedal, and not one that was down before", () => {
    const world = withPads();
    world.set([pad([0, 0], [0]), pad([1, 1], [], "", 1)]);
    world.poller.update();
    world.tick();
    world.set([pad([0, 0], [0, 1]), pad([1, 1], [2], "", 1)]);
    world.tick();
    world.tick();
    expect(world.presses).toEqual([1, 2]);
    // Nobody knows what the axes of a pedal mean.
    expect(world.motions).toEqual([]);
  });
});
