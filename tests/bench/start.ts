import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { _electron, type ElectronApplication } from "@playwright/test";
import type { Figure, RunBench } from "./support/bench.ts";
import { steadyMain } from "../support/steady-main.ts";

const TURNS = 5;

/**
 * Time from starting the process to the first live frame on the glass, against an empty Electron window's first paint.
 * Both take turns; the ratio of the medians counts.
 */
export const run: RunBench = async (context) => {
  const empty = join(context.workFolder, "empty-window");
  await mkdir(empty);
  await writeFile(join(empty, "package.json"), JSON.stringify({ name: "empty-window", version: "1.0.0", main: "main.js" }));
  await writeFile(join(empty, "main.js"), `
    const { app, BrowserWindow } = require("electron");
    app.whenReady().then(() => {
      const window = new BrowserWindow({ width: 1366, height: 768, show: false });
      window.once("ready-to-show", () => { window.show(); globalThis.paintedAt = Date.now(); });
      window.loadURL("data:text/html,<p>empty</p>");
    });
  `);
  const windowMs: number[] = [];
  const appMs: number[] = [];
  for (let turn = 0; turn <= TURNS; turn++) {
    context.log(turn === 0 ? "warming up" : `turn ${turn} of ${TURNS}`);
    const emptyMs = await timeStart(context, [empty, `--user-data-dir=${join(context.workFolder, "empty-profile")}`], (app) =>
      pollMain(app, () => (globalThis as { paintedAt?: number }).paintedAt));
    const ocularMs = await timeStart(context, [context.root, `--data-dir=${join(context.workFolder, "data")}`, `--profile-dir=${join(context.workFolder, "profile")}`], firstLiveFrame);
    // The very first start of either fills caches; people start the app every morning.
    if (turn === 0) continue;
    windowMs.push(emptyMs);
    appMs.push(ocularMs);
  }
  const [appMedian, windowMedian] = [median(appMs), median(windowMs)];
  const figures: Figure[] = [
    { label: "empty window, first paint", value: windowMedian, unit: "ms" },
    { label: "Ocular, first live frame on the glass", value: appMedian, unit: "ms" },
    { label: "ratio", value: appMedian / windowMedian, unit: "", target: { atMost: 2 } },
  ];
  return figures;
};

async function timeStart(context: Parameters<RunBench>[0], args: readonly string[], happened: (app: ElectronApplication) => Promise<number>): Promise<number> {
  const startedAt = Date.now();
  const app = steadyMain(await _electron.launch({ executablePath: context.electron.executable, args: [...context.electron.args, ...args], env: { ...context.env } }));
  try {
    return (await happened(app)) - startedAt;
  } finally {
    await app.close();
  }
}

/** When the page drew the first frame, by the page's own clock (same machine, same epoch as ours). */
async function firstLiveFrame(app: ElectronApplication): Promise<number> {
  const page = await app.firstWindow();
  const handle = await page.waitForFunction(() => {
    const mark = performance.getEntriesByName("ocular:first-frame")[0];
    return mark === undefined ? 0 : performance.timeOrigin + mark.startTime;
  }, undefined, { timeout: 60_000, polling: 20 });
  return handle.jsonValue();
}

async function pollMain(app: ElectronApplication, read: () => number | undefined): Promise<number> {
  for (;;) {
    const at = await app.evaluate(read);
    if (at !== undefined) return at;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
