import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const project = join(import.meta.dirname, "../..");
const FIELDS = 3;

/** A sealed session of a few kept fields, made by the same instrument without a window. */
async function keepSession(dataDir: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(project, "out/node/cli.mjs"), "run", "--out", dataDir, "--fields", String(FIELDS), "--frame-rate", "4", "--specimen", "SMEAR-EXPLORE", "--operator", "Ada"]);
}

/** Every detection of every field is a point. */
async function cellsOf(page: Page): Promise<number> {
  const [summary] = await ask(page, "library.list", {});
  if (summary === undefined) throw new Error("there is no session");
  const { fields } = await ask(page, "library.open", { name: summary.name });
  return fields.reduce((sum, { detections }) => sum + (detections?.length ?? 0), 0);
}

async function openExplorer(page: Page): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).acquisition).toBe("running");
  // The keys are heard once the screens stand.
  await expect(page.getByTestId("rail-explorer")).toBeVisible();
  await page.keyboard.press("Control+7");
  await expect(page.getByTestId("explorer")).toHaveAttribute("data-state", "ready", { timeout: 60_000 });
}

async function selectedCells(page: Page): Promise<number> {
  const text = (await page.getByTestId("selected-count").textContent()) ?? "";
  return / of /u.test(text) ? Number.parseInt(text, 10) : 0;
}

test("from points to cells and back: select, look, find cells like one, lay out a map", async ({ launch }, testInfo) => {
  test.slow();
  const dataDir = testInfo.outputPath("library");
  await keepSession(dataDir);
  const { app, page } = await launch({ width: 1440, height: 900, dataDir });
  await openExplorer(page);
  const cells = await cellsOf(page);
  expect(cells).toBeGreaterThan(30);
  // Named and coloured alike whether or not the model was ready when the session was opened.
  await expect(page.getByText(/^Red cell \d/u)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId("scatter")).toHaveAttribute("data-points", String(cells));
  await expect(page.getByTestId("selected-count")).toHaveText(`${cells} cells`);

  // A box over the whole plot takes every cell; their pictures come.
  const plot = await page.getByTestId("scatter").boundingBox();
  if (plot === null) throw new Error("the plot has no box");
  const drag = async (x0: number, y0: number, x1: number, y1: number): Promise<void> => {
    await page.mouse.move(plot.x + x0 * plot.width, plot.y + y0 * plot.height);
    await page.mouse.down();
    await page.mouse.move(plot.x + x1 * plot.width, plot.y + y1 * plot.height, { steps: 4 });
    await page.mouse.up();
  };
  await drag(0.02, 0.02, 0.98, 0.9);
  await expect.poll(() => selectedCells(page)).toBe(cells);
  await expect(page.getByTestId("gallery-cell")).toHaveCount(Math.min(cells, 96));
  await expect.poll(() => page.locator("[data-testid=gallery-cell] canvas[data-loaded=true]").count()).toBe(Math.min(cells, 96));
  // They are pictures: not of one colour.
  const tones = await page.locator("[data-testid=gallery-cell] canvas").first().evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray() };
    return new Set(data.filter((_, at) => at % 4 === 0)).size;
  });
  expect(tones).toBeGreaterThan(4);

  // A cell of the gallery is marked in its own field.
  const tile = page.getByTestId("gallery-cell").nth(3);
  await tile.click();
  await expect(page.getByTestId("explorer-field")).toHaveAttribute("data-cell", (await tile.getAttribute("data-cell")) ?? "");
  await expect(tile).toHaveAttribute("aria-pressed", "true");

  // By keyboard alone: from point to point, clear, select, find cells like it.
  await page.getByTestId("scatter").focus();
  await page.keyboard.press("Escape");
  await expect.poll(() => selectedCells(page)).toBe(0);
  const before = await page.getByTestId("explorer-field").getAttribute("data-cell");
  for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByTestId("explorer-field")).not.toHaveAttribute("data-cell", before ?? "");
  await page.keyboard.press("Enter");
  await expect.poll(() => selectedCells(page)).toBe(1);
  const of = await page.getByTestId("explorer-field").getAttribute("data-cell");
  await page.keyboard.press("s");
  await expect(page.getByTestId("alike-source")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId("gallery-cell").first()).toHaveAttribute("data-cell", of ?? "");
  // Ranked: no cell is more alike than the one before it.
  const likeness = (await page.getByTestId("gallery-cell").allInnerTexts()).slice(1).map((text) => Number(/-?\d\.\d+/u.exec(text)?.[0]));
  expect(likeness.length).toBeGreaterThan(5);
  expect(likeness.every((value, at) => at === 0 || value <= (likeness[at - 1] ?? -1))).toBe(true);
  await expect.poll(() => page.locator("[data-testid=gallery-cell] canvas[data-loaded=false]").count()).toBe(0);
  const shot = process.env["OCULAR_DOC_SHOTS"];
  if (shot !== undefined) await page.screenshot({ path: join(shot, "explorer.png") });

  // Every cell as a row of a table, where the person says.
  const csv = join(dataDir, "cells.csv");
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, csv);
  await page.getByTestId("export-cells").click();
  await expect(page.getByTestId("export-done")).toHaveText(`${cells} cells written to cells.csv`, { timeout: 60_000 });
  const rows = (await readFile(csv, "utf8")).trim().split("\r\n");
  expect(rows).toHaveLength(cells + 1);
  expect(rows[0]).toContain("class,analyzer_class,score");

  // Maps of all numbers, made beside the page.
  for (const mode of ["pca", "umap"]) {
    await page.getByTestId(`plot-mode-${mode}`).click();
    await expect(page.getByTestId("scatter")).toHaveAttribute("data-points", String(cells), { timeout: 90_000 });
    await expect(page.getByTestId("explorer-work")).toBeHidden();
    await expect(page.getByTestId("explorer-problem")).toBeHidden();
  }

  // Bars lead to their cells too.
  await page.getByTestId("plot-mode-histogram").click();
  await page.getByTestId("histogram").focus();
  await page.keyboard.press("Escape");
  await drag(0.1, 0.3, 0.6, 0.35);
  await expect.poll(() => selectedCells(page)).toBeGreaterThan(0);
  await page.getByTestId("axis-x").selectOption("meanRed");
  await expect(page.getByTestId("histogram")).toHaveAttribute("aria-label", /Mean red/u);
});

test("nothing to explore says so; the explorer is free of serious barriers in both themes", async ({ launch }, testInfo) => {
  const dataDir = testInfo.outputPath("library");
  const { page } = await launch({ dataDir });
  await expect.poll(async () => (await snapshotOf(page)).acquisition).toBe("running");
  await expect(page.getByTestId("rail-explorer")).toBeVisible();
  await page.keyboard.press("Control+7");
  await expect(page.getByTestId("explorer-empty")).toBeVisible();
  await page.keyboard.press("Control+1");
  await keepSession(dataDir);
  await openExplorer(page);
  await page.getByTestId("scatter").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("gallery-cell")).toHaveCount(1);
  for (const theme of ["dark", "light"]) {
    await page.evaluate((name) => { document.documentElement.dataset["theme"] = name; }, theme);
    expect(await seriousBarriers(page), theme).toEqual([]);
  }
});
