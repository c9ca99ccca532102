import type { ElectronApplication } from "@playwright/test";
import { snapshotOf } from "./support/instrument-page.ts";
import { expect, type RunningApp, test, windowIdOf } from "./support/launch.ts";

interface Seen {
  readonly isMoving: boolean;
  readonly xUm: number;
  readonly percent: number;
}

/** What the page that is in that window now is told by the instrument; undefined while there is none. */
async function seen(app: ElectronApplication, windowId: number): Promise<Seen | undefined> {
  return app.evaluate(async ({ BrowserWindow }, id) => {
    const contents = BrowserWindow.fromId(id)?.webContents;
    if (contents === undefined || contents.isCrashed() || contents.isLoadingMainFrame()) return undefined;
    const answer = (await contents.executeJavaScript("window.ocular.call('app.snapshot', {})")) as { ok: boolean; value: { stage?: { moving: boolean; positionUm: { x: number } }; light?: { percent: number } } };
    const { stage, light } = answer.value;
    return stage === undefined || light === undefined ? undefined : { isMoving: stage.moving, xUm: stage.positionUm.x, percent: light.percent };
  }, windowId);
}

/** The light on, and the stage on a way that takes it seconds; gives the id of the app's window. */
async function underWay({ app, page }: RunningApp): Promise<number> {
  const windowId = await windowIdOf({ app, page });
  await expect(page.getByTestId("light")).toBeVisible();
  await page.evaluate(() => {
    const { ocular } = window as unknown as { ocular: { call(name: string, input: unknown): Promise<unknown> } };
    void ocular.call("light.set", { percent: 60 });
    void ocular.call("stage.moveTo", { xUm: 20_000, yUm: 0 });
  });
  await expect.poll(async () => seen(app, windowId)).toMatchObject({ isMoving: true, percent: 60 });
  return windowId;
}

test("when the page dies, the stage stops and the light goes off; the page comes back to a live picture and says so", async ({ launch }) => {
  const running = await launch({ expectedErrors: [/./] });
  const { app, mainOutput } = running;
  const windowId = await underWay(running);
  // A question to a page that dies in that moment would never be answered: the next page is waited for first.
  await app.evaluate(({ BrowserWindow }, id) => {
    const contents = BrowserWindow.fromId(id)?.webContents;
    contents?.once("did-finish-load", () => Object.assign(globalThis, { isPageBack: true }));
    contents?.forcefullyCrashRenderer();
  }, windowId);
  await expect.poll(async () => app.evaluate(() => "isPageBack" in globalThis), { timeout: 20_000 }).toBe(true);
  await expect.poll(async () => seen(app, windowId), { timeout: 20_000 }).toMatchObject({ isMoving: false, percent: 0 });
  expect((await seen(app, windowId))?.xUm).toBeLessThan(19_000);
  expect(mainOutput()).not.toMatch(/Uncaught|Unhandled/u);
});

test("an error in main that reached nobody stops the stage and is told; the picture goes on", async ({ launch }) => {
  const running = await launch({ expectedErrors: [/./] });
  const { app, page } = running;
  const windowId = await underWay(running);
  await app.evaluate(() => { setImmediate(() => { throw new Error("planted by a test"); }); });
  await expect.poll(async () => seen(app, windowId)).toMatchObject({ isMoving: false });
  expect((await seen(app, windowId))?.xUm).toBeLessThan(19_000);
  await expect(page.getByText("A part of Ocular failed (planted by a test)").first()).toBeVisible();
  const { shown } = (await snapshotOf(page)).ledger;
  await expect.poll(async () => (await snapshotOf(page)).ledger.shown).toBeGreaterThan(shown);
});

test("when the computer goes to sleep, the stage stops and the light goes off, and the page says so", async ({ launch }) => {
  const running = await launch({ expectedErrors: [/./] });
  const { app, page } = running;
  const windowId = await underWay(running);
  await app.evaluate(({ powerMonitor }) => { powerMonitor.emit("suspend"); });
  await expect.poll(async () => seen(app, windowId)).toMatchObject({ isMoving: false, percent: 0 });
  expect((await seen(app, windowId))?.xUm).toBeLessThan(19_000);
  await expect(page.getByText("The computer goes to sleep").first()).toBeVisible();
});
