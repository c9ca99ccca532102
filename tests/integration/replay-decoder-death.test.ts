import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Analyzer } from "../../src/engine/analysis/analyzer.ts";
import { createReplayMicroscope } from "../../src/engine/devices/replay/replay-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument } from "../../src/engine/instrument/instrument.ts";
import { entryPath } from "../../src/engine/runtime/entries.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { countingIds } from "../../src/shared/ids.ts";

const PICTURES = path.resolve(import.meta.dirname, "../../src/engine/images/fixtures");

/** Says it is ready and finds nothing: what looks at the pictures has no part in this. */
const idleAnalyzer: Analyzer = {
  identity: () => ({ id: "none", version: "1", sha256: "0".repeat(64), runtime: "none", settingsHash: "0" }),
  classes: () => [], isBusy: () => false, state: () => "ready", onDidChangeState: () => () => undefined, ready: () => Promise.resolve(), pid: () => undefined, dispose: () => Promise.resolve(),
  analyze: ({ header }) => Promise.resolve({ frameId: header.frameId, analyzer: idleAnalyzer.identity(), detections: [], analysisMs: 0 }),
};

let folder: string;
let instrument: Instrument;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ocular-decoder-"));
});
afterEach(async () => {
  await instrument.dispose();
  await rm(folder, { recursive: true, force: true });
});

it("the decoder of a replay dies once: the screen is told, the camera comes back, and the session goes on", { timeout: 240_000 }, async () => {
  const pictures = path.join(folder, "pictures");
  await mkdir(pictures);
  for (const name of ["a.png", "b.png"]) await copyFile(path.join(PICTURES, "rgb8.png"), path.join(pictures, name));
  // The true decoder behind a fuse that blows at the eighth picture, one time.
  const blown = path.join(folder, "blown");
  const decoderFile = path.join(folder, "decoder.mjs");
  await writeFile(decoderFile, `
import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
// First, for it must hear the first question.
await import(${JSON.stringify(pathToFileURL(entryPath("replay-worker")).href)});
let asked = 0;
parentPort.on("message", () => {
  if (++asked !== 8 || existsSync(${JSON.stringify(blown)})) return;
  writeFileSync(${JSON.stringify(blown)}, "");
  process.exit(3);
});
`);
  const alerts: string[] = [];
  instrument = createInstrument({
    microscope: createReplayMicroscope({ inputs: [pictures], clock: systemClock, frameRate: 20, pixelSizeUm: 0.1, decoderFile }), isVirtual: () => false,
    analyzer: idleAnalyzer, analyzerRef: () => ({ kind: "model", id: "none" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder: folder,
    software: { name: "Ocular", version: "test" }, countingInsetUm: 0, frameRate: 20, preview: { offer: () => "skipped" },
  });
  instrument.on("alert", (_tone, text) => alerts.push(text));
  await instrument.start();
  await instrument.startSession({ operator: "Ada", specimenId: "replayed", note: "" });
  const said = (): string => instrument.recentLog().map(({ text }) => text).join("\n");
  await vi.waitFor(() => { expect(said()).toMatch(/Camera faulted \(.*\)\. Reconnecting[^]*Camera is back/u); }, { timeout: 120_000 });
  expect(alerts).toContainEqual(expect.stringMatching(/^Camera faulted \(.+: .+\)\. Reconnecting\.\.\.$/u));

  const produced = instrument.snapshot().ledger.produced;
  await vi.waitFor(() => {
    expect(instrument.snapshot().devices[0]?.state).toMatch(/ready|busy/u);
    expect(instrument.snapshot().ledger.produced).toBeGreaterThan(produced + 10);
  }, { timeout: 30_000 });
  await instrument.keepField();
  const { folder: session, ledger } = await instrument.finishSession();
  expect(ledger.balanced).toBe(true);
  expect(await verifySession(session)).toMatchObject({ ok: true, sealed: true, files: 1 });
});
