import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createVirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import type { SessionWriter } from "../../src/engine/session/session-writer.ts";
import { OcularError } from "../../src/shared/errors.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";

let libraryFolder: string;
beforeEach(async () => { libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-told-while-sealing-")); });
afterEach(() => rm(libraryFolder, { recursive: true, force: true }));

it("the loss of the screen darkens the microscope also while the session takes no record, and is told in the log", async () => {
  const microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, rendering: "inline", driftUm: 0 });
  let writer: SessionWriter | undefined;
  const instrument = createInstrument({
    microscope, isVirtual: () => true, analyzer: createTruthAnalyzer(microscope), analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
    software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 4, onDidOpenSession: (opened) => { writer = opened; },
  });
  try {
    await instrument.start();
    await instrument.setLight(60);
    await instrument.startSession({ operator: "Ada", specimenId: "smear 1", note: "" });
    if (writer === undefined) throw new Error("no session was opened");
    writer.enqueue = () => { throw new OcularError({ tag: "SessionSealed", path: "the session" }); };
    await instrument.screenLost();
    expect(microscope.light.level()).toBe(0);
    expect(instrument.recentLog().map(({ text }) => text)).toContainEqual(expect.stringMatching(/^The screen was lost/u));
  } finally {
    await instrument.dispose();
  }
});
