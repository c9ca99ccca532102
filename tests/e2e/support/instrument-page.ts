import { expect, type Page } from "@playwright/test";
import type { FieldView, Snapshot } from "../../../src/shared/domain/snapshot.ts";
import type { Answer, InputOf, MethodName, OcularBridge, OutputOf } from "../../../src/shared/ipc/contract.ts";
import { evaluateHeld } from "../../support/held.ts";

declare global {
  interface Window {
    readonly ocular: OcularBridge;
  }
}

/** Asks the instrument by the page's own bridge; an error it answers fails the test with its tag. */
export async function ask<M extends MethodName>(page: Page, method: M, input: InputOf<M>): Promise<OutputOf<M>> {
  const answer = (await evaluateHeld(page, ([name, value]) => window.ocular.call(name as never, value as never), [method, input] as const)) as Answer<M>;
  if (!answer.ok) throw new Error(`${method}: ${answer.error.tag} ${JSON.stringify(answer.error)}`);
  return answer.value;
}

export const snapshotOf = (page: Page): Promise<Snapshot> => ask(page, "app.snapshot", {});

/** Waits until the picture runs and the model has answered at least once. */
export async function waitForOverlays(page: Page): Promise<void> {
  await expect.poll(async () => (await snapshotOf(page)).analyzer.state, { timeout: 60_000 }).toBe("ready");
  await expect.poll(async () => (await snapshotOf(page)).rates.analysisMs ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
}

/** Starts a session as a technician does: who, what, start. */
export async function startSession(page: Page, specimen: string): Promise<void> {
  await page.getByTestId("operator").fill("Ada");
  await page.getByTestId("specimen").fill(specimen);
  await page.getByTestId("start-session").click();
  await expect(page.getByTestId("keep-field")).toBeVisible();
}

/** Presses Space and waits for the field's detections; gives the field as the instrument has it. */
export async function keepField(page: Page): Promise<FieldView> {
  const analysed = evaluateHeld(page, () => new Promise<FieldView>((resolve) => {
    const stop = window.ocular.on("field", (field) => {
      if (field.detections === undefined && field.analysisError === undefined) return;
      stop();
      resolve(field);
    });
  }));
  await page.getByTestId("picture-canvas").hover();
  await page.keyboard.press("Space");
  return analysed;
}

/** Where an image pixel of a fitted picture is on the page. */
export async function pageFromImage(page: Page, frame: { width: number; height: number }, imagePx: { x: number; y: number }): Promise<{ x: number; y: number }> {
  await page.getByTestId("view-fit").click();
  const box = await page.getByTestId("picture-canvas").boundingBox();
  if (box === null) throw new Error("the picture has no box");
  const zoom = Math.min(box.width / frame.width, box.height / frame.height);
  return { x: box.x + box.width / 2 + (imagePx.x - frame.width / 2) * zoom, y: box.y + box.height / 2 + (imagePx.y - frame.height / 2) * zoom };
}

/** A number as the counts show it: thin spaces between thousands are no part of it. */
export async function numberIn(page: Page, testId: string): Promise<number> {
  const text = await page.getByTestId(testId).innerText();
  return Number(/\d[\d\s\u2009\u202f]*/u.exec(text)?.[0].replaceAll(/\s/gu, "") ?? NaN);
}
