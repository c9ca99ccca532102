import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ElectronApplication, Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { parseConfiguration, readConfigurationFile } from "../../src/engine/devices/setup/configuration/configuration-file.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import { buildLabApp } from "./lab/build-lab.ts";
import { seriousBarriers } from "./support/barriers.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

/** Real ports and a busy machine. */
const LONG = { timeout: 60_000 };

/** What a person answers to the system's dialog for a place to write to; undefined closes it. Kept until told otherwise. */
async function writeTo(app: ElectronApplication, file: string | undefined): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: filePath === undefined, filePath: filePath ?? "" });
  }, file);
}

/** The same for a file to read. */
async function readFrom(app: ElectronApplication, file: string | undefined): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: filePath === undefined, filePaths: filePath === undefined ? [] : [filePath] });
  }, file);
}

/** The lab's stage, set up by the calls that the wizard makes, on the devices screen. */
async function openWithStage(page: Page, app: ElectronApplication): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await page.keyboard.press("Control+3");
  await expect(page.getByTestId("device-camera")).toBeVisible();
  const port = await app.evaluate(() => globalThis.ocularLab?.stagePort);
  if (port === undefined) throw new Error("the lab has no stage");
  await ask(page, "devices.add", { device: { key: "stage", name: "Lab stage", family: "prior-proscan", port, options: { stage: { limitsUm: { x: { min: -70_000, max: 70_000 }, y: { min: -70_000, max: 70_000 } } }, focus: {} } } });
  await expect(page.getByTestId("state-of-stage")).toContainText("Ready", LONG);
}

/** The same with the lab's camera. */
async function openWithLab(page: Page, app: ElectronApplication): Promise<DeviceConfiguration> {
  await openWithStage(page, app);
  const camera = (await ask(page, "devices.discover", {})).devices.find(({ connection }) => connection === "usb")?.suggestion;
  if (camera === undefined) throw new Error("the lab has no USB camera");
  await ask(page, "devices.add", { device: { ...camera, key: "camera", name: "Lab camera" } });
  await expect(page.getByTestId("state-of-camera")).toContainText("Ready", LONG);
  return ask(page, "devices.configuration", {});
}

const toast = (page: Page, text: RegExp | string) => page.getByTestId("toast").filter({ hasText: text });

test("the set-up goes out as a file and comes back the same; a broken file is refused in one sentence and nothing is lost", async ({ launch }) => {
  test.slow();
  const { page, app, dataDir, profileDir } = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"], width: 1280, height: 720 });
  const before = await openWithLab(page, app);
  const stored = path.join(profileDir, "devices.yaml");
  const keptBefore = await readFile(stored, "utf8");
  const areReady = async (): Promise<void> => {
    for (const key of ["stage", "camera"]) await expect(page.getByTestId(`state-of-${key}`)).toContainText("Ready", LONG);
  };

  // Out: nothing where the dialog is closed, a sentence where it cannot be written, the whole set-up where it can.
  await writeTo(app, undefined);
  await page.getByTestId("export-devices").click();
  await expect(page.getByTestId("export-devices")).toBeEnabled();
  expect(await readdir(dataDir)).toEqual([]);
  // Below a file there is no folder to write into, for no user.
  await writeTo(app, path.join(stored, "room.yaml"));
  await page.getByTestId("export-devices").click();
  await expect(toast(page, "room.yaml")).toBeVisible();
  const file = path.join(dataDir, "room 2.yaml");
  await writeTo(app, file);
  await page.getByTestId("export-devices").click();
  await expect(toast(page, `Written to ${file}`)).toBeVisible();
  expect(await readConfigurationFile(file)).toEqual(before);
  expect(await readdir(dataDir)).toEqual(["room 2.yaml"]);

  // Broken ones: each refused with its reason, and everything is as it was.
  const text = await readFile(file, "utf8");
  const broken: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ["cut.yaml", text.slice(0, text.indexOf("    family: prior")), /The device configuration .*cut\.yaml.*devices\.1\.family/u],
    ["role.yaml", text.replace("device: camera", "device: gone"), /there is no device "gone"/u],
    ["newer.yaml", text.replace("version: 1", "version: 7"), /version 7, newer than this Ocular understands/u],
    ["picture.yaml", new Uint8Array([0x89, 0x50, 0xff, 0xfe, 0x00]), /it is not text/u],
    ["other.cfg", "nothing of Micro-Manager's", /names no device: it is no Micro-Manager configuration/u],
  ];
  for (const [name, content, reason] of broken) {
    await writeFile(path.join(dataDir, name), content);
    await readFrom(app, path.join(dataDir, name));
    await page.getByTestId("import-devices").click();
    const said = toast(page, name);
    await expect(said, name).toContainText(reason);
    // One sentence, of which the reader sees where it ends.
    expect((await said.innerText()).trim().split("\n"), name).toHaveLength(1);
    await said.getByRole("button", { name: "Close" }).click();
    await expect(page.getByTestId("import-dialog")).toHaveCount(0);
  }
  expect(await ask(page, "devices.configuration", {})).toEqual(before);
  expect(await readFile(stored, "utf8")).toBe(keptBefore);
  await areReady();

  // Micro-Manager's: what was not understood is read before anything is used, and Cancel leaves all as it is.
  const cfg = path.join(dataDir, "scope.cfg");
  await writeFile(cfg, "Device,XYStage,Prior,XYStage\nDevice,Laser,NoSuchLibrary,Laser\nProperty,Core,XYStage,XYStage\n");
  await readFrom(app, cfg);
  await page.getByTestId("import-devices").click();
  await expect(page.getByTestId("import-remarks")).toContainText("NoSuchLibrary");
  expect(await seriousBarriers(page), "importing").toEqual([]);
  await page.getByTestId("question-cancel").click();
  expect(await ask(page, "devices.configuration", {})).toEqual(before);

  // Forgotten, after what goes was said; and in again.
  await page.getByTestId("forget-devices").click();
  await expect(page.getByTestId("forget-dialog")).toContainText("3 devices");
  expect(await seriousBarriers(page), "forgetting").toEqual([]);
  await page.getByTestId("question-confirm").click();
  await expect(page.getByTestId("open-stage")).toHaveCount(0, LONG);
  expect(await readdir(profileDir)).not.toContain("devices.yaml");
  await readFrom(app, file);
  await page.getByTestId("import-devices").click();
  await expect(page.getByTestId("import-dialog")).toContainText("Lab stage");
  await expect(page.getByTestId("import-dialog")).toContainText("Everything in the file was understood.");
  await expect(page.getByTestId("open-stage")).toHaveCount(0);
  await page.getByTestId("question-confirm").click();
  await areReady();
  expect(await ask(page, "devices.configuration", {})).toEqual(before);
  expect(await readConfigurationFile(stored)).toEqual(before);
  await page.getByTestId("open-microscope").click();
  await expect(page.getByTestId("assign-xyStage")).toHaveValue("stage/stage");
});

test("the support bundle holds what helps to find a fault, in text, and no picture", async ({ launch }) => {
  test.slow();
  const { page, app, dataDir, profileDir } = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"] });
  const configuration = await openWithLab(page, app);
  await ask(page, "stage.moveTo", { xUm: 250, yUm: -120 });
  await ask(page, "camera.writeFeature", { key: "camera", name: "ExposureTime", text: "5000" });
  await ask(page, "session.start", { operator: "Ada", specimenId: "bundle", note: "" });
  await ask(page, "field.keep", {});

  await writeTo(app, path.join(profileDir, "devices.yaml", "bundle.zip"));
  await page.getByTestId("support-bundle").click();
  await expect(toast(page, "bundle.zip")).toBeVisible();
  const file = path.join(dataDir, "bundle.zip");
  await writeTo(app, file);
  await page.getByTestId("support-bundle").click();
  await expect(toast(page, `Support bundle written to ${file}`)).toBeVisible();

  const files = Object.fromEntries(Object.entries(unzipSync(new Uint8Array(await readFile(file)))).map(([name, bytes]) => [name, new TextDecoder("utf-8", { fatal: true }).decode(bytes)]));
  expect(Object.keys(files).toSorted()).toEqual(["about.json", "configuration.yaml", "conversations/camera.txt", "conversations/stage.txt", "conversations/virtual.txt", "devices.json", "instrument.json", "log.txt"]);
  expect(JSON.parse(files["about.json"] ?? "")).toMatchObject({ ocular: expect.stringMatching(/^\d+\.\d+\.\d+/u), electron: expect.any(String), node: expect.any(String), system: expect.any(String) });
  expect(parseConfiguration(files["configuration.yaml"] ?? "", "the bundle")).toEqual(configuration);
  expect(JSON.parse(files["devices.json"] ?? "")).toMatchObject({ devices: [{ state: "ready" }, { state: "ready" }, { state: "ready" }] });
  expect(JSON.parse(files["instrument.json"] ?? "")).toMatchObject({ sessionIsOpen: true, acquisition: "running" });
  // The conversation with times: what the stage was told and answered, what the camera was set to.
  expect(files["conversations/stage.txt"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z > G,2500,-1200\\r.*\n(?:.*\n)*?\S+ < R\\r\n/mu);
  expect(files["conversations/camera.txt"]).toMatch(/ > ExposureTime = 5000\n(?:.*\n)*?\S+ > write 00 00 00 00 00 88 b3 40 at 0x8020\n\S+ < ok, [\d.]+ ms/u);
  expect(files["log.txt"]).toMatch(/Field 1 kept/u);
  await ask(page, "session.finish", {});
});

test("homing asks who has looked, homes the stage that is there, and stops where a person says so", async ({ launch }) => {
  test.slow();
  const { page, app } = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"] });
  // Without the lab's camera, which would draw 60 mm of slide on the loop that the lab's controller answers from.
  await openWithStage(page, app);
  const motor = async (): Promise<number> => (await app.evaluate(() => globalThis.ocularLab?.stageMotorUm()))?.x ?? Number.NaN;
  const homings = (): Promise<number | undefined> => app.evaluate(() => globalThis.ocularLab?.homingsHeard());

  // Asks first: nothing is sent before a name and a look, nor when it is canceled.
  await page.getByTestId("home-stage").click();
  await expect(page.getByTestId("home-dialog")).toContainText("no limit of travel holds");
  await page.getByTestId("home-who").fill("Ada");
  await expect(page.getByTestId("home-start")).toBeDisabled();
  await page.getByTestId("home-clear").check();
  await page.getByTestId("home-cancel").click();
  expect([await homings(), await motor()]).toEqual([0, 0]);

  // Stopped on the way: it stands, the dialog says so and stays.
  await page.getByTestId("home-stage").click();
  await page.getByTestId("home-who").fill("Ada");
  await page.getByTestId("home-clear").check();
  await page.getByTestId("home-start").click();
  await expect.poll(async () => (await snapshotOf(page)).stage?.positionUm.x).toBeLessThan(-2000);
  await page.getByTestId("home-stop").click();
  await expect(page.getByTestId("home-problem")).toBeVisible();
  expect(await seriousBarriers(page), "homing, stopped").toEqual([]);
  const stopped = await motor();
  expect(stopped).toBeGreaterThan(-60_000);
  await expect.poll(async () => (await snapshotOf(page)).stage?.moving).toBe(false);
  expect(await motor()).toBe(await motor());

  // To its end: at the reference marks, which are the new zero.
  await page.getByTestId("home-start").click();
  await expect(toast(page, "The stage is at its reference marks")).toBeVisible(LONG);
  await expect(page.getByTestId("home-dialog")).toHaveCount(0);
  expect([await homings(), await motor()]).toEqual([2, -60_000]);
  expect((await snapshotOf(page)).stage?.positionUm).toEqual({ x: 0, y: 0 });
  expect((await ask(page, "log.recent", {})).map(({ text }) => text).join("\n")).toMatch(/Ada says that the way is clear/u);
  await ask(page, "stage.moveTo", { xUm: 100, yUm: 100 });
  expect(await motor()).toBeCloseTo(-59_900, 0);
});
