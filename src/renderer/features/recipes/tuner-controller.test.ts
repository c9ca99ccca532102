import { describe, expect, it } from "vitest";
import { discRecipe } from "../../../core/rules/testing/scenes.ts";
import type { RecipeEntry, TuneAnswer, TuneRequest } from "../../../shared/domain/tuning.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { InstrumentClient } from "../../api/client.ts";
import { createTunerController } from "./tuner-controller.ts";
import type { TunerController } from "./tuner-controller.ts";

const ENTRY: RecipeEntry = { recipe: discRecipe(), sha256: "1".repeat(64), origin: "shipped" };

/** A client whose runs are answered when the test says so. */
function fakeClient() {
  const asked: TuneRequest[] = [];
  const settle: Array<(outcome: TuneAnswer | OcularError) => void> = [];
  const call = (name: string, input: unknown): Promise<unknown> => {
    if (name === "recipes.list") return Promise.resolve({ recipes: [ENTRY], problems: [] });
    if (name === "recipes.save") return Promise.resolve({ ...ENTRY, origin: "own", recipe: { ...ENTRY.recipe, version: 2 } });
    asked.push(input as TuneRequest);
    return new Promise((resolve, reject) => settle.push((outcome) => { if (outcome instanceof OcularError) reject(outcome); else resolve(outcome); }));
  };
  return { client: { call, on: () => () => undefined, malformedEvents: 0 } as unknown as InstrumentClient, asked, settle };
}

const run = { frame: { frameId: 1, width: 2, height: 1 }, stepMs: [1], totalMs: 1 };
const picture: TuneAnswer = { ...run, shown: { width: 2, height: 1, layout: "grey8", pixels: new Uint8ClampedArray(2), stage: "mask" } };

function objects(count: number): TuneAnswer {
  return { ...run, stepMs: [0, 2, 3], objects: { classes: new Uint8Array(count), points: new Float64Array(), ends: new Uint32Array(count), counts: [count] } };
}

/** A page whose frames come at once. */
const painted = (): Promise<void> => Promise.resolve();
const moment = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const slide = (controller: TunerController, hUm: number): void => { controller.changeStep(2, { kind: "split", hUm }); };

describe("the tuner's controller", () => {
  it("opens the first recipe at its last step: the picture first, then the objects", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    expect(asked).toMatchObject([{ wants: "picture", step: 2, freshFrame: false }]);
    settle[0]?.(picture);
    await moment();
    expect(controller.store.getState()).toMatchObject({ picture: { shown: { stage: "mask" } }, pictures: 1, found: undefined });
    expect(asked.slice(1)).toMatchObject([{ wants: "objects", freshFrame: false }]);
    settle[1]?.(objects(5));
    await moment();
    expect(controller.store.getState()).toMatchObject({ found: { objects: { counts: [5] }, isLate: false }, pictures: 1 });
  });

  it("sends of many changes only the newest, shows its picture, and counts when no newer one waits", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    settle[0]?.(picture);
    await moment();
    settle[1]?.(objects(5));
    await moment();
    slide(controller, 1);
    for (const hUm of [2, 3, 4]) slide(controller, hUm);
    expect(controller.store.getState().recipe?.steps[2]).toEqual({ kind: "split", hUm: 4 });
    settle[2]?.(picture);
    await moment();
    expect(asked[2]).toMatchObject({ wants: "picture", recipe: { steps: [{}, {}, { hUm: 1 }] } });
    expect(asked.slice(3), "objects of a value that is past are not asked for").toMatchObject([{ wants: "picture", recipe: { steps: [{}, {}, { hUm: 4 }] } }]);
    expect(controller.store.getState().found).toMatchObject({ objects: { counts: [5] }, isLate: true });
    settle[3]?.(picture);
    await moment();
    settle[4]?.(objects(7));
    await moment();
    expect(controller.store.getState()).toMatchObject({ found: { objects: { counts: [7] }, isLate: false }, pictures: 3 });
  });

  it("leaves objects alone whose value is past: not begun before the picture is painted, not waited for, not shown", async () => {
    const { client, asked, settle } = fakeClient();
    const paint: Array<() => void> = [];
    const controller = createTunerController(client, () => new Promise((resolve) => paint.push(resolve)));
    await controller.start();
    settle[0]?.(picture);
    await moment();
    expect(asked, "nothing but the picture before it is painted").toHaveLength(1);
    slide(controller, 1);
    await moment();
    expect(asked.slice(1), "a value that slides on is answered without a frame's wait").toMatchObject([{ wants: "picture", recipe: { steps: [{}, {}, { hUm: 1 }] } }]);
    settle[1]?.(picture);
    await moment();
    paint[1]?.();
    await moment();
    expect(asked.slice(2)).toMatchObject([{ wants: "objects" }]);
    slide(controller, 2);
    await moment();
    expect(asked.slice(3), "objects under way keep no picture waiting").toMatchObject([{ wants: "picture", recipe: { steps: [{}, {}, { hUm: 2 }] } }]);
    settle[2]?.(objects(3));
    await moment();
    expect(controller.store.getState().found).toBeUndefined();
    settle[3]?.(picture);
    await moment();
    paint[2]?.();
    await moment();
    slide(controller, 3);
    settle[4]?.(new OcularError({ tag: "Canceled", what: "Analysis with discs" }));
    await moment();
    expect(controller.store.getState().problem, "that it was given up is nobody's concern").toBeUndefined();
  });

  it("asks for pictures of the size they are shown at, and again when that changes what can be seen", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    /** Answers the picture that was asked last, then the objects. */
    const answer = async (width: number, height: number): Promise<void> => {
      settle.at(-1)?.({ ...run, shown: { width, height, layout: "grey8", pixels: new Uint8ClampedArray(width * height), stage: "mask" } });
      await moment();
      settle.at(-1)?.(objects(1));
      await moment();
    };
    await controller.start();
    await answer(1280, 960);
    controller.setShownSize({ width: 40, height: 30 });
    expect(asked.at(-1), "more pixels than are shown").toMatchObject({ wants: "picture", freshFrame: false, within: { width: 40, height: 30 } });
    await answer(40, 30);
    controller.setShownSize({ width: 4000, height: 3000 });
    expect(asked.at(-1), "as many as are ever asked for").toMatchObject({ wants: "picture", within: { width: 1414, height: 1061 } });
    await answer(64, 48);
    const before = asked.length;
    controller.setShownSize({ width: 1000, height: 750 });
    controller.setShownSize({ width: 8000, height: 6000 });
    expect(asked, "those are all that the picture has").toHaveLength(before);
  });

  it("tells for each step how long it took when it last ran", async () => {
    const { client, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    controller.look(0);
    settle[0]?.({ ...picture, stepMs: [9, 8, 7] });
    await moment();
    settle[1]?.({ ...picture, stepMs: [6] });
    await moment();
    expect(controller.store.getState().stepMs).toEqual([6, 8, 7]);
    settle[2]?.(objects(1));
    await moment();
    expect(controller.store.getState().stepMs).toEqual([6, 2, 3]);
  });

  it("says what is wrong and stops live pictures, and goes on once it is mended", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    settle[0]?.(picture);
    await moment();
    settle[1]?.(objects(5));
    await moment();
    controller.setLive(true);
    settle[2]?.(new OcularError({ tag: "InvalidInput", what: "The picture to tune on", reason: "no frame came" }));
    await moment();
    expect(controller.store.getState()).toMatchObject({ isLive: false, problem: "The picture to tune on is not valid: no frame came." });
    controller.newFrame();
    expect(asked.at(-1)).toMatchObject({ freshFrame: true });
    settle[3]?.(picture);
    await moment();
    expect(controller.store.getState().problem).toBeUndefined();
  });

  it("asks for the next live picture when one is done, until it is left", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    settle[0]?.(picture);
    await moment();
    settle[1]?.(objects(5));
    await moment();
    controller.setLive(true);
    settle[2]?.(picture);
    await moment();
    settle[3]?.(objects(5));
    await moment();
    expect(asked.slice(2)).toMatchObject([{ wants: "picture", freshFrame: true }, { wants: "objects", freshFrame: false }, { wants: "picture", freshFrame: true }]);
    controller.stop();
    settle[4]?.(picture);
    await moment();
    expect(asked).toHaveLength(5);
  });

  it("adds, moves and removes steps, goes back, and saves", async () => {
    const { client } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    const kinds = (): string[] => controller.store.getState().recipe?.steps.map(({ kind }) => kind) ?? [];
    controller.look(0);
    controller.addStep("smooth");
    expect(kinds()).toEqual(["channel", "smooth", "threshold", "split"]);
    controller.moveStep(1, -1);
    expect(kinds()).toEqual(["smooth", "channel", "threshold", "split"]);
    expect(controller.store.getState().step).toBe(0);
    controller.removeStep(0);
    expect(kinds()).toEqual(["channel", "threshold", "split"]);
    controller.undo();
    expect(controller.store.getState().recipe).toBe(ENTRY.recipe);
    await controller.save();
    expect(controller.store.getState()).toMatchObject({ notice: "Saved as discs, version 2", opened: { origin: "own" } });
  });

  it("keeps what was tuned while the screen is away, and gives back what opening something else put aside", async () => {
    const { client, asked } = fakeClient();
    const controller = createTunerController(client, painted);
    await controller.start();
    slide(controller, 3);
    const tuned = controller.store.getState().recipe;
    controller.stop();
    await controller.start();
    expect(controller.store.getState().recipe).toBe(tuned);

    controller.open(ENTRY);
    expect(controller.store.getState()).toMatchObject({ recipe: ENTRY.recipe, dropped: { recipe: tuned } });
    controller.bringBack();
    expect(controller.store.getState()).toMatchObject({ recipe: tuned, dropped: undefined });
    controller.undo();
    slide(controller, 4);
    expect(controller.store.getState().dropped).toBeUndefined();
    expect(asked).not.toHaveLength(0);
  });
});
