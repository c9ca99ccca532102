import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { centreOf } from "../../src/core/geometry/box.ts";
import { stagePointOf } from "../../src/core/geometry/stage-from-image.ts";
import { runRecipe } from "../../src/core/rules/run-recipe.ts";
import type { Analyzer } from "../../src/engine/analysis/analyzer.ts";
import { readRecipe } from "../../src/engine/analysis/rules/recipe-file.ts";
import { scaledPicture } from "../../src/engine/analysis/rules/recipe-picture.ts";
import type { Camera, CapturedFrame } from "../../src/engine/devices/api/camera.ts";
import { seatMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import type { CameraTurn } from "../../src/engine/devices/virtual/optics/camera-turn.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument } from "../../src/engine/instrument/instrument.ts";
import { scanFields } from "../../src/engine/instrument/scan.ts";
import { loadPixelKernels } from "../../src/engine/native/pixel-kernels.ts";
import { systemClock } from "../../src/engine/runtime/system-clock.ts";
import { readSession, verifySession } from "../../src/engine/session/session-reader.ts";
import { frameScaleOf, type StageFromImage } from "../../src/shared/domain/device-configuration.ts";
import type { CameraSettings } from "../../src/shared/domain/devices.ts";
import type { FieldView } from "../../src/shared/domain/snapshot.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { um } from "../../src/shared/units.ts";

const repository = path.resolve(import.meta.dirname, "../..");
/** Coarse pixels, few pictures: all of it is drawn and looked at by this thread. */
const BINNING = 4;
const FRAME_RATE = 5;
const SIDE_PX = 960;
const SQUARE: Partial<CameraSettings> = { pixelFormat: "Mono8", binning: BINNING, roi: { offsetX: 160, offsetY: 0, width: SIDE_PX, height: SIDE_PX } };
const WHOLE: Partial<CameraSettings> = { pixelFormat: "Mono8", binning: BINNING, roi: { offsetX: 0, offsetY: 0, width: 1280, height: 960 } };
/** um per unbinned pixel through the 20x lens. */
const PIXEL_UM = 3.45 / 20;

/** A virtual camera that tells its pixels and nothing else, as real ones do. */
function reticent(camera: Camera): Camera {
  return new Proxy(camera, {
    get(target, key) {
      if (key === "onDidCapture") {
        return (listener: (frame: CapturedFrame) => void) => target.onDidCapture(({ header, buffer }) => {
          const { stagePositionUm: _s, focusPositionUm: _f, pixelSizeUm: _p, stageUmFromPx: _m, objectiveId: _o, lightPercent: _l, settled: _t, ...own } = header;
          listener({ header: own, buffer });
        });
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** What a calibration of that camera writes into the configuration. */
function affineOf({ degrees, isMirrored = false }: CameraTurn): StageFromImage {
  const [cos, sin] = [PIXEL_UM * Math.cos((degrees * Math.PI) / 180), PIXEL_UM * Math.sin((degrees * Math.PI) / 180)];
  return isMirrored ? [-cos, -sin, 0, -sin, cos, 0] : [cos, -sin, 0, sin, cos, 0];
}

async function nucleiAnalyzer(): Promise<Analyzer> {
  const recipe = await readRecipe(path.join(repository, "recipes/nuclei.yaml"));
  const { kernels } = loadPixelKernels();
  const identity = { id: "nuclei", version: "1", sha256: "0".repeat(64), runtime: "none", settingsHash: "none" };
  let isBusy = false;
  return {
    identity: () => identity, classes: () => recipe.classes, isBusy: () => isBusy, state: () => "ready", onDidChangeState: () => () => undefined,
    ready: async () => undefined, pid: () => undefined, dispose: async () => undefined,
    analyze: async ({ header, pixels }) => {
      isBusy = true;
      const { picture } = scaledPicture(recipe, { ...header, pixels });
      const { objects } = runRecipe(recipe, picture, kernels);
      await Promise.resolve();
      isBusy = false;
      return { frameId: header.frameId, analyzer: identity, detections: objects.map(({ label, classId, score, box }) => ({ id: `n${label}`, classId, score, box })), analysisMs: 1 };
    },
  };
}

describe("a camera that is turned or mirrored against the stage, set up by its affine", () => {
  let libraryFolder: string;
  let virtual: VirtualMicroscope;
  let instrument: Instrument;

  async function open(turn: CameraTurn, settings: Partial<CameraSettings>): Promise<void> {
    virtual = createVirtualMicroscope({ specimen: "nuclei", seed: 5, clock: systemClock, rendering: "inline", driftUm: 0, objectiveId: "20x", stage: { backlashUm: 0 }, frameRate: FRAME_RATE, cameraTurn: turn });
    const { focus: _sharpEnough, ...others } = virtual;
    const microscope = seatMicroscope(systemClock, { ...others, camera: reticent(virtual.camera) });
    const lens = { id: "20x", name: "20x", magnification: 20, numericalAperture: 0.45, immersion: "air" as const, pixelSizeUm: PIXEL_UM, stageFromImage: affineOf(turn) };
    microscope.setScales((id) => (id === lens.id ? frameScaleOf(lens) : undefined));
    instrument = createInstrument({
      microscope, isVirtual: () => true, analyzer: await nucleiAnalyzer(), analyzerRef: () => ({ kind: "rules", id: "nuclei" }), defaultThresholds: () => ({}), clock: systemClock, ids: countingIds(), libraryFolder,
      software: { name: "Ocular", version: "test" }, countingInsetUm: 8, frameRate: FRAME_RATE, preview: { offer: () => "taken" },
    });
    await virtual.connect();
    await virtual.camera.applySettings(settings);
    await instrument.start();
    await instrument.startSession({ operator: "Ada", specimenId: "slide 1", note: "" });
  }

  async function fieldAt(x: number, y: number): Promise<FieldView> {
    await instrument.moveStageTo({ x: um(x), y: um(y) });
    const { fieldId } = await instrument.keepField();
    return instrument.fieldAnalysed(fieldId);
  }

  /** Counted nuclei of overlapping square fields, and how often nuclei were seen. */
  async function countOverlapping(turn: CameraTurn) {
    await open(turn, SQUARE);
    for (const [x, y] of [[0, 0], [60, 0], [60, 55], [10, 40]] as const) await fieldAt(x, y);
    const report = instrument.snapshot().session?.counts;
    if (report?.areaUm2 === undefined) throw new Error("There are counts with an area.");
    const { folder } = await instrument.finishSession();
    expect(await verifySession(folder)).toMatchObject({ ok: true, sealed: true });
    await instrument.dispose();
    return { total: report.total, seenAgain: report.seenAgain ?? 0, areaUm2: report.areaUm2, folder };
  }

  beforeEach(async () => {
    libraryFolder = await mkdtemp(path.join(tmpdir(), "ocular-turned-"));
  });
  afterEach(async () => {
    await instrument.dispose();
    await virtual.dispose();
    await rm(libraryFolder, { recursive: true, force: true });
  });

  it("counts each cell of overlapping fields once, as a camera in line with the stage does", async () => {
    const inLine = await countOverlapping({ degrees: 0 });
    expect(inLine.total).toBeGreaterThan(40);
    expect(inLine.seenAgain).toBeGreaterThan(0.8 * inLine.total);
    // Square fields: turned by quarters they show the very same ground; a bit turned, a little less than 4 % of it at the edges is other.
    for (const [turn, share] of [[{ degrees: 90 }, 0.02], [{ degrees: 90, isMirrored: true }, 0.02], [{ degrees: 5 }, 0.05]] as const) {
      await virtual.dispose();
      const { total, seenAgain, areaUm2, folder } = await countOverlapping(turn);
      const what = JSON.stringify({ turn, total, seenAgain, inLine });
      expect(Math.abs(total - inLine.total), what).toBeLessThanOrEqual(Math.max(1, share * inLine.total));
      expect(Math.abs(seenAgain - inLine.seenAgain), what).toBeLessThanOrEqual(Math.max(2, 2 * share * inLine.seenAgain));
      expect(areaUm2 / inLine.areaUm2, what).toBeGreaterThan(1 - share);
      expect(areaUm2 / inLine.areaUm2, what).toBeLessThan(1 + share);
      const { records } = await readSession(folder);
      const kept = records.flatMap(({ event }) => (event.type === "field-kept" ? [event.header] : []));
      const [a, b, , c, d] = affineOf(turn);
      for (const { stageUmFromPx } of kept) expect(stageUmFromPx).toSatisfy((matrix: number[]) => [a, b, c, d].every((value, i) => Math.abs((matrix[i] ?? NaN) - value * BINNING) < 1e-9));
    }
  }, 120_000);

  it.each([{ degrees: 90 }, { degrees: 5, isMirrored: true }])("brings to the middle of the picture what was pointed at: %o", async (turn) => {
    await open(turn, WHOLE);
    const first = await fieldAt(0, 0);
    const { width, height } = first.header;
    const off = first.detections?.map(({ box }) => ({ box, ...centreOf(box) })).find(({ x, y }) => Math.abs(x - width / 2) > width / 6 && Math.abs(y - height / 2) > height / 6 && x > 20 && y > 20 && x < width - 20 && y < height - 20);
    const goal = off === undefined ? undefined : stagePointOf(first.header, off);
    if (off === undefined || goal === undefined) throw new Error("There is a nucleus off the middle.");
    const second = await fieldAt(goal.x, goal.y);
    const nearest = second.detections?.map(({ box }) => ({ box, far: Math.hypot(centreOf(box).x - width / 2, centreOf(box).y - height / 2) })).sort((one, other) => one.far - other.far)[0];
    expect(nearest?.far).toBeLessThan(2);
    expect((nearest?.box.width ?? 0) / off.box.width).toBeCloseTo(1, 0);
  }, 60_000);

  it("scans fields that tile the slide", async () => {
    const turn = { degrees: 60, isMirrored: true };
    await open(turn, WHOLE);
    await scanFields(instrument, { fields: 4, onField: () => undefined, onRemark: () => undefined });
    const report = instrument.snapshot().session?.counts;
    const frameUm2 = (1280 * PIXEL_UM - 16) * (960 * PIXEL_UM - 16);
    // The stage stops to a tenth of a um; what is missing of four frames is where they overlap.
    expect((report?.areaUm2 ?? 0) / (4 * frameUm2)).toBeGreaterThan(0.995);
    expect(report?.seenAgain).toBeLessThanOrEqual(2);
    const [first, second] = await Promise.all((instrument.snapshot().session?.fields ?? []).map(async ({ fieldId }) => (await instrument.fieldAnalysed(fieldId)).header.stagePositionUm));
    const [a, , , c] = affineOf(turn);
    const stepPx = 1280 - 16 / PIXEL_UM;
    expect((second?.x ?? NaN) - (first?.x ?? NaN)).toBeCloseTo(a * stepPx, 0);
    expect((second?.y ?? NaN) - (first?.y ?? NaN)).toBeCloseTo(c * stepPx, 0);
  }, 120_000);
});
