import { describe, expect, it } from "vitest";
import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";
import { referenceKernels } from "../../../core/kernels/reference-kernels.ts";
import { discRecipe } from "../../../core/rules/testing/scenes.ts";
import { RulesDesk } from "./rules-desk.ts";
import type { RulesMessage } from "./rules-protocol.ts";

type Result = Extract<RulesMessage, { type: "result" }>;

/** A bright square on grey, as bytes. */
const pixels = Uint8Array.from({ length: 40 * 30 }, (_, at) => (at % 40 >= 10 && at % 40 < 20 && at >= 400 && at < 800 ? 220 : 40));
const picture = { width: 40, height: 30, pixelFormat: "Mono8" as const, pixels, key: 1 };

function answer(desk: RulesDesk, show?: { step: number; within: { width: number; height: number } }): Result {
  const { message } = desk.answer({ id: 1, recipe: discRecipe(), picture, remember: true, ...(show === undefined ? {} : { show }) });
  if (message.type !== "result") throw new Error(JSON.stringify(message));
  return message;
}

function shownAfter(desk: RulesDesk, step: number, within = { width: 100, height: 100 }): Result["shown"] {
  return answer(desk, { step, within }).shown;
}

describe("RulesDesk", () => {
  it("shows what stands after each step, in a size that was wished for", () => {
    const desk = new RulesDesk(referenceKernels, () => 0);
    const inside = 15 * 40 + 15;
    const colour = shownAfter(desk, -1);
    expect(colour).toMatchObject({ stage: "colour", layout: "rgba8", width: 40, height: 30 });
    expect([...(colour?.pixels.subarray(4 * inside, 4 * inside + 4) ?? [])]).toEqual([220, 220, 220, 255]);
    const grey = shownAfter(desk, 0);
    expect(grey).toMatchObject({ stage: "grey", layout: "grey8", range: { min: 40, max: 220 } });
    expect([grey?.pixels.length, grey?.pixels[0], grey?.pixels[inside]]).toEqual([1200, 40, 220]);
    const mask = shownAfter(desk, 1);
    expect(mask).toMatchObject({ stage: "mask", layout: "grey8" });
    expect(mask?.threshold).toBeGreaterThanOrEqual(40);
    expect([mask?.pixels[0], mask?.pixels[inside]]).toEqual([0, 255]);
    const objects = shownAfter(desk, 2);
    expect(objects).toMatchObject({ stage: "objects", layout: "labels8", count: 1 });
    expect([objects?.pixels[0], objects?.pixels[inside]]).toEqual([0, 2]);
    const half = shownAfter(desk, 1, { width: 20, height: 20 });
    expect(half).toMatchObject({ width: 20, height: 15 });
    expect([half?.pixels.length, half?.pixels[0], half?.pixels[7 * 20 + 7]]).toEqual([300, 0, 255]);
    // Three pixels to one: an edge that falls between is a mean of a mask, and never one of labels.
    const third = shownAfter(desk, 1, { width: 13, height: 10 })?.pixels ?? [];
    expect(Math.max(...third)).toBe(255);
    expect(third.some((value) => value > 0 && value < 255)).toBe(true);
    expect(new Set(shownAfter(desk, 2, { width: 13, height: 10 })?.pixels)).toEqual(new Set([0, 2]));
    expect(shownAfter(desk, -1, { width: 13, height: 10 })).toMatchObject({ layout: "rgba8", width: 13, height: 10 });
  });

  it("does not run a step again that nothing changed, and gives the same objects", () => {
    let calls = 0;
    const counting = { ...referenceKernels, distanceTransform: (...given: Parameters<typeof referenceKernels.distanceTransform>) => { calls += 1; return referenceKernels.distanceTransform(...given); } };
    const desk = new RulesDesk(counting, () => 0);
    const { objects } = answer(desk);
    expect(calls).toBe(1);
    expect(answer(desk, { step: 1, within: { width: 10, height: 10 } }).objects.classes, "a picture brings no objects").toHaveLength(0);
    expect(answer(desk).objects).toEqual(objects);
    expect(calls, "an earlier step was looked at; the later ones are still known").toBe(1);
    desk.answer({ id: 2, recipe: discRecipe(), picture: { ...picture, key: 2 }, remember: true });
    expect(calls).toBe(2);
  });

  it("runs no step after the one that is looked at", () => {
    let splits = 0;
    const counting = { ...referenceKernels, distanceTransform: (...given: Parameters<typeof referenceKernels.distanceTransform>) => { splits += 1; return referenceKernels.distanceTransform(...given); } };
    expect(answer(new RulesDesk(counting, () => 0), { step: 1, within: { width: 10, height: 10 } }).stepMs).toHaveLength(2);
    expect(splits).toBe(0);
  });

  it("gives way before the next kernel when another request waits, and keeps the steps that were done", () => {
    let isAnotherWaiting = false;
    let blurs = 0;
    const counting: PixelKernels = {
      ...referenceKernels,
      gaussianBlur: (...given) => { blurs += 1; return referenceKernels.gaussianBlur(...given); },
      distanceTransform: (...given) => { isAnotherWaiting = true; return referenceKernels.distanceTransform(...given); },
    };
    const desk = new RulesDesk(counting, () => 0, () => isAnotherWaiting);
    const recipe = discRecipe({ steps: [{ kind: "channel", source: "grey" }, { kind: "smooth", method: "gaussian", sigmaUm: 1 }, { kind: "threshold", method: "otsu" }, { kind: "split", hUm: 1 }] });
    const asked = { id: 1, recipe, picture, remember: true };
    expect(desk.answer({ ...asked, givesWay: true }).message).toMatchObject({ type: "fault", error: { tag: "Canceled" } });
    expect(blurs).toBe(1);
    expect(desk.answer(asked).message, "who does not give way is not asked").toMatchObject({ type: "result" });
    expect(blurs, "what was done before is remembered").toBe(1);
  });

  it("gives the same in memory that is used again as in fresh one, whatever was asked before", () => {
    const other = { ...picture, pixels: pixels.map((value, at) => (at % 40 > 30 ? 200 : value)) };
    const recipes = [0.4, 0.7, 1].map((sigmaUm) => discRecipe({ steps: [{ kind: "smooth", method: "gaussian", sigmaUm }, { kind: "channel", source: "grey" }, { kind: "threshold", method: "adaptive", radiusUm: 4, offset: -1 }, { kind: "fillHoles" }, { kind: "morphology", operation: "open", radiusUm: 1, shape: "disk" }, { kind: "split", hUm: 0.5 }] }));
    const { key: _key, ...live } = picture;
    const requests = [picture, { ...other, key: 2 }, live].flatMap((one) => recipes.flatMap((recipe) => [undefined, 1, 3, 5].map((step) => ({
      id: 1, recipe, picture: one, remember: "key" in one, ...(step === undefined ? {} : { show: { step, within: { width: 100, height: 100 } } }),
    }))));
    const used = new RulesDesk(referenceKernels, () => 0);
    // Forth and back: what is remembered of one value lies beside what is computed for the next.
    for (const request of [...requests, ...requests.toReversed(), ...requests]) {
      expect(used.answer(request).message).toEqual(new RulesDesk(referenceKernels, () => 0).answer(request).message);
    }
  });

  it("gives back places in pixels of the frame", () => {
    const { objects } = answer(new RulesDesk(referenceKernels, () => 0));
    expect([...objects.boxes]).toEqual([10, 10, 10, 10]);
    expect([...objects.points]).toEqual([10, 10, 20, 10, 20, 20, 10, 20]);
    expect([...objects.ends]).toEqual([8]);
  });

  it("answers what goes wrong instead of dying", () => {
    const desk = new RulesDesk(referenceKernels, () => 0);
    expect(desk.answer({ id: 3, recipe: discRecipe(), picture: { ...picture, width: 41 } }).message).toMatchObject({ type: "fault", id: 3, error: { tag: "InvalidInput" } });
    expect(desk.answer({ id: 4, recipe: { ...discRecipe(), steps: [] }, picture }).message).toMatchObject({ type: "fault", error: { tag: "RecipeInvalid" } });
  });
});
