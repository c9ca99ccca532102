import { describe, expect, it } from "vitest";
import { referenceKernels } from "../../../core/kernels/reference-kernels.ts";
import { discRecipe } from "../../../core/rules/testing/scenes.ts";
import { RulesDesk } from "./rules-desk.ts";
import type { RulesMessage } from "./rules-protocol.ts";

type Result = Extract<RulesMessage, { type: "result" }>;

/** A bright square on grey, as bytes. */
const pixels = Uint8Array.from({ length: 40 * 30 }, (_, at) => (at % 40 >= 10 && at % 40 < 20 && at >= 400 && at < 800 ? 220 : 40));
const picture = { width: 40, height: 30, pixelFormat: "Mono8" as const, pixels, key: 1 };

function answer(desk: RulesDesk, step: number, recipe = discRecipe(), mostPixels = 10_000): Result {
  const { message } = desk.answer({ id: 1, recipe, picture, show: { step, mostPixels } });
  if (message.type !== "result") throw new Error(JSON.stringify(message));
  return message;
}

describe("RulesDesk", () => {
  it("shows what stands after each step, in a size that was wished for", () => {
    const desk = new RulesDesk(referenceKernels, () => 0);
    expect(answer(desk, -1).shown).toMatchObject({ stage: "colour", width: 40, height: 30 });
    expect(answer(desk, 0).shown).toMatchObject({ stage: "grey", range: { min: 40, max: 220 } });
    const mask = answer(desk, 1).shown;
    expect(mask).toMatchObject({ stage: "mask" });
    expect(mask?.threshold).toBeGreaterThanOrEqual(40);
    expect([mask?.pixels[0], mask?.pixels[4 * (15 * 40 + 15)]]).toEqual([0, 255]);
    expect(answer(desk, 2).shown).toMatchObject({ stage: "objects", count: 1 });
    expect(answer(desk, 1, discRecipe(), 300).shown).toMatchObject({ width: 20, height: 15 });
  });

  it("does not run a step again that nothing changed, and gives the same objects", () => {
    let calls = 0;
    const counting = { ...referenceKernels, distanceTransform: (...given: Parameters<typeof referenceKernels.distanceTransform>) => { calls += 1; return referenceKernels.distanceTransform(...given); } };
    const desk = new RulesDesk(counting, () => 0);
    const first = answer(desk, 0);
    expect(answer(desk, 1).objects).toEqual(first.objects);
    expect(calls).toBe(1);
    desk.answer({ id: 2, recipe: discRecipe(), picture: { ...picture, key: 2 }, show: { step: 0, mostPixels: 100 } });
    expect(calls).toBe(2);
  });

  it("gives back places in pixels of the frame", () => {
    const { objects } = answer(new RulesDesk(referenceKernels, () => 0), 0);
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
