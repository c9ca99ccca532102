import type { ElectronApplication } from "@playwright/test";
import { expect, test } from "./support/launch.ts";

interface Seen {
  readonly isMoving: boolean;
  readonly xUm: number;
  readonly percent: number;
}

/** What the page that is there now is told by the instrument; undefined while there is none. */
async function seen(app: ElectronApplication): Promise<Seen | undefined> {
  return app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows().find((window) => window.isVisible())?.webContents;
    if (contents === undefined || contents.isCrashed() || contents.isLoadingMainFrame()) return undefined;
    const answer = (await contents.executeJavaScript("window.ocular.call('app.snapshot', {})")) as { ok: boolean; value: { stage?: { moving: boolean; positionUm: { x: number } }; light?: { percent: number } } };
    const { stage, light } = answer.value;
    return stage === undefined || light === undefined ? undefined : { isMoving: stage.moving, xUm: stage.positionUm.x, percent: light.percent };
  });
}

test("when the page dies, the stage stops and the light goes off; the page comes back to a live picture and says so", async ({ launch }) => {
  const { app, page, mainOutput } = await launch({ expectedErrors: [/./] });
  await expect(page.getByTestId("light")).toBeVisible();
  await page.evaluate(() => {
    const { ocular } = window as unknown as { ocular: { call(name: string, input: unknown): Promise<unknown> } };
    void ocular.call("light.set", { percent: 60 });
    // Far enough to be under way for seconds.
    void ocular.call("stage.moveTo", { xUm: 20_000, yUm: 0 });
  });
  await expect.poll(async () => seen(app)).toMatchObject({ isMoving: true, percent: 60 });
  // A question to a page that dies in that moment would never be answered: the next page is waited for first.
  await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows().find((window) => window.isVisible())?.webContents;
    contents?.once("did-finish-load", () => Object.assign(globalThis, { isPageBack: true }));
    contents?.forcefullyCrashRenderer();
  });
  await expect.poll(async () => app.evaluate(() => "isPageBack" in globalThis), { timeout: 20_000 }).toBe(true);
  await expect.poll(async () => seen(app), { timeout: 20_000 }).toMatchObject({ isMoving: false, percent: 0 });
  expect((await seen(app))?.xUm).toBeLessThan(19_000);
  expect(mainOutput()).not.toMatch(/Uncaught|Unhandled/u);
});

test("an error in main that reached nobody stops the stage and is told; the picture goes on", async ({ launch }) => {
  const { app, page } = await launch({ expectedErrors: [/./] });
  await expect(page.getByTestId("light")).toBeVisible();
  await page.evaluate(() => {
    const { ocular } = window as unknown as { ocular: { call(name: string, input: unknown): Promise<unknown> } };
    void ocular.call("stage.moveTo", { xUm: 20_000, yUm: 0 });
  });
  await expect.poll(async () => seen(app)).toMatchObject({ isMoving: true });
  await app.evaluate(() => { setImmediate(() => { throw new Error("planted by a test"); }); });
  await expect.poll(async () => seen(app)).toMatchObject({ isMoving: false });
  expect((await seen(app))?.xUm).toBeLessThan(19_000);
  await expect(page.getByText("A part of Ocular failed (planted by a test)").first()).toBeVisible();
  const shown = Number(await page.evaluate(async () => {
    const { ocular } = window as unknown as { ocular: { call(name: string, input: unknown): Promise<{ value: { ledger: { shown: number } } }> } };
    return (await ocular.call("app.snapshot", {})).value.ledger.shown;
  }));
  await expect.poll(async () => page.evaluate(async () => {
    const { ocular } = window as unknown as { ocular: { call(name: string, input: unknown): Promise<{ value: { ledger: { shown: number } } }> } };
    return (await ocular.call("app.snapshot", {})).value.ledger.shown;
  })).toBeGreaterThan(shown);
});
