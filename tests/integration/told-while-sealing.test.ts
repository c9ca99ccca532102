import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument } from "../../src/engine/instrument/instrument.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import type { SessionWriter } from "../../src/engine/session/session-writer.ts";
import { OcularError } from "../../src/shared/errors.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";

let libraryFolder: string;
beforeEach(async () => { libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-told-while-sealing-")); });
afterEach(() => rm(libraryFolder, { recursive: true, force: true }));

async function withOpenSession(test: (of: { readonly instrument: Instrument; readonly microscope: VirtualMicroscope; readonly writer: SessionWriter }) => Promise<void>): Promise<void> {
  const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, rendering: "inline", driftUm: 0 });
  let writer: SessionWriter | undefined;
  const instrument = createInstrument({
    microscope, isVirtual: () => true, analyzer: createTruthAnalyzer(microscope), analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
    software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 4, onDidOpenSession: (opened) => { writer = opened; },
  });
  try {
    await instrument.start();
    await instrument.startSession({ operator: "Ada", specimenId: "smear 1", note: "" });
    if (writer === undefined) throw new Error("no session was opened");
    await test({ instrument, microscope, writer });
  } finally {
    await instrument.dispose();
  }
}

it("whoever waits for a picture is told that the disk is full, not that the camera is silent", () => withOpenSession(async ({ instrument, writer }) => {
  const { enqueue } = writer;
  writer.enqueue = (event, actor) => {
    if (event.type === "frame") throw new OcularError({ tag: "DiskFull", path: "the session", neededBytes: 2, freeBytes: 1 });
    enqueue.call(writer, event, actor);
  };
  const alerts: string[] = [];
  instrument.on("alert", (_tone, text) => alerts.push(text));
  await expect(instrument.keepField()).rejects.toMatchObject({ data: { tag: "DiskFull" } });
  // The picture goes on, and one sentence has said that nothing is recorded.
  const frame = await instrument.nextFrame();
  expect((await instrument.nextFrame()).frameId).toBeGreaterThan(frame.frameId);
  expect(alerts).toEqual([expect.stringContaining("The disk of the session is full")]);
  expect(instrument.recentLog().filter(({ text }) => text.includes("is full"))).toHaveLength(1);
}));

it("a disk that fills up under the frames stops the record, not the picture, and it goes on when there is space again", () => withOpenSession(async ({ instrument, writer }) => {
  const { enqueue } = writer;
  const full = (): OcularError => new OcularError({ tag: "DiskFull", path: "the session", neededBytes: 2, freeBytes: 1 });
  let isFull = true;
  writer.enqueue = (event, actor) => {
    if (isFull && event.type === "frame") throw full();
    enqueue.call(writer, event, actor);
  };
  const alerted = new Promise<string>((resolve) => { instrument.on("alert", (_tone, text) => { resolve(text); }); });
  expect(await alerted).toContain("is full");
  await instrument.nextFrame();
  isFull = false;
  await instrument.pauseSession();
  await instrument.resumeSession();
  await instrument.keepField();
  const { folder, ledger } = await instrument.finishSession();
  expect(ledger).toMatchObject({ balanced: true, stored: 1 });
  expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
}));

it("the loss of the screen darkens the microscope also while the session takes no record, and is told in the log", () => withOpenSession(async ({ instrument, microscope, writer }) => {
  await instrument.setLight(60);
  writer.enqueue = () => { throw new OcularError({ tag: "SessionSealed", path: "the session" }); };
  await instrument.screenLost();
  expect(microscope.light.level()).toBe(0);
  expect(instrument.recentLog().map(({ text }) => text)).toContainEqual(expect.stringMatching(/^The screen was lost/u));
}));

it("the end of the app gives up what is being analysed without calling it a loss", async () => {
  const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, rendering: "inline", driftUm: 0 });
  const truth = createTruthAnalyzer(microscope);
  const died = new OcularError({ tag: "InferenceDied", modelId: "truth", reason: "it was stopped" });
  let whenAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => { whenAsked = resolve; });
  let die = (_error: OcularError): void => undefined;
  const analyzer = {
    ...truth,
    analyze: () => new Promise<never>((_, reject) => {
      die = reject;
      whenAsked();
    }),
    dispose: () => {
      die(died);
      return truth.dispose();
    },
  };
  const instrument = createInstrument({
    microscope, isVirtual: () => true, analyzer, analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
    software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 4,
  });
  const alerts: string[] = [];
  instrument.on("alert", (_tone, text) => alerts.push(text));
  await instrument.start();
  await asked;
  await instrument.dispose();
  expect(alerts).toEqual([]);
  expect(instrument.recentLog().filter(({ text }) => text.includes("died"))).toEqual([]);
});
