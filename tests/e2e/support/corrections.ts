import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { numberIn } from "./instrument-page.ts";

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
