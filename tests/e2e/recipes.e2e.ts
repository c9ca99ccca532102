import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { seriousBarriers } from "./support/barriers.ts";
import { snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";
import { sliderToPicture } from "../support/slide-value.ts";

async function openTuner(page: Page, recipe: RegExp): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).acquisition, { timeout: 60_000 }).toBe("running");
  await page.getByTestId("rail-recipes").click();
  const label = await page.getByTestId("recipe").locator("option").filter({ hasText: recipe }).first().textContent();
  await page.getByTestId("recipe").selectOption({ label: label ?? "" });
  // The worker starts with the first picture: on a busy machine that takes its time.
  await expect(page.getByTestId("step-picture")).toBeVisible({ timeout: 90_000 });
}

async function objectsFound(page: Page): Promise<number> {
  return Number.parseInt((await page.getByTestId("object-count").textContent()) ?? "", 10);
}

test.describe.configure({ timeout: 240_000 });

test("a recipe is tuned on the live picture: steps looked at, a value slid, saved and opened again", async ({ launch }) => {
  const first = await launch({ args: ["--camera=virtual:nuclei"] });
  const { page } = first;
  await openTuner(page, /^nuclei, version 1/u);
  await expect.poll(() => objectsFound(page)).toBeGreaterThan(3);
  const found = await objectsFound(page);

  // Each step's picture, by mouse and by arrow key.
  await page.getByTestId("step-0").click();
  await expect(page.getByTestId("step-picture")).toHaveAttribute("data-stage", "grey");
  await page.getByTestId("step-0").locator("input").focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("step-1").locator("input")).toBeChecked();
  await page.getByTestId("step-2").click();
  await expect(page.getByTestId("step-picture")).toHaveAttribute("data-stage", "mask");
  // It is a picture: not of one colour.
  const tones = await page.getByTestId("step-picture").evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray() };
    return new Set(data.filter((_, at) => at % 4 === 0)).size;
  });
  expect(tones).toBeGreaterThan(1);
  const shot = process.env["OCULAR_DOC_SHOTS"];
  if (shot !== undefined) await page.screenshot({ path: join(shot, "recipes.png") });

  // The same frame, another threshold: another number of objects.
  const frame = await page.getByTestId("step-picture").getAttribute("data-frame");
  await page.getByTestId("value-method").selectOption("fixed");
  const slider = page.getByTestId("value-value-slider");
  await slider.fill("950");
  await expect.poll(() => objectsFound(page)).toBeLessThan(found);
  expect(await page.getByTestId("step-picture").getAttribute("data-frame")).toBe(frame);
  await expect(page.getByTestId("recipe-edited")).toBeVisible();

  // A look at the live picture, and a slip of the hand, lose nothing of what was tuned.
  const tuned = await page.getByTestId("value-value").inputValue();
  await page.getByTestId("rail-live").click();
  await page.getByTestId("rail-recipes").click();
  await expect(page.getByTestId("recipe-edited")).toBeVisible();
  await expect(page.getByTestId("value-value")).toHaveValue(tuned);
  await page.getByTestId("undo-recipe").click();
  await expect(page.getByTestId("recipe-edited")).toHaveCount(0);
  await page.getByTestId("bring-back").click();
  await expect(page.getByTestId("recipe-edited")).toBeVisible();
  await expect(page.getByTestId("value-value")).toHaveValue(tuned);

  // How long from the slider to its picture: noted beside the result, not asserted.
  const times = await sliderToPicture(page, 12);
  expect(times).toHaveLength(12);
  const sorted = times.toSorted((a, b) => a - b);
  test.info().annotations.push({ type: "slider to picture", description: `median ${(sorted[6] ?? NaN).toFixed(0)} ms, slowest ${(sorted.at(-1) ?? NaN).toFixed(0)} ms, over ${times.length} changes` });
  console.log(`slider to picture: ${times.map((ms) => ms.toFixed(0)).join(" ")} ms`);

  // The picture is looked at closely, stays where it is with the next answer, and fits again.
  const picture = page.getByTestId("step-picture");
  const look = async (): Promise<string> => picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  // The answer to the last change may still be under way: it is there when two looks agree.
  let fitted = "";
  await expect.poll(async () => {
    const before = fitted;
    fitted = await look();
    return fitted === before;
  }, { intervals: [500] }).toBe(true);
  await picture.hover();
  await page.mouse.wheel(0, -500);
  await expect.poll(look).not.toBe(fitted);
  await picture.dblclick();
  await expect.poll(look).toBe(fitted);

  // An impossible order says so in one sentence, and nothing is lost.
  await page.getByTestId("step-up").click();
  await page.getByTestId("step-up").click();
  await expect(page.getByTestId("tuner-problem")).toContainText(/Recipe nuclei cannot be used \(step 1 \(threshold\): it needs a grey picture/u);
  await page.getByTestId("step-down").click();
  await page.getByTestId("step-down").click();
  await expect(page.getByTestId("tuner-problem")).toBeHidden();

  await page.getByTestId("save-recipe").click();
  await expect(page.getByTestId("tuner-notice")).toContainText("Saved as nuclei, version 2");
  expect(await readdir(join(first.dataDir, "recipes"))).toEqual(["nuclei.v2.yaml"]);
  const threshold = await page.getByTestId("value-value").inputValue();
  await first.close();

  const again = await launch({ args: ["--camera=virtual:nuclei"], dataDir: first.dataDir });
  await openTuner(again.page, /^nuclei, version 2, yours/u);
  await again.page.getByTestId("step-2").click();
  await expect(again.page.getByTestId("value-value")).toHaveValue(threshold);
});

test("live pictures follow one another, and the tuner is free of serious barriers in both themes", async ({ launch }) => {
  const { page } = await launch({ args: ["--camera=virtual:nuclei"] });
  await openTuner(page, /^nuclei/u);
  const frameOf = async (): Promise<number> => Number(await page.getByTestId("step-picture").getAttribute("data-frame"));
  const before = await frameOf();
  await page.getByTestId("tuner-mode-live").click();
  await expect.poll(frameOf).toBeGreaterThan(before);
  await page.getByTestId("tuner-mode-still").click();
  for (const theme of ["dark", "light"]) {
    await page.evaluate((name) => { document.documentElement.dataset["theme"] = name; }, theme);
    expect(await seriousBarriers(page), theme).toEqual([]);
  }
});
