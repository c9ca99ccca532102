import { join } from "node:path";
import { _electron } from "@playwright/test";
import type { Figure, RunBench } from "./support/bench.ts";
import { picturesWhileSliding, sliderToPicture } from "../support/slide-value.ts";
import { steadyMain } from "../support/steady-main.ts";

const CHANGES = 60;
const DRAGGED_FRAMES = 180;
/** Two frames of a screen of 60, one of 30. */
const FRAME_MS = 1000 / 30;

/**
 * The recipe tuner in the app, with the virtual camera (1280x960 at 30/s) and the model at work on the same processor: a
 * fixed threshold of the recipe "nuclei" is slid. Once each change waits for the last one's picture, as the end-to-end
 * test "recipes" does it; once the slider moves with every frame of the screen.
 */
export const run: RunBench = async ({ root, workFolder, electron, env, log }) => {
  const args = [...electron.args, root, "--camera=virtual:nuclei", `--data-dir=${join(workFolder, "data")}`, `--profile-dir=${join(workFolder, "profile")}`, "--width=1366", "--height=768"];
  const app = steadyMain(await _electron.launch({ executablePath: electron.executable, args, env: { ...env } }));
  try {
    const page = await app.firstWindow();
    await page.getByTestId("rail-recipes").click({ timeout: 60_000 });
    const label = await page.getByTestId("recipe").locator("option").filter({ hasText: /^nuclei, version 1/u }).first().textContent({ timeout: 60_000 });
    await page.getByTestId("recipe").selectOption({ label: label ?? "" });
    await page.getByTestId("step-picture").waitFor({ timeout: 90_000 });
    await page.getByTestId("step-2").click();
    await page.getByTestId("value-method").selectOption("fixed");
    await page.getByTestId("value-value-slider").fill("950");
    log("sliding, each change when the last one's picture is there");
    const waited = (await sliderToPicture(page, CHANGES)).toSorted((a, b) => a - b);
    await page.getByTestId("value-value-slider").fill("950");
    log("sliding with every frame of the screen");
    const perSecond = await picturesWhileSliding(page, DRAGGED_FRAMES);
    const at = (share: number): number => waited[Math.min(Math.floor(share * waited.length), waited.length - 1)] ?? NaN;
    const figures: Figure[] = [
      { label: "slider moved to picture shown, median", value: at(0.5), unit: "ms", target: { atMost: FRAME_MS } },
      { label: "least", value: at(0), unit: "ms" },
      { label: "nine in ten within", value: at(0.9), unit: "ms" },
      { label: "most", value: at(1), unit: "ms" },
      { label: "pictures while the slider moves with every frame", value: perSecond, unit: "frames/s" },
    ];
    return figures;
  } finally {
    await app.close();
  }
};
