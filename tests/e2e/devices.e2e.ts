import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "@playwright/test";
import { readConfigurationFile } from "../../src/engine/devices/setup/configuration/configuration-file.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import type { DeviceSetup } from "../../src/shared/domain/device-setup.ts";
import type { DeviceKind } from "../../src/shared/domain/devices.ts";
import { buildLabApp } from "./lab/build-lab.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const LIMIT = { timeout: 60_000 };

const setupOf = (page: Page): Promise<DeviceSetup> => ask(page, "devices.setup", {});
const roleOf = async (page: Page, role: DeviceKind) => (await setupOf(page)).roles.find((each) => each.role === role);
const producedOf = async (page: Page): Promise<number> => (await snapshotOf(page)).ledger.produced;

/** The live picture goes on: more frames than now. */
async function expectFrames(page: Page): Promise<void> {
  const before = await producedOf(page);
  await expect.poll(() => producedOf(page), LIMIT).toBeGreaterThan(before + 3);
}

test("the quick lab: discover, configure, live, move, unplug, replug, session, and all of it again at the next start", async ({ launch }) => {
  test.slow();
  const entry = await buildLabApp();
  const first = await launch({ entry, args: ["--frame-rate=8"] });
  const { page, app } = first;
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LIMIT).toBe("running");
  expect(await setupOf(page)).toMatchObject({ source: { kind: "default" } });

  // Discover: the camera is known at once, the port after it was asked.
  const { devices } = await ask(page, "devices.discover", {});
  const camera = devices.find(({ connection }) => connection === "usb")?.suggestion;
  if (camera === undefined) throw new Error(`no USB camera among ${JSON.stringify(devices)}`);
  const port = devices.find(({ connection }) => connection === "serial")?.address ?? "";
  expect(port).toBe(await app.evaluate(() => globalThis.ocularLab?.stagePort));
  const { result } = await ask(page, "devices.probe", { port });
  expect(result).toMatchObject({ family: "prior-proscan", line: { baudRate: 9600 } });
  if (result === undefined) throw new Error("unreachable: it was found");
  expect((await ask(page, "devices.test", { device: result.suggestion })).parts.map(({ part, state }) => `${part} ${state}`)).toEqual(["stage ready", "focus ready"]);

  // Configure, while the virtual microscope runs.
  await ask(page, "devices.add", { device: { ...result.suggestion, name: "Lab stage" } });
  await ask(page, "devices.add", { device: { ...camera, name: "Lab camera" } });
  expect((await roleOf(page, "camera"))?.configured).toEqual({ device: "usb3vision", part: "camera" });
  expect((await roleOf(page, "camera"))?.identity?.serial).toBe("LAB0001");
  const stored = path.join(first.profileDir, "devices.yaml");
  const kept = await readConfigurationFile(stored);
  expect(kept.devices.map(({ name }) => name)).toEqual(expect.arrayContaining(["Lab stage", "Lab camera"]));

  // Live, and the picture is the USB camera's.
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LIMIT).toBe("running");
  await expectFrames(page);
  expect((await snapshotOf(page)).camera?.settings.roi).toMatchObject({ width: 480, height: 360 });

  // Move: the motors of the lab are where the app says.
  await ask(page, "stage.moveTo", { xUm: 250, yUm: -120 });
  const truly = await app.evaluate(() => globalThis.ocularLab?.stagePositionUm());
  expect(truly?.x).toBeCloseTo(250, 0);
  expect(truly?.y).toBeCloseTo(-120, 0);
  expect((await snapshotOf(page)).stage?.positionUm.x).toBeCloseTo(250, 0);
  await ask(page, "stage.jog", { xUm: 40, yUm: 0 });
  await expect.poll(async () => (await app.evaluate(() => globalThis.ocularLab?.stagePositionUm()))?.x, LIMIT).toBeCloseTo(290, 0);
  const { lines } = await ask(page, "devices.console", { key: "prior-proscan" });
  expect(lines.some(({ direction, text }) => direction === ">" && text.startsWith("G,"))).toBe(true);

  // A feature of the camera, by its tree.
  const { root } = await ask(page, "camera.features", { key: "usb3vision" });
  expect(root.members.length).toBeGreaterThan(1);
  const written = await ask(page, "camera.writeFeature", { key: "usb3vision", name: "ExposureTime", text: "5000" });
  expect(Number(written.value)).toBeCloseTo(5000, -2);
  expect((await snapshotOf(page)).camera?.settings.exposureMs).toBeCloseTo(5, 1);

  // Session: it names these devices, and nothing may be changed meanwhile.
  await ask(page, "session.start", { operator: "Ada", specimenId: "quick lab", note: "" });
  await expect(ask(page, "devices.replace", { role: "camera", by: { kind: "virtual" } })).rejects.toThrow(/WrongState/u);
  expect((await setupOf(page)).locked).toContain("session");
  await ask(page, "field.keep", {});

  // Unplug and replug in the middle of it: both come back by themselves, with their settings.
  await app.evaluate(() => globalThis.ocularLab?.unplugCamera());
  await expect.poll(async () => (await roleOf(page, "camera"))?.missing, LIMIT).toBeTruthy();
  await app.evaluate(() => globalThis.ocularLab?.plugCamera());
  await expect.poll(async () => (await roleOf(page, "camera"))?.state, LIMIT).toBe("ready");
  await expectFrames(page);
  expect((await snapshotOf(page)).camera?.settings.exposureMs).toBeCloseTo(5, 1);
  await app.evaluate(() => globalThis.ocularLab?.unplugStage());
  await expect.poll(async () => (await roleOf(page, "xyStage"))?.state, LIMIT).toBe("absent");
  await expect(ask(page, "stage.moveTo", { xUm: 0, yUm: 0 })).rejects.toThrow(/DeviceDisconnected/u);
  await app.evaluate(() => globalThis.ocularLab?.plugStage());
  await expect.poll(async () => (await roleOf(page, "xyStage"))?.state, LIMIT).toBe("ready");
  await ask(page, "stage.moveTo", { xUm: 20, yUm: 20 });
  await ask(page, "field.keep", {});
  const { name } = await ask(page, "session.finish", {});
  expect(await verifySession(path.join(first.dataDir, name))).toMatchObject({ ok: true, sealed: true, files: 2 });
  // Its first record says which devices it was made with.
  const [started = ""] = (await readFile(path.join(first.dataDir, name, "log.jsonl"), "utf8")).split("\n");
  for (const device of ["LAB0001", "ProScan stage", "ProScan focus"]) expect(started).toContain(device);
  const view = await ask(page, "library.open", { name });
  expect(view.log.map(({ text }) => text).join("\n")).toMatch(/ProScan stage is connected/u);
  expect(view.ledger?.balanced).toBe(true);

  // A replacement and back.
  await ask(page, "devices.replace", { role: "camera", by: { kind: "virtual" } });
  expect((await roleOf(page, "camera"))?.identity?.model).toBe("Virtual camera");
  await expectFrames(page);
  // The virtual camera sees by the lab's stage: what is recorded is where its motors stand, not the virtual stage's origin.
  await ask(page, "stage.moveTo", { xUm: -430, yUm: 210 });
  await ask(page, "session.start", { operator: "Ada", specimenId: "beside", note: "" });
  const { header } = await ask(page, "field.keep", {});
  expect(header).toMatchObject({ cameraId: "virtual-camera", settled: true });
  const motors = await app.evaluate(() => globalThis.ocularLab?.stagePositionUm());
  expect(header.stagePositionUm?.x).toBeCloseTo(motors?.x ?? Number.NaN, 1);
  expect(header.stagePositionUm?.y).toBeCloseTo(motors?.y ?? Number.NaN, 1);
  expect(motors?.x).toBeCloseTo(-430, 0);
  await ask(page, "session.finish", {});
  await ask(page, "devices.replace", { role: "camera", by: { kind: "configured" } });
  await expectFrames(page);
  await first.close();

  // The next start opens with what is there, which is nothing: the pseudo-terminal has another name now, and the camera is out.
  const second = await launch({ entry, args: ["--frame-rate=8"], profileDir: first.profileDir, dataDir: first.dataDir, env: { OCULAR_LAB_CAMERA: "unplugged" } });
  await expect.poll(async () => (await setupOf(second.page)).source.kind, LIMIT).toBe("stored");
  await expect.poll(async () => (await roleOf(second.page, "camera"))?.missing, LIMIT).toMatch(/Lab camera is not plugged in/u);
  expect((await roleOf(second.page, "xyStage"))?.missing).toMatch(/Lab stage is not plugged in/u);
  expect((await snapshotOf(second.page)).acquisition).toBe("idle");
  // The picture begins when the camera is there; nobody has to start it.
  await second.app.evaluate(() => globalThis.ocularLab?.plugCamera());
  await expect.poll(async () => (await snapshotOf(second.page)).acquisition, LIMIT).toBe("running");
  await expectFrames(second.page);
});
