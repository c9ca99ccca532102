import path from "node:path";
import type { Page } from "@playwright/test";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import type { DeviceSetup } from "../../src/shared/domain/device-setup.ts";
import { buildLabApp } from "./lab/build-lab.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf, startSession } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const LONG = { timeout: 60_000 };

const setupOf = (page: Page): Promise<DeviceSetup> => ask(page, "devices.setup", {});
const cameraOf = async (page: Page) => (await setupOf(page)).roles.find(({ role }) => role === "camera");
const recordedOf = async (page: Page): Promise<number> => (await snapshotOf(page)).ledger.recorded;
const logOf = async (page: Page): Promise<string> => (await ask(page, "log.recent", {})).map(({ text }) => text).join("\n");

/** The live picture goes on: more frames than now. */
async function expectFrames(page: Page): Promise<void> {
  const before = await recordedOf(page);
  await expect.poll(() => recordedOf(page), LONG).toBeGreaterThan(before + 3);
}

test("a GigE Vision camera: found on the network, tested, named, live, a field kept, lost without a word and in its mains, and taken up again", async ({ launch }) => {
  test.slow();
  const { page, app, dataDir } = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"], width: 1280, height: 720 });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");

  // Found: named by its maker and its address, not opened by that.
  await page.keyboard.press("Control+3");
  await expect(page.getByTestId("device-camera")).toBeVisible();
  const lab = await app.evaluate(() => ({ address: globalThis.ocularLab?.gige?.address, serial: globalThis.ocularLab?.gige?.serial }));
  if (lab.address === undefined) throw new Error("the lab has no network camera here: only Linux has all of 127.0.0.0/8");
  const found = page.getByTestId(`found-${lab.address}, on lo`);
  await expect(found).toContainText("Ocular Lab LabCamera", LONG);
  expect(await app.evaluate(() => globalThis.ocularLab?.gige?.isControlled())).toBe(false);

  // Tested: it says what it can, and is let go again.
  await page.getByTestId(`add-${lab.address}, on lo`).click();
  await expect(page.getByTestId("wizard-test-passed")).toContainText("1920 x 1200 px", LONG);
  await expect.poll(() => app.evaluate(() => globalThis.ocularLab?.gige?.isControlled()), LONG).toBe(false);
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("option-addresses")).toHaveValue("");
  expect(await seriousBarriers(page), "options step").toEqual([]);
  await page.getByTestId("wizard-next").click();
  await page.getByTestId("wizard-name").fill("Lab network camera");
  await expect(page.getByTestId("wizard-role-camera")).toBeChecked();
  await page.getByTestId("wizard-name").press("Enter");
  await expect(page.getByTestId("add-wizard")).toHaveCount(0, LONG);
  await expect(page.getByTestId("state-of-gigevision")).toContainText("Ready", LONG);
  await expect(page.getByTestId(`found-${lab.address}, on lo`)).toHaveCount(0);
  expect(await cameraOf(page)).toMatchObject({ seated: "configured", identity: { vendor: "Ocular Lab", model: "LabCamera", serial: lab.serial } });

  // Live: its picture, its settings, its features.
  await page.getByTestId("rail-live").click();
  await expect.poll(async () => (await snapshotOf(page)).camera?.settings.roi, LONG).toMatchObject({ width: 480, height: 360 });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await expectFrames(page);
  const written = await ask(page, "camera.writeFeature", { key: "gigevision", name: "ExposureTime", text: "5000" });
  expect(Number(written.value)).toBe(5000);
  expect((await snapshotOf(page)).camera?.settings.exposureMs).toBe(5);

  // A field of it.
  await startSession(page, "on the network");
  const { header } = await ask(page, "field.keep", {});
  expect(header).toMatchObject({ width: 480, height: 360, exposureMs: 5, cameraId: `gigevision:Ocular-Lab:LabCamera:${lab.serial}` });

  // The cable comes out: silence, in which it still believes to obey us. It is taken up again, with its settings.
  await app.evaluate(() => globalThis.ocularLab?.gige?.unplug());
  await expect.poll(async () => (await cameraOf(page))?.missing, LONG).toMatch(/Lab network camera/u);
  await expect(page.getByTestId("gap-camera").or(page.getByTestId("status-devices")).first()).toBeVisible(LONG);
  await app.evaluate(() => globalThis.ocularLab?.gige?.plug());
  await expect.poll(async () => (await cameraOf(page))?.state, LONG).toBe("ready");
  await expectFrames(page);

  // Its mains go off and on: it has forgotten everything, and lets us go at once.
  await app.evaluate(() => globalThis.ocularLab?.gige?.restart());
  await expect.poll(() => app.evaluate(() => globalThis.ocularLab?.gige?.exposureUs()), LONG).toBe(5000);
  await expect.poll(async () => (await cameraOf(page))?.state, LONG).toBe("ready");
  await expectFrames(page);
  expect(await logOf(page)).toMatch(/Camera disconnected[\s\S]*Camera is back[\s\S]*Camera disconnected[\s\S]*Camera is back/u);
  expect((await ask(page, "field.keep", {})).header).toMatchObject({ width: 480, height: 360, exposureMs: 5 });

  const { name } = await ask(page, "session.finish", {});
  expect(await verifySession(path.join(dataDir, name))).toMatchObject({ ok: true, sealed: true, files: 2 });
  const view = await ask(page, "library.open", { name });
  expect(view.ledger?.balanced).toBe(true);
});

test("a GigE Vision camera that no looking round finds is asked at its address, and nobody answers at another", async ({ launch }) => {
  const { page, app } = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"], env: { OCULAR_LAB_GIGE: "far" } });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await page.keyboard.press("Control+3");
  await expect(page.getByTestId("device-camera")).toBeVisible();
  const address = await app.evaluate(() => globalThis.ocularLab?.gige?.address) ?? "";
  expect((await ask(page, "devices.discover", {})).devices.filter(({ connection }) => connection === "network")).toEqual([]);

  await page.keyboard.press("n");
  await page.getByTestId("wizard-by-hand").click();
  await page.getByTestId("wizard-family").selectOption("gigevision");
  await expect(page.getByTestId("wizard-next")).toBeDisabled();
  await page.getByTestId("wizard-address").fill("127.76.0.1");
  await expect(page.getByTestId("wizard-next")).toHaveText("Find out what it is");
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("probe-silent")).toBeVisible(LONG);
  await page.getByTestId("wizard-address").fill(address);
  await page.getByTestId("wizard-address").press("Enter");
  await expect(page.getByTestId("probe-answer")).toContainText("Ocular Lab LabCamera", LONG);
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("wizard-test-passed")).toContainText("1920 x 1200 px", LONG);
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("option-addresses")).toHaveValue(address);
  await page.getByTestId("wizard-next").click();
  await page.getByTestId("wizard-next").click();
  await expect(page.getByTestId("add-wizard")).toHaveCount(0, LONG);
  await expect(page.getByTestId("state-of-gigevision")).toContainText("Ready", LONG);
  expect((await setupOf(page)).devices.find(({ device }) => device.key === "gigevision")?.device).toMatchObject({ identity: { product: "LabCamera" }, options: { addresses: [address] } });
});
