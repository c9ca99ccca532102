import { snapshotOf } from "./support/instrument-page.ts";
import { crushedParts, seriousBarriers } from "./support/barriers.ts";
import { expect, test } from "./support/launch.ts";

for (const [theme, width, height] of [["dark", 1280, 720], ["light", 960, 600]] as const) {
  test(`no screen has a serious barrier, nor a crushed button, ${theme} at ${width} x ${height}`, async ({ launch }) => {
    test.slow();
    const { page } = await launch({ width, height });
    await expect(page.getByTestId("keep-field").or(page.getByTestId("start-session"))).toBeVisible();
    await page.getByTestId("rail-settings").click();
    await page.getByTestId(`theme-${theme}`).click();
    for (const room of ["settings", "devices", "library", "compare", "batch", "explorer", "live"]) {
      await page.getByTestId(`rail-${room}`).click();
      await expect(page.getByTestId(`rail-${room}`)).toHaveAttribute("aria-current", "page");
      await expect(page.getByRole("main")).toBeVisible();
      expect(await seriousBarriers(page), room).toEqual([]);
      expect(await crushedParts(page), room).toEqual([]);
    }
  });
}

test("Ctrl and a digit open each workspace, also while typing", async ({ launch }) => {
  const { page } = await launch();
  await expect(page.getByTestId("start-session")).toBeVisible({ timeout: 60_000 });
  for (const [at, room] of ["live", "library", "devices", "settings", "compare", "recipes", "explorer", "batch"].entries()) {
    await page.keyboard.press(`Control+${at + 1}`);
    await expect(page.getByTestId(`rail-${room}`), room).toHaveAttribute("aria-current", "page");
    await expect(page.locator(".oc-rail [aria-current=page]")).toHaveCount(1);
  }
  await page.keyboard.press("Control+1");
  await page.getByTestId("specimen").focus();
  await page.keyboard.press("Control+6");
  await expect(page.getByTestId("rail-recipes")).toHaveAttribute("aria-current", "page");
});

test("everything is at hand from the keyboard: overview of keys, palette, stage, focus, stop", async ({ launch }) => {
  const { page } = await launch();
  await expect.poll(async () => (await snapshotOf(page)).acquisition).toBe("running");
  await page.getByTestId("picture-canvas").hover();
  await page.keyboard.press("?");
  await expect(page.getByTestId("key-overview")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("key-overview")).toBeHidden();

  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-input").fill("crosshair");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("command-palette")).toBeHidden();
  await expect(page.getByTestId("crosshair-toggle")).toHaveAttribute("aria-pressed", "true");

  const before = (await snapshotOf(page)).stage?.positionUm.x ?? NaN;
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => Math.round((await snapshotOf(page)).stage?.positionUm.x ?? NaN)).toBe(Math.round(before + 110.4 / 4));
  const focus = (await snapshotOf(page)).focus?.positionUm ?? NaN;
  await page.keyboard.press("PageUp");
  await expect.poll(async () => (await snapshotOf(page)).focus?.positionUm ?? NaN).not.toBeCloseTo(focus, 2);

  // A long way, stopped: the stage stands before it is there.
  await page.evaluate(() => void window.ocular.call("stage.moveTo", { xUm: 30_000, yUm: 0 }));
  await expect.poll(async () => (await snapshotOf(page)).stage?.moving).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(async () => (await snapshotOf(page)).stage?.moving).toBe(false);
  expect((await snapshotOf(page)).stage?.positionUm.x).toBeLessThan(29_000);
});

test("a move beyond the limits and a wrong start say so in words", async ({ launch }) => {
  const { page } = await launch();
  await expect.poll(async () => (await snapshotOf(page)).acquisition).toBe("running");
  await page.getByTestId("stage-x").fill("99999");
  await page.getByTestId("stage-x").press("Enter");
  await expect(page.getByText(/37\D?500/u).first()).toBeVisible();
  await page.getByTestId("start-session").click();
  await expect(page.getByTestId("session-form")).toContainText(/specimen/iu);
  expect((await snapshotOf(page)).session).toBeUndefined();
});
