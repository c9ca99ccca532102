import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seatMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { decodeRecord } from "../../src/core/session/codec.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument, InstrumentParts } from "../../src/engine/instrument/instrument.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { readSession, verifySession } from "../../src/engine/session/session-reader.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { um } from "../../src/shared/units.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";

const details = { operator: "Ada", specimenId: "smear 1", note: "" };

describe("the instrument on a virtual microscope", () => {
  let libraryFolder: string;
  let microscope: VirtualMicroscope;
  let analyzer: ReturnType<typeof createTruthAnalyzer>;
  let parts: InstrumentParts;
  let instrument: Instrument;
  let shown: number[];

  beforeEach(async () => {
    libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-instrument-"));
    microscope = createVirtualMicroscope({ specimen: "blood-smear", seed: 3, clock: systemClock, rendering: "inline", driftUm: 0 });
    analyzer = createTruthAnalyzer(microscope);
    shown = [];
    parts = {
      microscope, isVirtual: () => true, analyzer, analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
      software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: 12,
      // A screen that draws each picture at once.
      preview: { offer: (header) => { shown.push(header.frameId); queueMicrotask(() => { instrument.previewShown(header.frameId); }); return "taken"; } },
    };
    instrument = createInstrument(parts);
    await instrument.start();
  });
  afterEach(async () => {
    await instrument.dispose();
    await rm(libraryFolder, { recursive: true, force: true });
  });

  it("scans, counts what is there, takes corrections back, and seals a session whose ledger sums", async () => {
    await instrument.startSession(details);
    const first = await instrument.keepField();
    const reached = await instrument.moveStageTo({ x: um(94), y: um(0) });
    expect(Math.abs(reached.x - 94)).toBeLessThan(1);
    const second = await instrument.keepField();
    const fields = [await instrument.fieldAnalysed(first.fieldId), await instrument.fieldAnalysed(second.fieldId)];
    expect(second.header.settled).toBe(true);
    expect(second.header.stagePositionUm?.x).toBeCloseTo(94, 0);

    const counts = instrument.snapshot().session?.counts;
    const red = (n = counts): number => n?.classes.find((c) => c.classId === "red-cell")?.n ?? -1;
    expect(counts?.fields).toBe(2);
    expect(red()).toBeGreaterThan(40);

    // A correction of a cell in the middle of the field moves the count by one, and undo moves it back.
    const cell = fields[0]?.detections?.find((d) => d.classId === "red-cell" && Math.abs(d.box.x - 600) < 200 && Math.abs(d.box.y - 450) < 200);
    if (cell === undefined) throw new Error("no red cell in the middle");
    const before = red();
    const corrected = await instrument.reclassify(first.fieldId, cell.id, "white-cell");
    expect(corrected.detections).toEqual(fields[0]?.detections);
    expect(red(instrument.snapshot().session?.counts)).toBe(before - 1);
    await instrument.undo();
    expect(red(instrument.snapshot().session?.counts)).toBe(before);
    // Quick fingers: each correction starts from what the one before left, and each undo takes back another one.
    const [, twice] = await Promise.all([instrument.reclassify(first.fieldId, cell.id, "white-cell"), instrument.reclassify(first.fieldId, cell.id, "platelet")]);
    expect(twice.annotations).toMatchObject([{ fromClassId: "red-cell", toClassId: "white-cell" }, { fromClassId: "white-cell", toClassId: "platelet" }]);
    const [, back] = await Promise.all([instrument.undo(), instrument.undo()]);
    expect(back.annotations).toEqual([]);
    await instrument.reject(first.fieldId, cell.id);
    expect(red(instrument.snapshot().session?.counts)).toBe(before - 1);
    await expect(instrument.reclassify(first.fieldId, cell.id, "unicorn")).rejects.toMatchObject({ data: { tag: "UnsupportedValue" } });

    const { folder, ledger } = await instrument.finishSession();
    expect(ledger.balanced).toBe(true);
    expect(ledger.stored).toBe(2);
    expect(ledger.analysed).toBeGreaterThanOrEqual(2);
    expect(ledger.shown).toBeGreaterThan(0);
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true, files: 2 });
    const { records } = await readSession(folder);
    const frames = records.filter((r) => r.event.type === "frame").length;
    expect(frames).toBe(ledger.stored + ledger.recorded);
    expect(instrument.snapshot().session).toBeUndefined();
    // Whole fields of the virtual smear, drawn and looked at with code that is still cold: on a busy machine more than the usual limit.
  }, 60_000);

  it("keeps a field's analysis when the inference process dies on it, and says so", async () => {
    const alerts: string[] = [];
    instrument.on("alert", (_tone, text) => alerts.push(text));
    instrument.setAnalysisEnabled(false);
    await instrument.startSession(details);
    analyzer.failNext({ tag: "InferenceDied", modelId: "truth", reason: "killed" });
    const field = await instrument.fieldAnalysed((await instrument.keepField()).fieldId);
    expect(field.detections?.length).toBeGreaterThan(0);
    expect(alerts.join()).toContain("killed");
    const { ledger } = await instrument.finishSession();
    expect(ledger).toMatchObject({ balanced: true, stored: 1, analysed: 1 });
  });

  it("stops and darkens when the screen is lost, tells it, and goes on with picture and session", async () => {
    const alerts: string[] = [];
    instrument.on("alert", (_tone, text) => alerts.push(text));
    await instrument.startSession(details);
    await instrument.setLight(60);
    const moves = [instrument.moveStageBy({ x: um(20_000), y: um(0) }), instrument.moveFocusBy(um(200))];
    await expect.poll(() => [microscope.stage.isMoving(), microscope.focus.isMoving()]).toEqual([true, true]);
    await instrument.screenLost();
    expect([microscope.stage.isMoving(), microscope.focus.isMoving(), microscope.light.level()]).toEqual([false, false, 0]);
    // Jogs that were stopped end where they were stopped.
    await Promise.all(moves);
    expect(microscope.stage.position().x).toBeLessThan(19_990);
    expect(alerts.join()).toContain("The screen was lost");
    await instrument.nextFrame();
    await instrument.keepField();
    const { folder } = await instrument.finishSession();
    const { records } = await readSession(folder);
    expect(JSON.stringify(records)).toContain("The screen was lost");
  });

  it("stops and darkens also what has no role, when the screen is lost and at the end", async () => {
    // By a clock of its own that stands: what moves goes on moving until it is stopped.
    const beside = createVirtualMicroscope({ specimen: "nuclei", clock: createManualClock(), rendering: "inline" });
    const seated = seatMicroscope(systemClock, microscope);
    seated.setHolder(() => [microscope.light, beside.stage, beside.focus, beside.light]);
    const other = createInstrument({ ...parts, microscope: seated });
    await Promise.all([beside.stage.connect(), beside.focus.connect(), beside.light.connect()]);
    const states = (): unknown => [beside.stage.isMoving(), beside.focus.isMoving(), beside.light.level(), microscope.light.level()];
    const setGoing = async (): Promise<Promise<unknown>[]> => {
      await Promise.all([beside.light.setLevel(40), microscope.light.setLevel(70)]);
      const ways = [beside.stage.moveTo({ x: um(20_000), y: um(0) }), beside.focus.moveTo(um(200))].map((way) => expect(way).rejects.toMatchObject({ data: { tag: "Canceled" } }));
      expect(states()).toEqual([true, true, 40, 70]);
      return ways;
    };
    const ways = await setGoing();
    await other.screenLost();
    expect(states()).toEqual([false, false, 0, 0]);
    ways.push(...(await setGoing()));
    await other.dispose();
    expect(states()).toEqual([false, false, 0, 0]);
    await Promise.all(ways);
    // What has no role is its holder's to put away.
    expect(beside.stage.status().state).toBe("ready");
    await beside.dispose();
  });

  it("writes nothing while paused, and the ledger still sums", async () => {
    await instrument.startSession(details);
    await instrument.keepField();
    await instrument.pauseSession();
    await expect(instrument.keepField()).rejects.toMatchObject({ data: { tag: "WrongState" } });
    await instrument.resumeSession();
    await instrument.keepField();
    const { folder, ledger } = await instrument.finishSession();
    expect(ledger).toMatchObject({ balanced: true, stored: 2 });
    expect(await verifySession(folder)).toMatchObject({ ok: true });
  });

  it("pauses and finishes after the fields that were asked for before, each with its frame in the log", async () => {
    await instrument.startSession(details);
    const ways = [instrument.moveStageBy({ x: um(2000), y: um(0) })];
    const first = instrument.keepField();
    const pausing = instrument.pauseSession();
    await expect(instrument.keepField()).rejects.toMatchObject({ data: { tag: "WrongState", state: "the session is being paused" } });
    await pausing;
    expect((await first).fieldId).toBe("field-0001");
    await instrument.resumeSession();
    ways.push(instrument.moveStageBy({ x: um(2000), y: um(0) }));
    const second = instrument.keepField();
    const finishing = instrument.finishSession();
    for (const late of [instrument.keepField(), instrument.finishSession(), instrument.pauseSession(), instrument.resumeSession()]) {
      await expect(late).rejects.toMatchObject({ data: { tag: "WrongState", state: "the session is being finished" } });
    }
    const { folder, ledger } = await finishing;
    expect((await second).fieldId).toBe("field-0002");
    expect(ledger).toMatchObject({ balanced: true, stored: 2 });
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true, files: 2 });
    await Promise.all(ways);
  });

  it("is left with an answer still owed: nothing is thrown at nobody, and the field is whole", async () => {
    await instrument.startSession(details);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => { answer = resolve; });
    analyzer.ready = () => answered;
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => { unheard.push(error); };
    process.on("unhandledRejection", hear);
    try {
      await instrument.keepField();
      const { folder } = instrument.snapshot().session ?? {};
      await instrument.dispose();
      answer();
      expect(await verifySession(folder ?? "")).toMatchObject({ ok: true, sealed: false, files: 1 });
      expect(unheard).toEqual([]);
    } finally {
      process.off("unhandledRejection", hear);
    }
  });

  it("seals the counts of a correction that was made just before the end", async () => {
    await instrument.startSession(details);
    const { fieldId } = await instrument.keepField();
    const cell = (await instrument.fieldAnalysed(fieldId)).detections?.find((d) => d.classId === "red-cell" && Math.abs(d.box.x - 600) < 200 && Math.abs(d.box.y - 450) < 200);
    if (cell === undefined) throw new Error("no red cell in the middle");
    await instrument.stopLive();
    const correcting = instrument.reject(fieldId, cell.id);
    const { folder } = await instrument.finishSession();
    await correcting;
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
  });

  it("records at which score thresholds each field was analysed", async () => {
    await instrument.startSession(details);
    for (const score of [0.25, 0.5]) {
      instrument.setScoreThresholds({ "red-cell": score });
      const { fieldId } = await instrument.keepField();
      await instrument.fieldAnalysed(fieldId);
    }
    await instrument.stopLive();
    const { folder } = await instrument.finishSession();
    const records = (await readFile(path.join(folder, "log.jsonl"), "utf8")).trim().split("\n").map((line) => decodeRecord(line).event);
    expect(records.flatMap((event) => (event.type === "detections" ? [event.scoreThresholds] : []))).toEqual([{ "red-cell": 0.25 }, { "red-cell": 0.5 }]);
    expect(await verifySession(folder)).toMatchObject({ ok: true });
  });

  it("lets go of a session that cannot be finished: another can begin, and that one can be recovered", async () => {
    await instrument.startSession(details);
    await instrument.keepField();
    const { name, folder } = instrument.snapshot().session ?? { name: "", folder: "" };
    // The seal has no room: something lies where it would be put.
    await mkdir(path.join(folder, "seal.json"));
    await expect(instrument.finishSession()).rejects.toMatchObject({ data: { tag: "DiskUnwritable" } });
    expect(instrument.snapshot().session).toBeUndefined();
    await instrument.startSession({ ...details, specimenId: "smear 2" });
    await instrument.keepField();
    expect(await verifySession((await instrument.finishSession()).folder)).toMatchObject({ ok: true, sealed: true, files: 1 });
    await rm(path.join(folder, "seal.json"), { recursive: true });
    // Its last record was written: only the seal's file is missing, and is made.
    await expect(instrument.resumeInterrupted(name)).rejects.toMatchObject({ data: { tag: "SessionSealed" } });
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true, files: 1 });
  });

  it("opens one session at a time, and changes no devices meanwhile", async () => {
    const opening = instrument.startSession(details);
    for (const other of [instrument.startSession({ ...details, specimenId: "smear 2" }), instrument.resumeInterrupted("none.ocular"), instrument.changeDevices("Changing devices", { camera: false }, () => Promise.resolve())]) {
      await expect(other).rejects.toMatchObject({ data: { tag: "WrongState", state: "a session is being opened" } });
    }
    expect(await opening).toContain("smear 1");
    await instrument.finishSession();
    expect(await instrument.startSession({ ...details, specimenId: "smear 2" })).toContain("smear 2");
  });

  it("finds the sharp plane from a few um away, and comes back when there is nothing to see", async () => {
    const sharpUm = microscope.sharpFocusUm(0, 0);
    await instrument.moveFocusTo(um(sharpUm + 2.5));
    const found = await instrument.autofocus({ rangeUm: 4, stepUm: 1 });
    expect(found.kind).toBe("found");
    expect(Math.abs(microscope.focus.position() - sharpUm)).toBeLessThan(0.6);

    const controller = new AbortController();
    const startUm = microscope.focus.position();
    const run = instrument.autofocus({ rangeUm: 4, stepUm: 1, signal: controller.signal });
    controller.abort();
    await expect(run).rejects.toMatchObject({ data: { tag: "Canceled" } });
    expect(microscope.focus.position()).toBeCloseTo(startUm, 0);
  });

  it("stops recording with one sentence when the disk is full, and what was kept is sealed and sound", async ({ skip }) => {
    const full = path.join(libraryFolder, "small-disk");
    await mkdir(full);
    try {
      // Room for the reserve and a few small fields.
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=65m", "tmpfs", full], { stdio: "ignore" });
    } catch {
      skip("a small disk can only be mounted as root on Linux");
    }
    // One picture on this thread, and a small one: drawing them is what takes the time of a busy machine.
    await instrument.stopLive();
    const second = createVirtualMicroscope({ specimen: "blood-smear", seed: 4, clock: systemClock, rendering: "inline", driftUm: 0 });
    const small = createInstrument({ ...parts, microscope: second, analyzer: createTruthAnalyzer(second), preview: { offer: () => "skipped" }, libraryFolder: full });
    try {
      await small.start();
      await small.applyCamera({ roi: { offsetX: 800, offsetY: 480, width: 320, height: 240 } });
      const alerts: string[] = [];
      small.on("alert", (_tone, text) => alerts.push(text));
      await small.startSession(details);
      let kept = 0;
      const keepUntilFull = async (): Promise<void> => {
        for (; kept < 40; kept++) await small.keepField();
      };
      await expect(keepUntilFull()).rejects.toMatchObject({ data: { tag: "DiskFull" } });
      expect(kept).toBeGreaterThan(0);
      // The live picture goes on; only the record has stopped.
      await small.nextFrame();
      // With room again recording goes on when it is told to: a field without its frame in the log would not verify.
      execFileSync("mount", ["-o", "remount,size=80m", full], { stdio: "ignore" });
      await expect(small.keepField()).rejects.toMatchObject({ data: { tag: "WrongState", state: "recording has stopped" } });
      // However many frames and fields the disk has refused: one sentence.
      expect(alerts).toEqual([expect.stringMatching(/disk .*full.*free some space/iu)]);
      await small.pauseSession();
      await small.resumeSession();
      await small.keepField();
      kept += 1;
      const { folder, ledger } = await small.finishSession();
      expect(ledger).toMatchObject({ balanced: true, stored: kept });
      expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true, files: kept });
    } finally {
      await small.dispose();
      execFileSync("umount", [full]);
    }
  });

  it("says in one sentence where a session cannot be written", async () => {
    const file = path.join(libraryFolder, "a-file");
    await writeFile(file, "not a folder");
    const blocked = createInstrument({ ...parts, libraryFolder: file });
    await expect(blocked.startSession(details)).rejects.toMatchObject({ data: { tag: "DiskUnwritable" } });
    expect(blocked.snapshot().session).toBeUndefined();
  });

  it("refuses moves beyond the soft limits and calls without a session in one sentence", async () => {
    await expect(instrument.moveStageTo({ x: um(1e6), y: um(0) })).rejects.toMatchObject({ data: { tag: "OutOfRange" } });
    await expect(instrument.keepField()).rejects.toMatchObject({ data: { tag: "WrongState" } });
    await expect(instrument.selectObjective("63x")).rejects.toMatchObject({ data: { tag: "UnsupportedValue" } });
  });
});
