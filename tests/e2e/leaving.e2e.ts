import { buildLabApp } from "./lab/build-lab.ts";
import { ask, snapshotOf } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

const LONG = { timeout: 60_000 };

test("quitting by the menu's way waits until the light is off and all is closed", async ({ launch }) => {
  test.slow();
  const entry = await buildLabApp();
  const { page, app, mainOutput, close } = await launch({ entry, args: ["--frame-rate=8"] });
  await expect.poll(async () => (await snapshotOf(page)).acquisition, LONG).toBe("running");
  await ask(page, "devices.setup", {});
  const port = (await app.evaluate(() => globalThis.ocularLab?.stagePort)) ?? "";
  await ask(page, "devices.add", { device: { key: "proscan", name: "Lamps", family: "prior-proscan", port, options: { shutters: [1], hasLamp: false } } });
  await ask(page, "light.set", { percent: 100 });
  await expect.poll(() => app.evaluate(() => globalThis.ocularLab?.lightPercents()), LONG).toMatchObject({ shutter1: 100 });
  // The lab's lamp ends with the process: what it gives then is said with its last words.
  await app.evaluate(() => { process.once("exit", () => { process.stderr.write(`at the end: shutter1 ${globalThis.ocularLab?.lightPercents()["shutter1"]}\n`); }); });
  // Asks the app to quit, as the menu does, and waits for its process.
  await close();
  expect(mainOutput()).toContain("at the end: shutter1 0\n");
});
