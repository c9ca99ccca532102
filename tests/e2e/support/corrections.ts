import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { ask, numberIn } from "./instrument-page.ts";

/** By pointer and keys alone: the red cell at `at` becomes a white one, that is undone, then the cell is rejected. One red cell less in the end. */
export async function correctUndoReject(page: Page, at: { readonly x: number; readonly y: number }, redBefore: number): Promise<void> {
  await page.mouse.move(at.x, at.y);
  await expect(page.getByTestId("hover-card")).toContainText("Red cell");
  await page.keyboard.press("2");
  await expect.poll(() => numberIn(page, "count-red-cell")).toBe(redBefore - 1);
  await page.keyboard.press("Control+z");
  await expect.poll(() => numberIn(page, "count-red-cell")).toBe(redBefore);
  await page.mouse.move(at.x + 1, at.y);
  await page.keyboard.press("Backspace");
  await expect.poll(() => numberIn(page, "count-red-cell")).toBe(redBefore - 1);
}

/**
 * The pointer rests on a cell; the list is gone through by keys, and what is chosen there is meant. A judged cell moves to the end of the list:
 * the keyboard stays, and the next one is the next doubtful. All is taken back in the end.
 */
export async function correctByKeysAlone(page: Page): Promise<void> {
  const list = page.getByTestId("cell-list");
  const corrected = async (): Promise<readonly string[]> => (await ask(page, "session.fields", {})).flatMap(({ annotations }) => annotations.map(({ id }) => id));
  const before = await corrected();
  await page.keyboard.press(".");
  await expect(list).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = list.getByRole("option").nth(1);
  await expect(second).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Backspace");
  await expect.poll(async () => (await corrected()).length).toBe(before.length + 1);
  expect((await corrected()).slice(0, before.length)).toEqual(before);
  await expect(list).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(second).toHaveAttribute("aria-selected", "true");
  await expect(second).not.toContainText("rejected");
  await page.keyboard.press("Control+z");
  await expect.poll(corrected).toEqual(before);
  await page.keyboard.press("Escape");
  await expect(list).not.toBeFocused();
}
