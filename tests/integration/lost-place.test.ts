import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createVirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { LOG_FILE } from "../../src/engine/session/log-scan.ts";
import { verifySession } from "../../src/engine/session/session-reader.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { um } from "../../src/shared/units.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";

let libraryFolder: string;
beforeEach(async () => { libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-lost-place-")); });
afterEach(() => rm(libraryFolder, { recursive: true, force: true }));

it("a session records that the stage counts anew, no place until a person gives his word, and who gave it", async () => {
  const family = LAB_FAMILIES["grbl"];
  if (family === undefined) throw new Error("no such family in the lab");
  const lab = new LabController(family.model(systemClock), systemClock);
  const controller = family.drive(lab.port, systemClock);
  const { stage } = controller;
  if (stage === undefined) throw new Error("no stage");
  const virtual = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, driftUm: 0 });
  const instrument = createInstrument({
    microscope: { name: "bench", camera: virtual.camera, stage }, isVirtual: () => true, analyzer: createTruthAnalyzer(virtual), analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
    software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 4,
  });
  try {
    await instrument.start();
    await instrument.moveStageTo({ x: um(900), y: um(-700) });
    await instrument.startSession({ operator: "Ada", specimenId: "smear 1", note: "" });
    lab.fail("power");
    await expect.poll(() => stage.placeDoubt()).toBe("it was restarted or reset");
    await expect(instrument.moveStageTo({ x: um(0), y: um(0) })).rejects.toMatchObject({ data: { tag: "PlaceUnknown" } });
    expect(() => { instrument.jogStage({ x: um(10), y: um(0) }); }).toThrow(/place is not known/u);
    await instrument.trustPlace("xyStage", { givenBy: "Ada" });
    await expect(instrument.trustPlace("xyStage", { givenBy: "Ada" })).rejects.toMatchObject({ data: { tag: "WrongState" } });
    await instrument.moveStageTo({ x: um(50), y: um(0) });
    const { folder } = await instrument.finishSession();
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
    const recorded = await readFile(path.join(folder, LOG_FILE), "utf8");
    expect(recorded).toContain("GRBL stage: its place is not known: it was restarted or reset");
    expect(recorded).toContain("Ada says that GRBL stage is where it tells, at x 0.0, y 0.0 µm, though it was restarted or reset");
  } finally {
    await instrument.dispose();
    await controller.dispose();
  }
});
