import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import type { ElectronApplication } from "@playwright/test";
import { readOmeTiff } from "../../src/engine/session/ome-tiff.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { evaluateHeld } from "../support/held.ts";
import { ask, snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

/**
 * Chromium's own: device 0 sends I420, device 1 sixteen-bit grey that nobody can read, device 2 MJPEG. Without
 * --use-fake-ui-for-media-stream, which would grant a camera to every page before our own permissions are asked.
 */
const FAKE_DEVICES = ["--use-fake-device-for-media-stream=fps=30,device-count=3"];
const CAPTURE_PAGE = "ocular://capture/";

test("a webcam is a camera: live, set, a field kept and verified, and back after its window died", async ({ launch }) => {
  test.slow();
  const { app, page, dataDir } = await launch({ args: ["--camera=webcam:FAKE_DEVICE_0", ...FAKE_DEVICES], expectedErrors: [/VideoFrame was garbage collected/] });
  await waitForOverlays(page);
  const { camera, stage } = await snapshotOf(page);
  expect(stage).toBeUndefined();
  expect(camera).toMatchObject({ settings: { pixelFormat: "RGB8", frameRate: 30, roi: { width: 1280, height: 720 } }, limits: { exposureMs: { min: 1, max: 10 }, frameRate: { max: 30 } } });
  expect(await ask(page, "camera.apply", { exposureMs: 3.5, frameRate: 15 })).toMatchObject({ exposureMs: 3.5, frameRate: 15 });
  await expect.poll(async () => (await snapshotOf(page)).rates.cameraFps).toBeLessThan(17);

  await startSession(page, "webcam");
  const field = await ask(page, "field.keep", {});
  expect(field.header).toMatchObject({ width: 1280, height: 720, pixelFormat: "RGB8", exposureMs: 3.5, cameraId: "webcam:FAKE_DEVICE_0" });

  // Its process ends, as a decoder's crash would end it: the camera is lost and taken up again with its settings.
  await app.evaluate(({ BrowserWindow }, url) => {
    BrowserWindow.getAllWindows().find((window) => window.webContents.getURL() === url)?.webContents.forcefullyCrashRenderer();
  }, CAPTURE_PAGE);
  await expect.poll(async () => (await ask(page, "log.recent", {})).map(({ text }) => text).join("\n"), { timeout: 30_000 }).toMatch(/Camera disconnected[\s\S]*Camera is back/u);
  const shown = (await snapshotOf(page)).ledger.recorded;
  await expect.poll(async () => (await snapshotOf(page)).ledger.recorded, { timeout: 30_000 }).toBeGreaterThan(shown + 5);
  expect((await snapshotOf(page)).camera?.settings).toMatchObject({ exposureMs: 3.5, frameRate: 15 });

  // What else the device has: another resolution stops and starts the picture, a zoom does not.
  await page.getByTestId("camera-controls").getByRole("button", { name: "Camera" }).click();
  await page.getByTestId("control-resolution").selectOption("640x480");
  await expect.poll(async () => (await snapshotOf(page)).camera?.settings.roi, { timeout: 30_000 }).toEqual({ offsetX: 0, offsetY: 0, width: 640, height: 480 });
  expect((await ask(page, "camera.setControl", { id: "zoom", value: 200 })).find(({ id }) => id === "zoom")).toMatchObject({ value: 200 });
  await page.getByTestId("control-resolution").selectOption("1280x720");
  await expect.poll(async () => (await ask(page, "field.keep", {})).header.width, { timeout: 30_000 }).toBe(1280);
  const settings = (await readFile(path.join(dataDir, (await snapshotOf(page)).session?.name ?? "", "log.jsonl"), "utf8")).split("\n").filter((line) => line.includes('"settings"'));
  expect(settings.at(-1)).toContain('"zoom":200');

  // Another format: the luma plane alone crosses, and becomes grey levels.
  expect(await ask(page, "camera.apply", { pixelFormat: "Mono8", roi: { offsetX: 100, offsetY: 50, width: 640, height: 480 } })).toMatchObject({ pixelFormat: "Mono8" });
  await expect.poll(async () => (await ask(page, "field.keep", {})).header, { timeout: 30_000 }).toMatchObject({ width: 640, height: 480, pixelFormat: "Mono8" });
  const { name } = await ask(page, "session.finish", {});
  const folder = path.join(dataDir, name);
  expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
  const [first = ""] = (await readdir(path.join(folder, "fields"))).toSorted();
  const picture = await readOmeTiff(path.join(folder, "fields", first));
  // Chromium's fake picture: saturated green ground, and a turning white disk that covers part of it.
  expect(picture.pixels.byteLength).toBe(1280 * 720 * 3);
  expect(new Set(picture.pixels).size).toBeGreaterThan(8);
});

/** Ends Chromium's video capture service, which every track comes from: to the page its track ends, as when the cable comes out. */
async function endTracks(app: ElectronApplication): Promise<void> {
  await expect(async () => {
    const pid = await app.evaluate(({ app: main }) => main.getAppMetrics().find(({ serviceName }) => serviceName === "video_capture.mojom.VideoCaptureService")?.pid);
    if (pid === undefined) throw new Error("no process captures video");
    process.kill(pid, "SIGKILL");
  }).toPass({ timeout: 30_000 });
}

test("a webcam whose track ends is named as gone, and taken up again with its settings, each time", async ({ launch }) => {
  test.slow();
  const { app, page, dataDir } = await launch({ args: ["--camera=webcam:FAKE_DEVICE_0", ...FAKE_DEVICES], expectedErrors: [/VideoFrame was garbage collected/] });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, { timeout: 60_000 }).toBe("running");
  await ask(page, "camera.apply", { exposureMs: 3.5, frameRate: 15 });
  await ask(page, "camera.setControl", { id: "zoom", value: 200 });
  await startSession(page, "webcam");
  const linesWith = async (pattern: RegExp): Promise<number> => (await ask(page, "log.recent", {})).filter(({ text }) => pattern.test(text)).length;
  const capturePage = app.windows().find((window) => window.url() === CAPTURE_PAGE);
  expect(capturePage).toBeDefined();
  for (const time of [1, 2]) {
    await endTracks(app);
    await expect.poll(() => linesWith(/Camera disconnected \(FAKE_DEVICE_0: it was unplugged or taken away\)/iu), { timeout: 30_000 }).toBe(time);
    await expect.poll(() => linesWith(/Camera is back/u), { timeout: 60_000 }).toBe(time);
    const before = (await snapshotOf(page)).ledger.recorded;
    await expect.poll(async () => (await snapshotOf(page)).ledger.recorded, { timeout: 30_000 }).toBeGreaterThan(before + 5);
    expect((await snapshotOf(page)).camera?.settings).toMatchObject({ exposureMs: 3.5, frameRate: 15 });
    expect((await ask(page, "camera.controls", {})).find(({ id }) => id === "zoom")).toMatchObject({ value: 200 });
    expect((await ask(page, "field.keep", {})).header).toMatchObject({ width: 1280, height: 720, exposureMs: 3.5, cameraId: "webcam:FAKE_DEVICE_0" });
  }
  // It was the track that ended, not its page: that one is the same.
  expect(app.windows().find((window) => window.url() === CAPTURE_PAGE)).toBe(capturePage);
  const { name } = await ask(page, "session.finish", {});
  expect(await verifySession(path.join(dataDir, name))).toMatchObject({ ok: true, sealed: true, files: 2 });
  expect(await readFile(path.join(dataDir, name, "log.jsonl"), "utf8")).toMatch(/it was unplugged or taken away/u);
});

test("a webcam that sends what cannot be read says so, counts every frame, and keeps the app alive", async ({ launch }) => {
  test.slow();
  const { page } = await launch({ args: ["--camera=webcam:fake_device_1", ...FAKE_DEVICES] });
  await expect.poll(async () => (await snapshotOf(page)).ledger.lost["incomplete"] ?? 0, { timeout: 60_000 }).toBeGreaterThan(3);
  expect((await ask(page, "log.recent", {})).map(({ text }) => text).join("\n")).toMatch(/cannot be read .*choose another resolution/u);
});

test("cameras are the capture page's alone: no other page gets one, and it gets no microphone", async ({ launch }) => {
  test.slow();
  const { app, page } = await launch({ args: ["--camera=webcam", ...FAKE_DEVICES] });
  const ended = (name: string) => async (target: typeof page): Promise<string> => evaluateHeld(target, (kind) => navigator.mediaDevices.getUserMedia({ [kind]: true }).then(() => "granted", (error: unknown) => (error instanceof Error ? error.name : String(error))), name);
  expect(await ended("video")(page)).toBe("NotAllowedError");
  await expect.poll(() => app.windows().some((window) => window.url() === CAPTURE_PAGE)).toBe(true);
  const capture = app.windows().find((window) => window.url() === CAPTURE_PAGE);
  if (capture === undefined) throw new Error("there is no capture page");
  expect(await ended("audio")(capture)).toBe("NotAllowedError");
  expect(await capture.evaluate(() => [typeof require, typeof process, "ocular" in window])).toEqual(["undefined", "undefined", false]);
  const preferences = (): Promise<unknown> => app.evaluate(({ BrowserWindow }, url) => {
    const window = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL() === url);
    // Electron tells the preferences in force, but not in its types.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, isVisible: window?.isVisible() };
  }, CAPTURE_PAGE);
  // On a busy machine the test driver may lose an answer of main ("promise was garbage collected"): it is asked again.
  await expect(async () => {
    expect(await preferences()).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, isVisible: false });
  }).toPass({ timeout: 15_000 });
});

test("a webcam that is not there is named, and the app is open without it", async ({ launch }) => {
  const { page, mainOutput } = await launch({ args: ["--camera=webcam:Nosuch", ...FAKE_DEVICES] });
  await expect.poll(mainOutput, { timeout: 30_000 }).toMatch(/webcam:Nosuch is disconnected/u);
  expect((await snapshotOf(page)).acquisition).toBe("idle");
});
