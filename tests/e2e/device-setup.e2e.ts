import type { Page } from "@playwright/test";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

/** Opens the workspace as a person does, once the microscope is there. */
async function openDevices(page: Page): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).acquisition).toBe("running");
  await page.keyboard.press("Control+3");
  await expect(page.getByTestId("device-camera")).toBeVisible();
}

for (const theme of ["dark", "light"] as const) {
  test(`nobody is kept out of devices, wizard and homing, ${theme}`, async ({ launch }) => {
    test.slow();
    const { page } = await launch({ width: 1280, height: 720 });
    await page.getByTestId("rail-settings").click();
    await page.getByTestId(`theme-${theme}`).click();
    await openDevices(page);
    expect(await seriousBarriers(page), "microscope").toEqual([]);
    await page.getByTestId("add-device").click();
    await page.getByTestId("wizard-by-hand").click();
    await expect(page.getByTestId("wizard-family")).toBeVisible();
    expect(await seriousBarriers(page), "wizard").toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("home-stage").click();
    expect(await seriousBarriers(page), "homing").toEqual([]);
  });
}

test("a practised fault is seen where it matters: in its role, on the live screen, and gone when it is cured", async ({ launch }) => {
  const { page } = await launch();
  await openDevices(page);
  await expect(page.getByTestId("device-state-xyStage")).toContainText("Ready");
  await page.getByTestId("fault-xyStage-disconnect").click();
  await expect(page.getByTestId("device-state-xyStage")).not.toContainText("Ready");
  await page.getByTestId("rail-live").click();
  await expect(page.getByTestId("gap-xyStage")).toBeVisible();
  await expect(page.getByTestId("focus-z")).toBeVisible();
  await page.getByTestId("gap-xyStage").click();
  await page.getByTestId("fault-xyStage-reconnect").click();
  await expect(page.getByTestId("device-state-xyStage")).toContainText("Ready");
  await page.getByTestId("rail-live").click();
  await expect(page.getByTestId("gap-xyStage")).toHaveCount(0);
  await expect(page.getByTestId("stage-x")).toBeVisible();
});

test("the wizard is reached by a key and by name, goes back by Esc and keeps what was chosen; homing needs a name and a look", async ({ launch }) => {
  const { page } = await launch();
  await openDevices(page);
  await page.keyboard.press("n");
  await expect(page.getByTestId("add-wizard")).toBeVisible();
  await page.getByTestId("wizard-by-hand").click();
  await page.getByTestId("wizard-family").selectOption("prior-proscan");
  await expect(page.getByTestId("wizard-next")).toBeDisabled();
  await page.getByTestId("wizard-address").fill("/dev/does-not-exist");
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("wizard-test-failed")).toBeVisible({ timeout: 30_000 });
  await page.getByTestId("wizard-skip-test").click();
  await expect(page.getByTestId("option-stage")).toBeChecked();
  await page.getByTestId("option-stage.limitsUm.x.max").fill("12000");
  await page.getByTestId("option-stage.limitsUm.x.max").press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("wizard-address")).toHaveValue("/dev/does-not-exist");
  await expect(page.getByTestId("wizard-back")).toContainText("Close");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("add-wizard")).toHaveCount(0);

  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-input").fill("home the stage");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("home-dialog")).toBeVisible();
  await page.getByTestId("home-who").fill("");
  await page.getByTestId("home-clear").check();
  await expect(page.getByTestId("home-start")).toBeDisabled();
  await page.getByTestId("home-who").fill("Ada");
  await expect(page.getByTestId("home-start")).toBeEnabled();
  await page.getByTestId("home-cancel").click();
  await page.keyboard.press("?");
  await expect(page.getByTestId("key-overview")).toContainText("Add a device...");
});

test("what is set up is what the instrument says", async ({ launch }) => {
  const { page } = await launch();
  await openDevices(page);
  const setup = await ask(page, "devices.setup", {});
  for (const { role, seated } of setup.roles) {
    if (seated === "none") await expect(page.getByTestId(`device-state-${role}`)).toHaveText("Nobody");
    else await expect(page.getByTestId(`device-state-${role}`)).toBeVisible();
  }
  await expect(page.getByTestId("open-microscope")).toContainText(setup.name);
});
