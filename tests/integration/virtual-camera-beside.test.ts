import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFramePool } from "../../src/engine/acquisition/frame-pool.ts";
import { HandTurret } from "../../src/engine/devices/drivers/hand/hand-turret.ts";
import { seatMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import { createVirtualMicroscope, type VirtualMicroscope } from "../../src/engine/devices/virtual/virtual-microscope.ts";
import { createInstrument } from "../../src/engine/instrument/create-instrument.ts";
import type { Instrument } from "../../src/engine/instrument/instrument.ts";
import { readSession, verifySession } from "../../src/engine/session/session-reader.ts";
import type { CapturedHeader, FrameHeader } from "../../src/shared/domain/frame.ts";
import { countingIds } from "../../src/shared/ids.ts";
import { um } from "../../src/shared/units.ts";
import { createTruthAnalyzer } from "../builders/truth-analyzer.ts";
import { createManualClock } from "../../src/core/testing/manual-clock.ts";
import { type LabDesk, labDesk } from "../lab/lab-desk.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";

const PLUG = { vendorId: "067b", productId: "2303", serialNumber: "PR-1" };
const SMALL = { offsetX: 544, offsetY: 408, width: 192, height: 144 };

describe("the virtual camera beside a ProScan of the lab, in a session", () => {
  let lab: LabDesk;
  let virtual: VirtualMicroscope;
  let controller: LabController;
  let instrument: Instrument;
  const settled = <T>(call: Promise<T>): Promise<T> => lab.settled(call);
  /** Where the motors of the controller truly are, um. */
  const motors = (): { x: number; y: number; z: number } => {
    const at = (axis: string): number => controller.model.axes[axis]?.position() ?? Number.NaN;
    return { x: at("x"), y: at("y"), z: at("z") };
  };
  const newest = async (): Promise<FrameHeader> => settled(instrument.nextFrame());
  const trueMiddle = ({ deviceSequence }: FrameHeader): { x: number; y: number } => {
    const view = virtual.viewRectOfFrame(deviceSequence);
    return { x: (view?.x ?? Number.NaN) + (view?.width ?? 0) / 2, y: (view?.y ?? Number.NaN) + (view?.height ?? 0) / 2 };
  };

  beforeEach(async () => {
    lab = await labDesk("nuclei");
    if (lab.virtual === undefined) throw new Error("unreachable: it was asked for");
    ({ virtual } = lab);
    const family = LAB_FAMILIES["prior-proscan"];
    if (family === undefined) throw new Error("the lab has no ProScan");
    controller = new LabController(family.model(lab.clock), lab.clock);
    await virtual.camera.connect();
    await virtual.camera.applySettings({ roi: SMALL, frameRate: 20 });
    instrument = createInstrument({
      microscope: lab.microscope, isVirtual: () => true, analyzer: createTruthAnalyzer(virtual), analyzerRef: () => ({ kind: "model", id: "truth" }), defaultThresholds: () => ({}),
      clock: lab.clock, ids: countingIds(), libraryFolder: join(lab.folder, "library"), software: { name: "Ocular", version: "test" }, countingInsetUm: 2, frameRate: 20,
    });
    await settled(instrument.start());
    lab.host.plug("COM3", controller, PLUG);
    await settled(lab.desk.add({ key: "proscan", name: "ProScan", family: "prior-proscan", identity: { vendor: "067b", product: "2303", serial: "PR-1" }, options: { stage: {}, focus: {} } }, undefined));
  });
  afterEach(async () => {
    await settled(instrument.dispose());
    await lab.dispose();
  });

  it("draws and records the place of that stage; frames on the way are marked, and one that is unplugged has no place", async () => {
    await settled(instrument.moveStageTo({ x: um(1200), y: um(-300) }));
    await settled(instrument.startSession({ operator: "Ada", specimenId: "beside", note: "" }));
    const first = await settled(instrument.keepField());
    expect(motors().x).toBeCloseTo(1200, 0);
    expect(first.header).toMatchObject({ settled: true, stagePositionUm: { x: motors().x, y: motors().y } });
    expect(first.header.focusPositionUm).toBeCloseTo(motors().z, 3);
    expect(trueMiddle(first.header).x).toBeCloseTo(motors().x, 6);
    expect(trueMiddle(first.header).y).toBeCloseTo(motors().y, 6);
    // Its own stage is beside the case.
    expect(virtual.stage.position()).toEqual({ x: 0, y: 0 });

    // On the way: 16 mm take the ProScan seconds.
    const way = instrument.moveStageTo({ x: um(17_200), y: um(-300) });
    await lab.untilMs("the motors have left", () => motors().x > 2000);
    const under = await newest();
    expect(under.settled).toBe(false);
    expect(under.stagePositionUm?.x).toBeGreaterThan(1200);
    expect(under.stagePositionUm?.x).toBeLessThan(17_200);
    await settled(way);
    const second = await settled(instrument.keepField());
    expect(second.header.stagePositionUm?.x).toBeCloseTo(17_200, 0);

    lab.host.unplug("COM3");
    await lab.untilMs("the stage is gone", () => lab.microscope.stage.status().state === "absent");
    await newest();
    const without = await newest();
    expect(without.stagePositionUm).toBeUndefined();
    expect(without.focusPositionUm).toBeUndefined();
    // The slide lies where it lay.
    expect(trueMiddle(without).x).toBeCloseTo(17_200, 0);
    const third = await settled(instrument.keepField());
    expect(third.header.stagePositionUm).toBeUndefined();

    lab.host.plug("COM9", controller, PLUG);
    await lab.untilMs("the stage is back", () => lab.microscope.stage.status().state === "ready");
    const fourth = await settled(instrument.keepField());
    expect(fourth.header.stagePositionUm).toEqual({ x: motors().x, y: motors().y });

    const { folder } = await settled(instrument.finishSession());
    expect(await settled(verifySession(folder))).toMatchObject({ ok: true });
    const headers = (await settled(readSession(folder))).records.flatMap(({ event }) => (event.type === "frame" ? [event.header] : []));
    const places = headers.map(({ stagePositionUm }) => stagePositionUm);
    expect(headers.length).toBeGreaterThan(20);
    // Not one frame of the whole session stands where the virtual stage stands.
    expect(places.filter((place) => place?.x === 0)).toEqual([]);
    // Settled frames stand where the stage was sent, or nowhere.
    const rests = new Set(headers.filter(({ settled: isSettled }) => isSettled).map(({ stagePositionUm: place }) => (place === undefined ? undefined : Math.round(place.x))));
    expect(rests).toEqual(new Set([1200, 17_200, undefined]));
  });

  it("goes out of focus with that drive, whose zero may be anywhere", async () => {
    const sharp = await sharpness();
    const { z } = motors();
    await settled(instrument.moveFocusTo(um(z + 30)));
    expect(await sharpness()).toBeLessThan(sharp / 3);
    await settled(instrument.moveFocusTo(um(z)));
    expect(await sharpness()).toBeCloseTo(sharp, -1);
  });

  /** How much neighbouring pixels of the next settled picture differ: squared, mean. */
  async function sharpness(): Promise<number> {
    let pixels: Uint8Array | undefined;
    const unlisten = lab.microscope.camera.onDidCapture(({ header, buffer }) => { if (header.settled === true) pixels = buffer.bytes.slice(); });
    await lab.untilMs("a settled picture", () => pixels !== undefined);
    unlisten();
    const bytes = pixels ?? new Uint8Array(0);
    return bytes.reduce((sum, value, at) => sum + (at === 0 ? 0 : (value - (bytes[at - 1] ?? 0)) ** 2), 0) / bytes.length;
  }
});

describe("the virtual camera among seats", () => {
  const lens = (id: string, magnification: number) => ({ id, magnification, numericalAperture: 0.5, immersion: "air" as const, name: id });

  it("says nothing for an empty seat, takes the lens that is named, and sees by its own microscope again when it has left", async () => {
    const clock = createManualClock();
    const virtual = createVirtualMicroscope({ specimen: "nuclei", clock, rendering: "inline", frameRate: 20, driftUm: 0 });
    const { seats } = seatMicroscope(clock);
    const told: CapturedHeader[] = [];
    let brightest = 0;
    await virtual.camera.connect();
    await virtual.camera.applySettings({ roi: SMALL });
    virtual.camera.onDidCapture(({ header, buffer }) => {
      told.push(header);
      brightest = Math.max(...buffer.bytes);
      // While it is seated the seat gives back what nobody takes.
      if (seats.camera.sitting() === undefined) buffer.release();
    });
    seats.camera.take(virtual.camera);
    await virtual.camera.startAcquisition(createFramePool({ slotBytes: SMALL.width * SMALL.height, slotCount: 3 }));
    const next = async (): Promise<CapturedHeader | undefined> => {
      await clock.advance(120);
      return told.at(-1);
    };

    // Nobody else is there: no place, no lens, no level; the picture's scale is that of its own lens, and its own lamp shines.
    const alone = await next();
    expect(Object.keys(alone ?? {})).not.toEqual(expect.arrayContaining([expect.stringMatching(/stagePositionUm|focusPositionUm|objectiveId|lightPercent/u)]));
    expect(alone).toMatchObject({ settled: true });
    expect(alone?.pixelSizeUm).toBeCloseTo(0.08625, 6);
    expect(brightest).toBeGreaterThan(60);

    // A nosepiece turned by hand: until the lens is named nobody knows the scale.
    const hand = new HandTurret([lens("20x", 20), lens("50x", 50)], clock);
    await hand.connect();
    seats.objectiveTurret.take(hand);
    const unnamed = await next();
    expect(unnamed).not.toHaveProperty("pixelSizeUm");
    expect(unnamed).toMatchObject({ settled: false });
    expect(brightest).toBeGreaterThan(60);
    await hand.select("50x");
    const named = await next();
    expect(named).toMatchObject({ objectiveId: "50x", settled: true });
    expect(named?.pixelSizeUm).toBeCloseTo(0.069, 6);
    expect(virtual.viewRectOfFrame(named?.deviceSequence ?? -1)?.width).toBeCloseTo(192 * 0.069, 6);

    // A lamp that is unplugged while it is lit: dark, and nobody says how dark.
    await virtual.light.connect();
    seats.illumination.take(virtual.light);
    expect(await next()).toMatchObject({ lightPercent: 50 });
    virtual.light.faults.next("disconnect");
    expect(await next()).not.toHaveProperty("lightPercent");
    expect(brightest).toBeLessThan(20);

    await virtual.camera.stopAcquisition();
    seats.camera.take(undefined);
    await virtual.connect().catch(() => "its lamp is unplugged");
    await virtual.camera.startAcquisition(createFramePool({ slotBytes: SMALL.width * SMALL.height, slotCount: 3 }));
    expect(await next()).toMatchObject({ objectiveId: "40x", stagePositionUm: { x: 0, y: 0 }, focusPositionUm: 0 });
    await hand.dispose();
    await virtual.dispose();
    expect(clock.pendingCount()).toBe(0);
  });
});
