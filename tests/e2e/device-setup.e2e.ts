import type { Page } from "@playwright/test";
import { buildLabApp } from "./lab/build-lab.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

/** Real ports and a busy machine. */
const LONG = { timeout: 60_000 };

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
    await page.getByTestId("wizard-family").selectOption("prior-proscan");
    await page.getByTestId("wizard-address").fill("/dev/does-not-exist");
    expect(await seriousBarriers(page), "find step").toEqual([]);
    await page.getByTestId("wizard-next").click();
    await expect(page.getByTestId("wizard-test-failed")).toBeVisible({ timeout: 30_000 });
    expect(await seriousBarriers(page), "test step, failed").toEqual([]);
    await page.getByTestId("wizard-skip-test").click();
    await expect(page.getByTestId("option-stage")).toBeChecked();
    expect(await seriousBarriers(page), "options step").toEqual([]);
    await page.getByTestId("wizard-next").click();
    await expect(page.getByTestId("wizard-roles-unknown")).toBeVisible();
    await page.getByTestId("wizard-name").fill("");
    expect(await seriousBarriers(page), "name step, parts unknown, without a name").toEqual([]);
    for (let step = 0; step < 4; step++) await page.keyboard.press("Escape");
    await expect(page.getByTestId("add-wizard")).toHaveCount(0);
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

test("the whole way on screen: found, asked, tested, named, live, moved, heard, told, unplugged, plugged in again, and locked by a session", async ({ launch }) => {
  test.slow();
  const entry = await buildLabApp();
  const { page, app } = await launch({ entry, args: ["--frame-rate=8"], width: 1280, height: 720 });
  await openDevices(page);
  const stagePort = await app.evaluate(() => globalThis.ocularLab?.stagePort);
  if (stagePort === undefined) throw new Error("the lab has no stage");

  // The stage: chosen in the list, asked what it is, tested, limited, named; by keys where there are any.
  await page.getByTestId(`add-${stagePort}`).click();
  await expect(page.getByTestId("wizard-next")).toHaveText("Find out what it is");
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("probe-progress").or(page.getByTestId("probe-answer"))).toBeVisible();
  await expect(page.getByTestId("probe-answer")).toContainText("ProScan", LONG);
  expect(await seriousBarriers(page), "find step, answered").toEqual([]);
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("wizard-test-passed")).toContainText("Stage", LONG);
  expect(await seriousBarriers(page), "test step").toEqual([]);
  await page.getByTestId("wizard-next").click();
  await page.getByTestId("option-stage.limitsUm.x.max").fill("500");
  await page.getByTestId("option-stage.limitsUm.x.max").press("Enter");
  expect(await seriousBarriers(page), "options step").toEqual([]);
  await page.getByTestId("wizard-next").click();
  await page.getByTestId("wizard-name").fill("Lab stage");
  await expect(page.getByTestId("wizard-role-xyStage")).toBeChecked();
  expect(await seriousBarriers(page), "name step").toEqual([]);
  await page.getByTestId("wizard-name").press("Enter");
  await expect(page.getByTestId("add-wizard")).toHaveCount(0, LONG);
  await expect(page.getByTestId("open-prior-proscan")).toContainText("Lab stage");
  await expect(page.getByTestId("state-of-prior-proscan")).toContainText("Ready", LONG);

  // The camera tells by its plug what it is: the test begins at once, and there is nothing to set.
  await expect(page.getByTestId(`add-${stagePort}`)).toHaveCount(0);
  await page.getByTestId("add-in process").click();
  await expect(page.getByTestId("wizard-test-passed")).toContainText("Camera", LONG);
  await page.getByTestId("wizard-next").click();
  await page.getByTestId("wizard-name").fill("Lab camera");
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("state-of-usb3vision")).toContainText("Ready", LONG);
  await page.getByTestId("open-microscope").click();
  await expect(page.getByTestId("assign-camera")).toHaveValue(/^usb3vision/u);
  await expect(page.getByTestId("assign-xyStage")).toHaveValue("prior-proscan/stage");

  // Live: the picture is the new camera's, the limit is the one that was typed.
  await page.getByTestId("rail-live").click();
  await expect.poll(async () => (await snapshotOf(page)).camera?.settings.roi, LONG).toMatchObject({ width: 480, height: 360 });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await page.getByTestId("stage-x").fill("600");
  await page.getByTestId("stage-x").press("Enter");
  await expect(page.getByText(/Range: -50000\.0 to 500\.0/u)).toBeVisible();
  await page.getByTestId("stage-x").fill("250");
  await page.getByTestId("stage-x").press("Enter");
  // Where the motors truly stand. An answer of the main process may be lost to its garbage collector: then it is asked again.
  await expect(async () => { expect(await app.evaluate(() => globalThis.ocularLab?.stagePositionUm().x)).toBeCloseTo(250, 0); }).toPass(LONG);

  // What was said to it can be read, filtered and held.
  await page.keyboard.press("Control+3");
  await page.getByTestId("open-prior-proscan").click();
  await page.getByTestId("device-tab-console").click();
  await expect(page.getByTestId("console-count")).toContainText("lines", LONG);
  await page.getByTestId("console-filter").fill("G,");
  await expect(page.getByTestId("console-lines")).toContainText("G,");
  await page.getByTestId("console-direction-<").click();
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await page.getByTestId("console-direction-all").click();
  await page.getByTestId("console-pause").click();
  await expect(page.getByTestId("console-count")).toContainText("Paused");
  expect(await seriousBarriers(page), "conversation").toEqual([]);
  await page.getByTestId("device-tab-options").click();
  await expect(page.getByTestId("option-stage.limitsUm.x.max")).toHaveValue("500");

  // A feature, by its search; out of range says the range, the true value comes back.
  await page.getByTestId("open-usb3vision").click();
  await page.getByTestId("device-tab-features").click();
  await page.getByTestId("feature-search").fill("exposure time");
  const exposure = page.getByTestId("tree-value-ExposureTime");
  await expect(exposure).toBeVisible(LONG);
  await exposure.fill("0");
  await expect(page.getByTestId("tree-range-ExposureTime")).toContainText("Range:");
  await exposure.fill("5000");
  await exposure.press("Enter");
  await expect.poll(async () => (await snapshotOf(page)).camera?.settings.exposureMs, LONG).toBeCloseTo(5, 1);
  await expect(page.getByTestId("needed-value-ExposureTime")).toHaveValue(/^(?:5000|4999|5001)/u);
  expect(await seriousBarriers(page), "features").toEqual([]);
  // What went to its registers for that, and what came back.
  await page.getByTestId("device-tab-console").click();
  await page.getByTestId("console-filter").fill("0x8020");
  await expect(page.getByTestId("console-lines")).toContainText("write 00 00 00 00 00 88 b3 40 at 0x8020", LONG);
  await page.getByTestId("console-filter").fill("");

  // Unplugged: named where it matters, with what can be done; the virtual one stands in, the real one is taken back.
  await page.getByTestId("open-microscope").click();
  await app.evaluate(() => globalThis.ocularLab?.unplugStage());
  await expect(page.getByTestId("device-reason-xyStage")).toContainText("Lab stage", LONG);
  expect(await seriousBarriers(page), "missing").toEqual([]);
  await page.getByTestId("rail-live").click();
  await expect(page.getByTestId("gap-xyStage")).toHaveText(/missing/u);
  await expect(page.getByTestId("status-devices")).toBeVisible();
  await page.getByTestId("gap-xyStage").click();
  await page.getByTestId("offer-xyStage-virtual").click();
  await expect(page.getByTestId("device-xyStage")).toContainText("Stands in for Lab stage", LONG);
  await app.evaluate(() => globalThis.ocularLab?.plugStage());
  await page.getByTestId("take-up-xyStage").click(LONG);
  await expect(page.getByTestId("device-state-xyStage")).toContainText("Ready", LONG);
  await expect(page.getByTestId("device-xyStage")).not.toContainText("Stands in");
  await app.evaluate(() => globalThis.ocularLab?.unplugCamera());
  await expect(page.getByTestId("device-reason-camera")).toBeVisible(LONG);
  await app.evaluate(() => globalThis.ocularLab?.plugCamera());
  await expect(page.getByTestId("device-state-camera")).toContainText(/Ready|Busy/u, LONG);

  // A lens with its scale: kept at once.
  await page.getByTestId("add-objective").click();
  await page.getByTestId("pixel-size-10x").fill("0.345");
  await page.getByTestId("pixel-size-10x").press("Enter");
  await expect.poll(async () => (await ask(page, "devices.setup", {})).objectives.find(({ id }) => id === "10x")?.pixelSizeUm, LONG).toBe(0.345);

  // A session: nothing can be changed, and the screen says why.
  await ask(page, "session.start", { operator: "Ada", specimenId: "on screen", note: "" });
  await expect(page.getByTestId("devices-locked")).toContainText("session", LONG);
  await expect(page.getByTestId("add-device")).toBeDisabled();
  expect(await seriousBarriers(page), "locked").toEqual([]);
  await ask(page, "session.finish", {});
  await expect(page.getByTestId("devices-locked")).toHaveCount(0, LONG);

  // Taken out: only after what goes with it was said.
  await page.getByTestId("open-prior-proscan").click();
  await page.getByTestId("remove-device").click();
  await expect(page.getByTestId("remove-dialog")).toContainText("stage, focus");
  expect(await seriousBarriers(page), "removing").toEqual([]);
  await page.getByTestId("question-confirm").click();
  await expect(page.getByTestId("open-prior-proscan")).toHaveCount(0, LONG);
});
