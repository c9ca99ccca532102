import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import type { CameraSettings } from "../../src/shared/domain/devices.ts";
import type { Snapshot } from "../../src/shared/domain/snapshot.ts";
import type { OcularBridge } from "../../src/shared/ipc/contract.ts";
import type { BenchContext, Figure, RunBench } from "./support/bench.ts";
import { evaluateHeld } from "../support/held.ts";
import { steadyMain } from "../support/steady-main.ts";

declare global {
  interface Window {
    readonly ocular: OcularBridge;
  }
}

const SECONDS = 20;
const SETTLE_SECONDS = 3;

/**
 * Webcams: frames of 1280 x 720 from Chromium's fake device at 30 a second, as far as they are delivered to the engine,
 * in colour and in grey. The analysis is off and another screen is open: what is measured is the way from the capture page to
 * the pooled frame. Once more in colour on the live screen, for a preview of three bytes a pixel takes more of main than that.
 */
export const run: RunBench = async (context) => {
  const app = steadyMain(await _electron.launch({
    executablePath: context.electron.executable,
    args: [...context.electron.args, context.root, `--data-dir=${join(context.workFolder, "data")}`, `--profile-dir=${join(context.workFolder, "profile")}`, "--camera=webcam:fake_device_0", "--use-fake-device-for-media-stream=fps=30"],
    env: { ...context.env },
  }));
  try {
    const page = await app.firstWindow();
    while ((await snapshotOf(page)).ledger.produced < 30) await seconds(0.2);
    await evaluateHeld(page, () => window.ocular.call("analyzer.setEnabled", { enabled: false }));
    const colour = { pixelFormat: "RGB8", bytes: 1280 * 720 * 1.5 } as const;
    await page.keyboard.press("Control+4");
    const unseen = await measure(context, app, page, { name: "colour", ...colour, hasTarget: true });
    const grey = await measure(context, app, page, { name: "grey", pixelFormat: "Mono8", bytes: 1280 * 720, hasTarget: true });
    await page.keyboard.press("Control+1");
    const live = await measure(context, app, page, { name: "colour, live screen", ...colour, hasTarget: false });
    return [...unseen, ...grey, ...live];
  } finally {
    await app.close();
  }
};

async function measure(context: BenchContext, app: ElectronApplication, page: Page, what: { readonly name: string; readonly pixelFormat: CameraSettings["pixelFormat"]; readonly bytes: number; readonly hasTarget: boolean }): Promise<Figure[]> {
  const { name, pixelFormat, bytes, hasTarget } = what;
  context.log(`${name}: ${SECONDS} s`);
  await evaluateHeld(page, (format) => window.ocular.call("camera.apply", { pixelFormat: format }), pixelFormat);
  await seconds(SETTLE_SECONDS);
  const start = await reading(app, page);
  await seconds(SECONDS);
  const end = await reading(app, page);
  const span = (end.atMs - start.atMs) / 1000;
  const { camera, rates } = end.snapshot;
  if (camera?.settings.roi.width !== 1280 || camera.settings.roi.height !== 720 || camera.settings.pixelFormat !== pixelFormat) throw new Error(`the camera is set to ${JSON.stringify(camera?.settings)}`);
  const delivered = end.snapshot.ledger.recorded - start.snapshot.ledger.recorded;
  const cpuMs = (end.cpuMicroseconds - start.cpuMicroseconds) / 1000;
  return [
    { label: `${name}: delivered to the engine`, value: delivered / span, unit: "frames/s", ...(hasTarget ? { target: { atLeast: 29 } } : {}) },
    { label: `${name}: lost, whoever lost them`, value: lostIn(end.snapshot) - lostIn(start.snapshot), unit: `of ${end.snapshot.ledger.produced - start.snapshot.ledger.produced}` },
    // Copied by the page and by the port, moved to the converter, written once into the pool.
    { label: `${name}: bytes a frame over the port`, value: bytes, unit: "" },
    { label: `${name}: copies of each byte on its way to main`, value: 2, unit: "" },
    { label: `${name}: main loop delay p99`, value: rates.loopDelayP99Ms, unit: "ms" },
    { label: `${name}: processor time of main, its threads included`, value: cpuMs / span, unit: "ms a second" },
    { label: `${name}: shown`, value: (end.snapshot.ledger.shown - start.snapshot.ledger.shown) / span, unit: "frames/s" },
  ];
}

interface Reading {
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly cpuMicroseconds: number;
}

async function reading(app: ElectronApplication, page: Page): Promise<Reading> {
  const snapshot = await snapshotOf(page);
  const atMs = performance.now();
  const cpuMicroseconds = await app.evaluate(() => {
    const { user, system } = process.cpuUsage();
    return user + system;
  });
  return { atMs, snapshot, cpuMicroseconds };
}

async function snapshotOf(page: Page): Promise<Snapshot> {
  const answer = await evaluateHeld(page, () => window.ocular.call("app.snapshot", {}));
  if (!answer.ok) throw new Error(answer.error.tag);
  return answer.value;
}

function lostIn({ ledger }: Snapshot): number {
  return Object.values(ledger.lost).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}

function seconds(n: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, n * 1000); });
}
