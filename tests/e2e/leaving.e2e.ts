import { buildLabApp } from "./lab/build-lab.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, type LaunchOptions, type RunningApp, test, windowIdOf } from "./support/launch.ts";

const LONG = { timeout: 60_000 };

/** The app with a lit lamp of the lab, which says with its last words what it gives then. */
async function withLitLamp(launch: (options?: LaunchOptions) => Promise<RunningApp>): Promise<RunningApp> {
  const running = await launch({ entry: await buildLabApp(), args: ["--frame-rate=8"] });
  const { page, app } = running;
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await ask(page, "devices.setup", {});
  const port = (await app.evaluate(() => globalThis.ocularLab?.stagePort)) ?? "";
  await ask(page, "devices.add", { device: { key: "proscan", name: "Lamps", family: "prior-proscan", port, options: { shutters: [1], hasLamp: false } } });
  await ask(page, "light.set", { percent: 100 });
  await expect.poll(() => app.evaluate(() => globalThis.ocularLab?.lightPercents()), LONG).toMatchObject({ shutter1: 100 });
  await app.evaluate(() => { process.once("exit", () => { process.stderr.write(`at the end: shutter1 ${globalThis.ocularLab?.lightPercents()["shutter1"]}\n`); }); });
  return running;
}

test("quitting by the menu's way waits until the light is off and all is closed", async ({ launch }) => {
  test.slow();
  const { mainOutput, close } = await withLitLamp(launch);
  // Asks the app to quit, as the menu does, and waits for its process.
  await close();
  expect(mainOutput()).toContain("at the end: shutter1 0\n");
});

test("the end of the terminal that it was started in puts the light off and ends the app", async ({ launch }) => {
  test.slow();
  const { app, mainOutput } = await withLitLamp(launch);
  const gone = new Promise((resolve) => { app.process().once("close", resolve); });
  app.process().kill("SIGHUP");
  expect(await gone).toBe(0);
  expect(mainOutput()).toContain("at the end: shutter1 0\n");
});

test("the end of a Windows session, which quits nothing, puts the light off and ends the app", async ({ launch }) => {
  test.slow();
  const { app, page, mainOutput } = await withLitLamp(launch);
  const windowId = await windowIdOf({ app, page });
  const gone = new Promise((resolve) => { app.process().once("close", resolve); });
  await app.evaluate(({ BrowserWindow }, id) => { BrowserWindow.fromId(id)?.emit("session-end"); }, windowId);
  expect(await gone).toBe(0);
  expect(mainOutput()).toContain("at the end: shutter1 0\n");
});
