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

function answer(count: number): TuneAnswer {
  return {
    frame: { frameId: 1, width: 2, height: 1 }, shown: { width: 2, height: 1, pixels: new Uint8ClampedArray(8), stage: "mask" },
    objects: { classes: new Uint8Array(count), points: new Float64Array(), ends: new Uint32Array(count) }, counts: [count], stepMs: [1], totalMs: 1,
  };
}

const moment = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const slide = (controller: TunerController, hUm: number): void => { controller.changeStep(2, { kind: "split", hUm }); };

describe("the tuner's controller", () => {
  it("opens the first recipe at its last step, and sends of many changes only the newest", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client);
    await controller.start();
    expect(asked).toMatchObject([{ step: 2, freshFrame: false }]);
    for (const hUm of [2, 3, 4]) slide(controller, hUm);
    expect(controller.store.getState().recipe?.steps[2]).toEqual({ kind: "split", hUm: 4 });
    settle[0]?.(answer(5));
    await moment();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ recipe: { steps: [{}, {}, { hUm: 4 }] } });
    settle[1]?.(answer(7));
    await moment();
    expect(controller.store.getState().answer?.counts).toEqual([7]);
  });

  it("says what is wrong and stops live pictures, and goes on once it is mended", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client);
    await controller.start();
    settle[0]?.(answer(5));
    await moment();
    controller.setLive(true);
    settle[1]?.(new OcularError({ tag: "InvalidInput", what: "The picture to tune on", reason: "no frame came" }));
    await moment();
    expect(controller.store.getState()).toMatchObject({ isLive: false, problem: "The picture to tune on is not valid: no frame came." });
    controller.newFrame();
    expect(asked.at(-1)).toMatchObject({ freshFrame: true });
    settle[2]?.(answer(3));
    await moment();
    expect(controller.store.getState().problem).toBeUndefined();
  });

  it("asks for the next live picture when one is done, until it is left", async () => {
    const { client, asked, settle } = fakeClient();
    const controller = createTunerController(client);
    await controller.start();
    settle[0]?.(answer(5));
    await moment();
    controller.setLive(true);
    settle[1]?.(answer(5));
    await moment();
    expect(asked.slice(1)).toMatchObject([{ freshFrame: true }, { freshFrame: true }]);
    controller.stop();
    settle[2]?.(answer(5));
    await moment();
    expect(asked).toHaveLength(3);
  });

  it("adds, moves and removes steps, goes back, and saves", async () => {
    const { client } = fakeClient();
    const controller = createTunerController(client);
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
});
