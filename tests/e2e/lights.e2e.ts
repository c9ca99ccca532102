import type { ElectronApplication } from "@playwright/test";
import { buildLabApp } from "./lab/build-lab.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test, windowIdOf } from "./support/launch.ts";

const LONG = { timeout: 60_000 };

/** What the lamps of the lab truly give. An answer of the main process may be lost to its garbage collector: then it is asked again. */
async function expectLights(app: ElectronApplication, percents: Readonly<Record<string, number>>): Promise<void> {
  await expect(async () => { expect(await app.evaluate(() => globalThis.ocularLab?.lightPercents())).toEqual(percents); }).toPass(LONG);
}

test("of several lights one is the light, by keys; the one before goes dark, those beside are set too, and without a screen all of them are dark", async ({ launch }) => {
  test.slow();
  const entry = await buildLabApp();
  const { page, app } = await launch({ entry, args: ["--frame-rate=8"], width: 1280, height: 720, expectedErrors: [/./] });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  // Ports and buses are opened with the first question about devices.
  await ask(page, "devices.setup", {});
  const port = (await app.evaluate(() => globalThis.ocularLab?.stagePort)) ?? "";
  await ask(page, "devices.add", { device: { key: "proscan", name: "Lamps", family: "prior-proscan", port, options: { shutters: [1, 2], hasLamp: true } } });
  await ask(page, "light.set", { percent: 100 });
  await expectLights(app, { shutter1: 100, shutter2: 0, lamp: 0 });

  // The lamp takes the place of the shutter.
  await page.keyboard.press("Control+3");
  await page.getByTestId("open-proscan").click();
  await expect(page.getByTestId("part-shutter-1")).toContainText("Light");
  await expect(page.getByTestId("use-shutter-1")).toHaveCount(0);
  expect(await seriousBarriers(page), "parts of a device").toEqual([]);
  await page.getByTestId("use-lamp").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("use-lamp")).toHaveCount(0, LONG);
  await expect(page.getByTestId("use-shutter-1")).toBeVisible();
  await expectLights(app, { shutter1: 0, shutter2: 0, lamp: 0 });
  await ask(page, "light.set", { percent: 30 });
  await expectLights(app, { shutter1: 0, shutter2: 0, lamp: 30 });
  await expect(page.getByTestId("level-lamp")).toHaveValue("30");

  // One beside it is lit where it is, also while a session is open, whose log says so.
  await ask(page, "session.start", { operator: "Ada", specimenId: "lights", note: "" });
  await expect(page.getByTestId("use-shutter-1")).toBeDisabled();
  await page.getByTestId("level-shutter-2").fill("100");
  await page.getByTestId("level-shutter-2").press("Enter");
  await expectLights(app, { shutter1: 0, shutter2: 100, lamp: 30 });
  await expect.poll(async () => (await ask(page, "log.recent", {})).some(({ text }) => text.includes("Lamps, shutter-2 is set to 100 %")), LONG).toBe(true);

  await app.evaluate(({ BrowserWindow }, id) => { BrowserWindow.fromId(id)?.webContents.forcefullyCrashRenderer(); }, await windowIdOf({ app, page }));
  await expectLights(app, { shutter1: 0, shutter2: 0, lamp: 0 });
});
