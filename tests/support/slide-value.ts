import type { Page } from "@playwright/test";
import { evaluateHeld } from "./held.ts";

/** Each change waits for its picture. Milliseconds from the slider's change to the animation frame with the new picture on the canvas. */
export async function sliderToPicture(page: Page, changes: number): Promise<number[]> {
  await page.getByTestId("value-value-slider").waitFor();
  return evaluateHeld(page, async (count) => {
    const slider = document.querySelector<HTMLInputElement>("[data-testid=value-value-slider]");
    if (slider === null) throw new Error("There is no slider.");
    const picture = document.querySelector<HTMLElement>("[data-testid=step-picture]");
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    const times: number[] = [];
    const start = Number(slider.value);
    for (let change = 1; change <= count; change++) {
      const before = picture?.dataset["answer"];
      const begun = performance.now();
      setValue?.call(slider, String(start - change * 5));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise<void>((resolve) => {
        const look = (): void => { if (picture?.dataset["answer"] === before) requestAnimationFrame(look); else resolve(); };
        look();
      });
      times.push(performance.now() - begun);
    }
    return times;
  }, changes);
}

/** The slider moves with every animation frame, as under a hand. Pictures shown a second meanwhile. */
export async function picturesWhileSliding(page: Page, frames: number): Promise<number> {
  await page.getByTestId("value-value-slider").waitFor();
  return evaluateHeld(page, async (count) => {
    const slider = document.querySelector<HTMLInputElement>("[data-testid=value-value-slider]");
    if (slider === null) throw new Error("There is no slider.");
    const picture = document.querySelector<HTMLElement>("[data-testid=step-picture]");
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
    const shown = (): number => Number(picture?.dataset["answer"]);
    const start = Number(slider.value);
    const [before, begun] = [shown(), performance.now()];
    for (let frame = 1; frame <= count; frame++) {
      setValue?.call(slider, String(start - frame * 3));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => { requestAnimationFrame(resolve); });
    }
    return (1000 * (shown() - before)) / (performance.now() - begun);
  }, frames);
}
