import type { Page } from "@playwright/test";
import { evaluateHeld } from "../support/held.ts";
import { snapshotOf, startSession, waitForOverlays } from "./support/instrument-page.ts";
import { expect, test } from "./support/launch.ts";

/** Puts a gamepad of the standard mapping in place of the computer's, at rest. */
async function plugPad(page: Page): Promise<void> {
  await page.evaluate(() => {
    const pad = { id: "Test pad", index: 0, mapping: "standard", connected: true, timestamp: 0, axes: [0, 0, 0, 0], buttons: Array.from({ length: 16 }, () => ({ pressed: false, touched: false, value: 0 })) };
    Object.assign(window, { testPad: pad });
    Object.defineProperty(navigator, "getGamepads", { configurable: true, value: () => [(window as unknown as { testPad: unknown }).testPad] });
    // Whether the window has the focus is the window manager's to say, and a test display has none.
    Object.defineProperty(document, "hasFocus", { configurable: true, value: () => true });
    window.dispatchEvent(new Event("gamepadconnected"));
  });
}

async function hold(page: Page, axes: readonly number[], pressed: readonly number[] = []): Promise<void> {
  await page.evaluate(([values, buttons]) => {
    const { testPad } = window as unknown as { testPad: { axes: number[]; buttons: { pressed: boolean }[] } };
    testPad.axes = [...values];
    for (const [index, button] of testPad.buttons.entries()) button.pressed = buttons.includes(index);
  }, [axes, pressed] as const);
}

const REST = [0, 0, 0, 0] as const;
const stageX = async (page: Page): Promise<number> => (await snapshotOf(page)).stage?.positionUm.x ?? NaN;

test("a gamepad moves stage and focus while it is held, keeps a field, and everything stands when it is gone", async ({ launch }) => {
  test.slow();
  const { page } = await launch();
  await waitForOverlays(page);
  await startSession(page, "gamepad");
  await plugPad(page);
  const x = await stageX(page);
  await hold(page, [1, 0, 0, 0]);
  await expect.poll(() => stageX(page)).toBeGreaterThan(x + 20);
  await hold(page, REST);
  await expect.poll(async () => (await snapshotOf(page)).stage?.moving).toBe(false);
  const letGo = await stageX(page);
  await evaluateHeld(page, () => new Promise<void>((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(() => resolve()); }); }));
  expect(await stageX(page)).toBe(letGo);
  const z = (await snapshotOf(page)).focus?.positionUm ?? NaN;
  await hold(page, REST, [5]);
  await expect.poll(async () => (await snapshotOf(page)).focus?.positionUm).toBeGreaterThan(z);
  await hold(page, REST);

  // The button in the place of A keeps, as Space does.
  await hold(page, REST, [0]);
  await expect.poll(async () => (await snapshotOf(page)).session?.fields.length, { timeout: 30_000 }).toBe(1);
  await hold(page, REST);

  // The pad goes away with the stick held: the stage stands, and stays where it is.
  await hold(page, [-1, 0, 0, 0]);
  const before = await stageX(page);
  await expect.poll(() => stageX(page)).toBeLessThan(before - 5);
  await page.evaluate(() => {
    (window as unknown as { testPad: { connected: boolean } }).testPad.connected = false;
    window.dispatchEvent(new Event("gamepaddisconnected"));
  });
  await expect.poll(async () => (await snapshotOf(page)).stage?.moving).toBe(false);
  const stood = await stageX(page);
  await evaluateHeld(page, () => new Promise<void>((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(() => resolve()); }); }));
  expect(await stageX(page)).toBe(stood);
});

test("a pedal's key is assigned in Settings, refused where it means something, heard, and shown among the keys", async ({ launch }) => {
  test.slow();
  const { page } = await launch();
  await waitForOverlays(page);
  await page.keyboard.press("Control+4");
  await page.getByTestId("assign-next").click();
  await page.keyboard.press("f");
  await expect(page.getByTestId("key-taken")).toHaveText("F already means: fit the whole picture");
  await page.keyboard.press("F9");
  await expect(page.getByTestId("assigned-next")).toContainText("F9");
  // A button of a gamepad as well; it is taken from what had it.
  await plugPad(page);
  await page.getByTestId("assign-stop").click();
  await hold(page, REST, [0]);
  await expect(page.getByTestId("assigned-stop")).toHaveText("Pad 1");
  await expect(page.getByTestId("assigned-keep")).toHaveText("nothing");
  await hold(page, REST);
  await page.keyboard.press("Control+1");
  await page.keyboard.press("?");
  await expect(page.getByTestId("key-overview")).toContainText("F9");
  await page.keyboard.press("Escape");
  const x = await stageX(page);
  await page.keyboard.press("F9");
  await expect.poll(() => stageX(page)).toBeGreaterThan(x + 50);
});
