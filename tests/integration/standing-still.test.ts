import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument } from "../../src/engine/instrument/instrument.ts";
import { scanFields } from "../../src/engine/instrument/scan.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { um } from "../../src/shared/units.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";

const details = { operator: "Ada", specimenId: "smear 1", note: "" };
const canceled = { data: { tag: "Canceled" } };

describe("what moves by a plan", () => {
  let libraryFolder: string;
  let microscope: VirtualMicroscope;
  let instrument: Instrument;

  beforeEach(async () => {
    libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-standing-still-"));
    microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, rendering: "inline", driftUm: 0 });
    instrument = createInstrument({
      microscope, isVirtual: () => true, analyzer: createTruthAnalyzer(microscope), analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
      software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 12,
    });
    await instrument.start();
  });
  afterEach(async () => {
    await instrument.dispose();
    await rm(libraryFolder, { recursive: true, force: true });
  });

  /** Counts the orders to an axis; `given` resolves with the way of the order with that number. */
  function orders(axis: { moveTo: (target: never) => Promise<unknown> }, number: number): { given: Promise<{ way: Promise<unknown> }>; count: () => number } {
    const { moveTo } = axis as { moveTo: (...input: unknown[]) => Promise<unknown> };
    let tell = (_order: { way: Promise<unknown> }): void => undefined;
    const given = new Promise<{ way: Promise<unknown> }>((resolve) => { tell = resolve; });
    const spy = vi.spyOn(axis as { moveTo: typeof moveTo }, "moveTo").mockImplementation((...input) => {
      const way = moveTo.apply(axis, input);
      if (spy.mock.calls.length === number) tell({ way });
      return way;
    });
    return { given, count: () => spy.mock.calls.length };
  }

  const ends: readonly [string, (of: Instrument) => Promise<unknown>][] = [
    ["a stop", (of) => of.stopMotion()],
    ["the loss of the screen", (of) => of.screenLost()],
    ["a change of devices", (of) => of.changeDevices("Changing devices", { camera: false }, () => Promise.resolve())],
    ["the end of the app", (of) => of.dispose()],
  ];

  it.each(ends)("an autofocus on its way is ended by %s, and the drive stands where it stood then", async (_name, end) => {
    const { given, count } = orders(microscope.focus, 3);
    const outcome = expect(instrument.autofocus()).rejects.toMatchObject(canceled);
    await given;
    await end(instrument);
    await outcome;
    expect([count(), microscope.focus.isMoving()]).toEqual([3, false]);
  });

  it.each(ends)("an autofocus that waits for a picture is ended by %s", async (_name, end) => {
    // Nothing is captured: the picture at the first plane never comes.
    await instrument.stopLive();
    const { given, count } = orders(microscope.focus, 1);
    const outcome = expect(instrument.autofocus()).rejects.toMatchObject(canceled);
    await (await given).way;
    await end(instrument);
    await outcome;
    expect([count(), microscope.focus.isMoving()]).toEqual([1, false]);
  });

  it("a person who focuses during an autofocus gets there, and it does not drive back over that", async () => {
    const { given, count } = orders(microscope.focus, 3);
    const outcome = expect(instrument.autofocus()).rejects.toMatchObject(canceled);
    await given;
    expect(await instrument.moveFocusTo(um(60))).toBeCloseTo(60, 0);
    await outcome;
    expect([count(), microscope.focus.isMoving(), Math.round(microscope.focus.position())]).toEqual([4, false, 60]);
  });

  it("a nosepiece that turns during an autofocus has the focus to itself", async () => {
    await instrument.stopLive();
    const { given, count } = orders(microscope.focus, 1);
    const outcome = expect(instrument.autofocus()).rejects.toMatchObject(canceled);
    await (await given).way;
    const [, other] = microscope.turret.objectives();
    await instrument.selectObjective(other?.id ?? "");
    await outcome;
    expect([count(), microscope.turret.current()?.id]).toEqual([1, other?.id]);
  });

  it("a scan is ended by a stop on its way to a field", async () => {
    await instrument.startSession(details);
    const { given, count } = orders(microscope.stage, 2);
    const outcome = expect(scanFields(instrument, { fields: 4, onField: () => undefined, onRemark: () => undefined })).rejects.toMatchObject(canceled);
    await given;
    await instrument.stopMotion();
    await outcome;
    expect([count(), instrument.sessionFields().length]).toEqual([2, 1]);
  });
});
