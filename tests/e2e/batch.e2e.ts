import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { exportSmear } from "../../src/engine/devices/virtual/export/export-smear.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const FILES = 6;

test("a folder is looked at from end to end: progress, results on disk, cells by class with the surest first", async ({ launch }) => {
  test.slow();
  const folder = await mkdtemp(path.join(tmpdir(), "ocular-e2e-batch-"));
  try {
    const pictures = path.join(folder, "pictures");
    await exportSmear({ outDir: pictures, fields: FILES, seed: 3, pixelSizesUm: [0.08625], sensorWidth: 1280, sensorHeight: 960 });
    const { app, page } = await launch();
    // The person's answer to the dialog.
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, path.join(pictures, "images"));

    // Keys are heard once the screens stand.
    await expect(page.getByTestId("rail-batch")).toBeVisible({ timeout: 60_000 });
    await page.keyboard.press("Control+8");
    await expect(page.getByTestId("batch-drop")).toBeVisible();
    await expect(page.getByTestId("batch-start")).toBeDisabled();
    await page.getByTestId("batch-choose").click();
    await expect(page.getByTestId("batch-inputs")).toContainText("images");
    // A single input goes by its button or a key; the form is as it was before.
    await page.getByTestId("batch-remove").focus();
    await page.keyboard.press("Delete");
    await expect(page.getByTestId("batch-inputs")).toHaveCount(0);
    await page.getByTestId("batch-choose").click();
    await expect(page.getByTestId("batch-inputs")).toContainText("images");
    await page.getByTestId("batch-remove").click();
    await expect(page.getByTestId("batch-inputs")).toHaveCount(0);
    await page.getByTestId("batch-choose").click();
    await expect(page.getByTestId("batch-inputs")).toContainText("images");
    // A look at another screen keeps the form.
    await page.keyboard.press("Control+1");
    await expect(page.getByTestId("start-session")).toBeVisible();
    await page.keyboard.press("Control+8");
    await expect(page.getByTestId("batch-inputs")).toContainText("images");
    // Where the model knows how large its cells are, a person may say no to a scale made of them.
    await page.getByTestId("batch-analyzer").selectOption("model:blood-cells");
    await expect(page.getByTestId("batch-scale")).toHaveValue("estimated");
    await page.getByTestId("batch-scale").selectOption("as-is");
    await page.getByTestId("batch-analyzer").selectOption("rules:red-cells");
    await expect(page.getByTestId("batch-scale")).toHaveCount(0);
    await page.getByTestId("batch-pixel-size").fill("nothing");
    await expect(page.getByTestId("batch-start")).toBeDisabled();
    await page.getByTestId("batch-pixel-size").fill("0.1725");
    await page.getByTestId("batch-start").click();

    await expect(page.getByTestId("batch-state")).toHaveText("Done", { timeout: 120_000 });
    await expect(page.getByTestId("batch-progress")).toContainText(`${FILES} of ${FILES} files`);
    await expect(page.getByTestId("batch-without-scale")).toHaveCount(0);
    const out = path.join(pictures, "images - red-cells");
    expect((await readdir(out)).sort()).toEqual(["counts.csv", "counts.parquet", "detections.coco.json", "objects.csv", "objects.parquet", "run.json"]);
    const objects = (await readFile(path.join(out, "objects.csv"), "utf8")).trim().split("\r\n").length - 1;
    expect(objects).toBeGreaterThan(20);
    expect((await ask(page, "batch.status", {})).counts.reduce((sum, { n }) => sum + n, 0)).toBe(objects);

    await expect(page.getByTestId("batch-cell").first()).toBeVisible({ timeout: 60_000 });
    const scores = (await page.getByTestId("batch-cell").locator("span").allInnerTexts()).map(Number);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const theme of ["light", "dark"]) {
      await page.evaluate((name) => { document.documentElement.dataset["theme"] = name; }, theme);
      expect(await seriousBarriers(page), theme).toEqual([]);
    }
    // A cell is there, not a grey square: its canvas has more than one colour.
    const colours = await page.getByTestId("batch-cell").locator("canvas").first().evaluate((canvas) => new Set(new Uint32Array((canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, 72, 72).data.buffer ?? new ArrayBuffer(0))).size);
    expect(colours).toBeGreaterThan(20);
    const shot = process.env["OCULAR_DOC_SHOTS"];
    if (shot !== undefined) await page.screenshot({ path: path.join(shot, "batch.png"), mask: [page.locator(".oc-batch__what"), page.locator(".oc-batch__out")], maskColor: "#202020" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a batch of a folder without pictures says so, and another may follow", async ({ launch }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "ocular-e2e-batch-"));
  try {
    const { app, page } = await launch();
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
    }, folder);
    await page.getByTestId("rail-batch").click();
    await page.getByTestId("batch-choose").click();
    await page.getByTestId("batch-analyzer").selectOption("rules:nuclei");
    await page.getByTestId("batch-start").click();
    await expect(page.getByTestId("batch-failures")).toContainText("holds no PNG, JPEG or TIFF picture", { timeout: 60_000 });
    await page.getByTestId("batch-another").click();
    await expect(page.getByTestId("batch-drop")).toBeVisible();
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(`${folder} - nuclei`, { recursive: true, force: true });
  }
});
