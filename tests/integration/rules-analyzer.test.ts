import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parseRecipe } from "../../src/core/rules/parse-recipe.ts";
import { discRecipe } from "../../src/core/rules/testing/scenes.ts";
import { createRulesAnalyzer } from "../../src/engine/analysis/rules/rules-analyzer.ts";
import type { RulesAnalyzer, RulesAnalyzerOptions } from "../../src/engine/analysis/rules/rules-analyzer.ts";
import { recipeOfText, sha256OfRecipe, textOfRecipe } from "../../src/engine/analysis/rules/recipe-file.ts";
import { findRecipe, listRecipes, saveRecipe } from "../../src/engine/analysis/rules/recipe-store.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import type { PixelFormat } from "../../src/shared/domain/frame.ts";

const SHIPPED = resolve(import.meta.dirname, "../../recipes");
const opened: RulesAnalyzer[] = [];
const folders: string[] = [];

function open(options: Partial<RulesAnalyzerOptions> = {}): RulesAnalyzer {
  const analyzer = createRulesAnalyzer({ recipe: discRecipe(), clock: systemClock, ...options });
  opened.push(analyzer);
  return analyzer;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ocular-test-"));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((analyzer) => analyzer.dispose()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A bright square on black in any format, 40 x 32, from (8, 6), 12 x 12. */
function square(pixelFormat: PixelFormat, frameId = 1, pixelSizeUm?: number) {
  const samples = pixelFormat.startsWith("RGB") ? 3 : 1;
  const isWide = !pixelFormat.endsWith("8");
  const bright = pixelFormat.endsWith("12") ? 3200 : isWide ? 50_000 : 200;
  const values = new Uint16Array(40 * 32 * samples);
  for (let y = 6; y < 18; y++) for (let x = 8; x < 20; x++) for (let c = 0; c < samples; c++) values[(y * 40 + x) * samples + c] = bright;
  const pixels = isWide ? new Uint8Array(values.buffer) : Uint8Array.from(values);
  return { header: { frameId, width: 40, height: 32, pixelFormat, ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) }, pixels };
}

describe("the rules analyzer", { timeout: 60_000 }, () => {
  it("finds the same in every pixel format, twice the same bytes", async () => {
    const analyzer = open({ idPrefix: "r" });
    await analyzer.ready();
    for (const format of ["Mono8", "Mono12", "Mono16", "RGB8", "RGB16", "BayerRG8", "BayerGB12"] as const) {
      const once = await analyzer.analyze(square(format));
      expect(once.detections).toHaveLength(1);
      expect(once.detections[0]).toMatchObject({ id: "r1-0", classId: "disc", score: 1 });
      const { x, y, width, height } = once.detections[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
      // A mosaic knows its edges to a pixel.
      for (const [got, expected] of [[x, 8], [y, 6], [width, 12], [height, 12]] as const) expect(Math.abs(got - expected)).toBeLessThanOrEqual(format.startsWith("Bayer") ? 1 : 0);
      expect((await analyzer.analyze(square(format))).detections).toEqual(once.detections);
    }
    const identity = analyzer.identity();
    expect(identity).toMatchObject({ id: "discs", version: "1", sha256: sha256OfRecipe(discRecipe()) });
    expect(identity.runtime).toMatch(/^rules 1, kernels /u);
    expect(analyzer.classes()).toEqual([{ id: "disc", name: "Disc", plural: "Discs", letter: "D", colorIndex: 0 }]);
  });

  it("looks at the recipe's working pixel size and answers in pixels of the frame", async () => {
    const analyzer = open({ recipe: discRecipe({ workingPixelSizeUm: 1 }) });
    await analyzer.ready();
    const [found] = (await analyzer.analyze(square("Mono8", 1, 0.5))).detections;
    expect(found?.box).toEqual({ x: 8, y: 6, width: 12, height: 12 });
    expect(Math.max(...(found?.contour ?? []).filter((_, at) => at % 2 === 0))).toBe(20);
  });

  it("obeys score thresholds and refuses those of no class", async () => {
    const analyzer = open({ recipe: discRecipe({ classes: [{ id: "disc", name: "Disc", plural: "Discs", letter: "D", colorIndex: 0, gates: [{ feature: "areaUm2", min: 140, max: 200 }] }] }) });
    await analyzer.ready();
    expect((await analyzer.analyze(square("Mono8"), { scoreThresholds: { disc: 0.1 } })).detections).toHaveLength(1);
    expect(await analyzer.analyze(square("Mono8"), { scoreThresholds: { disc: 0.2 } })).toMatchObject({ detections: [], scoreThresholds: { disc: 0.2 } });
    await expect(analyzer.analyze(square("Mono8"), { scoreThresholds: { ring: 0.2 } })).rejects.toMatchObject({ data: { tag: "UnsupportedValue" } });
  });

  it("refuses one picture without harm to the next, and a second one meanwhile", async () => {
    const analyzer = open();
    await analyzer.ready();
    const { header, pixels } = square("Mono8");
    await expect(analyzer.analyze({ header, pixels: pixels.subarray(1) })).rejects.toMatchObject({ data: { tag: "InvalidInput" } });
    await expect(analyzer.analyze({ header: { ...header, pixelSizeUm: -1 }, pixels })).rejects.toMatchObject({ data: { tag: "InvalidInput" } });
    const first = analyzer.analyze(square("Mono8"));
    await expect(analyzer.analyze(square("Mono8", 2))).rejects.toMatchObject({ data: { tag: "WrongState" } });
    expect((await first).detections).toHaveLength(1);
    const huge = { header: { ...header, width: 30_000, height: 30_000 }, pixels };
    await expect(analyzer.analyze(huge)).rejects.toThrow(/30000 x 30000 px are too many/u);
  });

  it("takes pictures one after the other, each with its own outcome", async () => {
    const analyzer = open();
    const good = square("Mono8", 3);
    const bad = { ...good, pixels: good.pixels.subarray(1) };
    const outcomes: string[] = [];
    for await (const outcome of analyzer.analyzeMany([good, bad, good])) outcomes.push("error" in outcome ? outcome.error.data.tag : String(outcome.detections.detections.length));
    expect(outcomes).toEqual(["1", "InvalidInput", "1"]);
  });

  it("comes back after its thread died, and gives up one that hangs", async () => {
    const entryFile = join(await temporaryFolder(), "worker.mjs");
    await writeFile(entryFile, `
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", ({ picture }) => { if (picture.width === 1) process.exit(7); });
      parentPort.postMessage({ type: "ready", kernels: "none" });
    `);
    const analyzer = open({ entryFile });
    await analyzer.ready();
    const states: string[] = [];
    analyzer.onDidChangeState((state) => states.push(state));
    const one = { header: { frameId: 1, width: 1, height: 1, pixelFormat: "Mono8" as const }, pixels: new Uint8Array(1) };
    await expect(analyzer.analyze(one)).rejects.toMatchObject({ data: { tag: "InferenceDied" } });
    await analyzer.ready();
    await expect(analyzer.analyze(square("Mono8"), {}, { timeoutMs: 50 })).rejects.toMatchObject({ data: { tag: "InferenceTimeout" } });
    await analyzer.ready();
    expect(states).toEqual(["restarting", "ready", "restarting", "ready"]);
    const abort = new AbortController();
    const canceled = analyzer.analyze(square("Mono8"), {}, { signal: abort.signal });
    abort.abort();
    await expect(canceled).rejects.toMatchObject({ data: { tag: "Canceled" } });
  });

  it("fails with a reason when its thread never starts, and is disposed for good", async () => {
    const analyzer = open({ entryFile: join(await temporaryFolder(), "missing.mjs") });
    await expect(analyzer.ready()).rejects.toMatchObject({ data: { tag: "InferenceDied" } });
    expect(analyzer.state()).toBe("failed");
    await analyzer.dispose();
    await expect(analyzer.analyze(square("Mono8"))).rejects.toThrow();
    expect(() => open({ recipe: { ...discRecipe(), steps: [] } })).toThrow("none of them is a threshold");
  });
});

describe("recipes on disk", () => {
  it("the shipped ones are four, sound, and known by their file's name", async () => {
    const { recipes, problems } = await listRecipes({ shipped: SHIPPED });
    expect(problems).toEqual([]);
    expect(recipes.map(({ recipe }) => recipe.id)).toEqual(["live-dead", "nuclei", "red-cells", "white-cells"]);
    for (const { recipe, path } of recipes) expect(path.endsWith(`${recipe.id}.yaml`)).toBe(true);
  });

  it("have one hash however they are written down", () => {
    const recipe = discRecipe();
    const again = recipeOfText(JSON.stringify(Object.fromEntries(Object.entries(recipe).reverse())), "x");
    expect(sha256OfRecipe(again)).toBe(sha256OfRecipe(recipe));
    expect(recipeOfText(textOfRecipe(recipe), "x")).toEqual(recipe);
    expect(sha256OfRecipe(parseRecipe({ ...recipe, version: 2 }, "x"))).not.toBe(sha256OfRecipe(recipe));
  });

  it("are saved as the next version, never over another one, and found by name, version and file", async () => {
    const own = await temporaryFolder();
    const shipped = await temporaryFolder();
    await writeFile(join(shipped, "discs.yaml"), textOfRecipe(discRecipe()));
    const second = await saveRecipe(discRecipe({ name: "Better discs" }), { shipped, own });
    const third = await saveRecipe(discRecipe(), { shipped, own });
    expect([second.recipe.version, third.recipe.version]).toEqual([2, 3]);
    expect(await readFile(second.path, "utf8")).toContain("Better discs");
    expect((await findRecipe("discs", { shipped, own })).recipe.version).toBe(3);
    expect(await findRecipe("discs@1", { shipped, own })).toMatchObject({ origin: "shipped", recipe: { version: 1 } });
    expect((await findRecipe(second.path, { shipped })).recipe.name).toBe("Better discs");
    await expect(findRecipe("rings", { shipped, own })).rejects.toMatchObject({ data: { tag: "RecipeUnknown", known: ["discs"] } });
    await writeFile(join(own, "rings.yaml"), "id: rings\nsteps: 3");
    await expect(findRecipe("rings", { shipped, own })).rejects.toMatchObject({ data: { tag: "RecipeInvalid", recipeId: "rings" } });
  });

  it("say what is wrong with their text", () => {
    expect(() => recipeOfText("a: [", "broken.yaml")).toThrow("Recipe broken.yaml cannot be used (the whole: it is no YAML or JSON");
    expect(() => recipeOfText("a: &x [1]\nb: *x\n", "aliased.yaml")).toThrow("it is no YAML or JSON");
    expect(() => recipeOfText("#".repeat(1_000_001), "long.yaml")).toThrow("too long");
  });
});
