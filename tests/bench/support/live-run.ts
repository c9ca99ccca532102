import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { encode } from "fast-png";
import { createFramePool } from "../../../src/engine/acquisition/frame-pool.ts";
import { createVirtualMicroscope } from "../../../src/engine/devices/virtual/virtual-microscope.ts";
import { systemClock } from "../../../src/engine/runtime/system-clock.ts";
import type { LedgerReport } from "../../../src/shared/domain/ledger.ts";
import type { Snapshot } from "../../../src/shared/domain/snapshot.ts";
import type { AnalyzerRef } from "../../../src/shared/domain/comparison.ts";
import { um } from "../../../src/shared/units.ts";
import type { BenchContext, Figure } from "./bench.ts";
import { evaluateHeld } from "../../support/held.ts";
import { steadyMain } from "../../support/steady-main.ts";

const SECONDS = 60;
const SETTLE_SECONDS = 20;
const PICTURES = 12;

/** Colour fields of the virtual smear as PNG files with their scale beside them: what the replay camera plays. */
export async function drawPictures(folder: string): Promise<void> {
  await mkdir(folder);
  const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 5, clock: systemClock, rendering: "inline", frameRate: 30 });
  await microscope.connect();
  await microscope.camera.applySettings({ pixelFormat: "RGB8" });
  const pool = createFramePool({ slotBytes: 1280 * 960 * 3, slotCount: 3 });
  for (let n = 0; n < PICTURES; n++) {
    await microscope.stage.moveTo({ x: um(n * 90), y: um(0) });
    const pixels = await new Promise<Uint8Array>((resolve, reject) => {
      const stop = microscope.camera.onDidCapture(({ header, buffer }) => {
        if (header.settled !== false) {
          stop();
          resolve(buffer.bytes.slice());
        }
        buffer.release();
      });
      microscope.camera.startAcquisition(pool).catch(reject);
    });
    await microscope.camera.stopAcquisition();
    await writeFile(join(folder, `field-${String(n).padStart(2, "0")}.png`), encode({ width: 1280, height: 960, channels: 3, depth: 8, data: new Uint8Array(pixels) }));
  }
  await writeFile(join(folder, "ocular.json"), JSON.stringify({ format: "ocular-pictures", version: 1, pixel_size_um: 0.08625 }));
  await microscope.dispose();
}

/** How one minute of the live loop differs from the plain one. */
export interface LiveRun {
  readonly name: string;
  /** Arguments of the app: which camera. */
  readonly args: readonly string[];
  readonly hasTargets: boolean;
  /** Looks at the same frames beside the model. */
  readonly second?: AnalyzerRef;
}

/** Colour pictures replayed from memory, raw as a colour camera sends them. */
export function replayArgs(folder: string): string[] {
  return [`--camera=replay:${folder}`, "--replay-from-memory", "--replay-raw-colour"];
}

/** The live loop as a technician has it, for a minute: preview on, inference on, session recording. */
export async function measureLive(context: BenchContext, { name, args, hasTargets, second }: LiveRun): Promise<Figure[]> {
  context.log(`${name}: ${SECONDS} s`);
  const app = steadyMain(await _electron.launch({
    executablePath: context.electron.executable,
    args: [...context.electron.args, context.root, `--data-dir=${join(context.workFolder, `${name}-data`)}`, `--profile-dir=${join(context.workFolder, `${name}-profile`)}`, ...args],
    env: { ...context.env },
  }));
  try {
    const page = await app.firstWindow();
    await until(async () => (await snapshotOf(page)).analyzer.state === "ready" && ((await snapshotOf(page)).rates.analysisMs ?? 0) > 0);
    const comparisons = second === undefined ? undefined : await withSecond(page, second);
    await evaluateHeld(page, () => window.ocular.call("session.start", { operator: "bench", specimenId: "bench", note: "" }));
    const start = await reading(app, page);
    const ages: number[] = [];
    let early = start;
    for (let second = 1; second <= SECONDS; second++) {
      await seconds(1);
      const age = await overlayAge(page);
      if (age !== undefined) ages.push(age);
      if (second === SETTLE_SECONDS) early = await reading(app, page);
    }
    const end = await reading(app, page);
    const compared = comparisons === undefined ? [] : [{ label: `${name}: frames that both analyzers answered on`, value: (await comparisons()) / SECONDS, unit: "a second" }];
    return [...figures(name, start, early, end, ages, hasTargets), ...compared];
  } finally {
    await app.close();
  }
}

/** Puts the second analyzer beside the first; gives how many frames both have answered on since. */
async function withSecond(page: Page, ref: AnalyzerRef): Promise<() => Promise<number>> {
  await evaluateHeld(page, (chosen) => window.ocular.call("analyzer.setSecond", { ref: chosen }), ref);
  await until(async () => (await snapshotOf(page)).second?.state === "ready");
  const counter = await page.evaluateHandle(() => {
    const seen = { n: 0 };
    window.ocular.on("compared", () => { seen.n += 1; });
    return seen;
  });
  return () => counter.evaluate((seen) => seen.n);
}

interface Reading {
  readonly atMs: number;
  readonly snapshot: Snapshot;
  readonly residentMb: number;
}

async function reading(app: ElectronApplication, page: Page): Promise<Reading> {
  const snapshot = await snapshotOf(page);
  const residentKb = await app.evaluate(({ app: electron }) => electron.getAppMetrics().reduce((sum, metric) => sum + metric.memory.workingSetSize, 0));
  return { atMs: performance.now(), snapshot, residentMb: residentKb / 1024 };
}

async function snapshotOf(page: Page): Promise<Snapshot> {
  const answer = await evaluateHeld(page, () => window.ocular.call("app.snapshot", {}));
  if (!answer.ok) throw new Error(answer.error.tag);
  return answer.value;
}

/** Frames between the picture and its overlay, as the status bar tells the person. */
async function overlayAge(page: Page): Promise<number | undefined> {
  const text = await page.getByTestId("status-bar").innerText();
  const age = /age (\d+) frame/u.exec(text)?.[1];
  return age === undefined ? undefined : Number(age);
}

function figures(name: string, start: Reading, early: Reading, end: Reading, ages: readonly number[], hasTargets: boolean): Figure[] {
  const span = (end.atMs - start.atMs) / 1000;
  const rate = (count: (ledger: LedgerReport) => number): number => (count(end.snapshot.ledger) - count(start.snapshot.ledger)) / span;
  const lost = Object.values(end.snapshot.ledger.lost).reduce<number>((sum, n) => sum + (n ?? 0), 0);
  const target = (wanted: NonNullable<Figure["target"]>): { target?: NonNullable<Figure["target"]> } => (hasTargets ? { target: wanted } : {});
  const latency = end.snapshot.rates.frameToScreenMs;
  return [
    { label: `${name}: camera`, value: rate((l) => l.produced), unit: "frames/s", ...target({ atLeast: 29 }) },
    { label: `${name}: display`, value: rate((l) => l.shown), unit: "frames/s", ...target({ atLeast: 29 }) },
    { label: `${name}: frames lost by us`, value: lost, unit: "", ...target({ atMost: 0 }) },
    { label: `${name}: main loop delay p99`, value: end.snapshot.rates.loopDelayP99Ms, unit: "ms", ...target({ atMost: 20 }) },
    { label: `${name}: resident memory at 60 s over that at 20 s`, value: end.residentMb / early.residentMb, unit: "", ...target({ atMost: 1.05 }) },
    { label: `${name}: resident memory`, value: end.residentMb, unit: "MiB" },
    { label: `${name}: analyses`, value: rate((l) => l.analysed), unit: "a second" },
    { label: `${name}: overlay age, median`, value: ages.toSorted((a, b) => a - b)[ages.length >> 1] ?? NaN, unit: "frames" },
    { label: `${name}: frame to screen, median`, value: latency?.median ?? NaN, unit: "ms" },
    { label: `${name}: frame to screen, p95`, value: latency?.p95 ?? NaN, unit: "ms" },
  ];
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await seconds(0.2);
}

function seconds(n: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, n * 1000); });
}
