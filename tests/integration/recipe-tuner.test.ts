import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { discRecipe } from "../../src/core/rules/testing/scenes.ts";
import { textOfRecipe } from "../../src/engine/analysis/rules/recipe-file.ts";
import { createRecipeTuner } from "../../src/engine/analysis/rules/recipe-tuner.ts";
import type { RecipeTuner } from "../../src/engine/analysis/rules/recipe-tuner.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { header } from "../../src/engine/session/testing/session-builder.ts";

describe("the recipe tuner", { timeout: 60_000 }, () => {
  let folder = "";
  let tuner: RecipeTuner;
  let frames: ReturnType<typeof setInterval> | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
    tuner = createRecipeTuner({ clock: systemClock, folders: { shipped: folder, own: join(folder, "own") } });
    await writeFile(join(folder, "discs.yaml"), textOfRecipe(discRecipe()));
  });

  afterEach(async () => {
    clearInterval(frames);
    await tuner.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** A camera that goes on: squares, one more with each frame. */
  function startCamera(): void {
    let frameId = 0;
    frames = setInterval(() => {
      frameId += 1;
      const pixels = new Uint8Array(200 * 40);
      for (let n = 0; n < Math.min(frameId, 9); n++) for (let y = 10; y < 22; y++) pixels.fill(200, y * 200 + 20 * n + 4, y * 200 + 20 * n + 16);
      tuner.offerFrame(header(frameId, { width: 200, height: 40, pixelFormat: "Mono8" }), pixels);
    }, 10);
  }

  it("holds one frame until a fresh one is asked for", async () => {
    startCamera();
    const ask = (freshFrame: boolean) => tuner.tune({ recipe: discRecipe(), wants: "picture", step: 1, freshFrame, within: { width: 400, height: 400 } });
    const first = await ask(false);
    expect(first).toMatchObject({ frame: { width: 200, height: 40 }, shown: { stage: "mask", width: 200, height: 40 } });
    const { frame, objects, shown } = await tuner.tune({ recipe: discRecipe(), wants: "objects", step: 1, freshFrame: false, within: { width: 1, height: 1 } });
    expect(frame.frameId).toBe(first.frame.frameId);
    expect(shown).toBeUndefined();
    expect(objects?.counts[0]).toBeGreaterThan(0);
    expect(objects?.counts).toEqual([objects?.ends.length]);
    expect((await ask(false)).frame.frameId).toBe(first.frame.frameId);
    expect((await ask(true)).frame.frameId).toBeGreaterThan(first.frame.frameId);
  });

  it("gives objects up for a picture that is asked meanwhile", async () => {
    const side = 2400;
    const pixels = Uint8Array.from({ length: side * side }, (_, at) => ((at % side) % 40 < 20 && Math.floor(at / side) % 40 < 20 ? 200 : 0));
    frames = setInterval(() => { tuner.offerFrame(header(1, { width: side, height: side, pixelFormat: "Mono8" }), pixels); }, 10);
    const ask = { recipe: discRecipe(), step: 1, freshFrame: false, within: { width: 100, height: 100 } };
    await tuner.tune({ ...ask, wants: "picture" });
    const objects = tuner.tune({ ...ask, wants: "objects" });
    const [given, shown] = await Promise.allSettled([objects, tuner.tune({ ...ask, step: 0, wants: "picture" })]);
    expect(given).toMatchObject({ status: "rejected", reason: { data: { tag: "Canceled" } } });
    expect(shown).toMatchObject({ status: "fulfilled", value: { shown: { stage: "grey", width: 100, height: 100 } } });
    expect((await tuner.tune({ ...ask, wants: "objects" })).objects?.ends.length).toBe((side / 40) ** 2);
  });

  it("says what is wrong with a recipe at once, and with a camera that stands still after a while", async () => {
    await expect(tuner.tune({ recipe: { ...discRecipe(), steps: [] }, wants: "picture", step: 0, freshFrame: false, within: { width: 1, height: 1 } })).rejects.toMatchObject({ data: { tag: "RecipeInvalid" } });
    await expect(tuner.tune({ recipe: discRecipe(), wants: "picture", step: 0, freshFrame: false, within: { width: 1, height: 1 } })).rejects.toThrow(/no frame came within 3 s/u);
  });

  it("lists what is there and keeps what is saved as the next version", async () => {
    await writeFile(join(folder, "broken.yaml"), "steps: 1");
    expect((await tuner.save(discRecipe({ name: "Mine" }))).recipe).toMatchObject({ version: 2, name: "Mine" });
    expect(await readdir(join(folder, "own"))).toEqual(["discs.v2.yaml"]);
    const { recipes, problems } = await tuner.list();
    expect(recipes.map(({ recipe, origin }) => [recipe.version, origin])).toEqual([[2, "own"], [1, "shipped"]]);
    expect(problems).toEqual([expect.stringContaining("Recipe broken.yaml cannot be used")]);
  });
});
