import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createManualClock, type ManualClock } from "../../src/core/testing/manual-clock.ts";
import { openDeviceDesk } from "../../src/engine/compose/open-device-desk.ts";
import type { Device } from "../../src/engine/devices/api/device.ts";
import { everyDevice } from "../../src/engine/devices/api/microscope.ts";
import type { FocusDrive } from "../../src/engine/devices/api/focus-drive.ts";
import type { Illumination } from "../../src/engine/devices/api/illumination.ts";
import type { XYStage } from "../../src/engine/devices/api/xy-stage.ts";
import { seatMicroscope, type SeatedMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import type { DeviceDesk } from "../../src/engine/devices/setup/device-desk.ts";
import { leaveSafe } from "../../src/engine/instrument/leave-safe.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import { isOcularError } from "../../src/shared/errors.ts";
import { um } from "../../src/shared/units.ts";
import { createInProcessUsb } from "../lab/usb3vision/in-process-usb.ts";
import { createProscanModel } from "../lab/serial/families/prior-proscan.ts";
import { LabController } from "../lab/serial/lab-controller.ts";
import { labSerialHost, type LabSerialHost } from "../lab/serial-host.ts";

const OPTIONS = { stage: {}, focus: {}, shutters: [1, 2], hasLamp: true };
const TWO_CONTROLLERS: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Two controllers", objectives: [],
  devices: ["first", "second"].map((key) => ({ key, name: key, family: "prior-proscan", port: key, options: OPTIONS })),
  roles: { xyStage: { device: "first", part: "stage" }, focusDrive: { device: "first", part: "focus" }, illumination: { device: "first", part: "shutter-1" } },
};

describe("leaving a microscope safe that holds more devices than have a role", () => {
  let clock: ManualClock;
  let host: LabSerialHost;
  let labs: readonly [LabController, LabController];
  let microscope: SeatedMicroscope;
  let desk: DeviceDesk;

  const settled = async <T>(call: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = call.finally(() => { isOver = true; });
    over.catch(() => undefined); // Whoever called is told below.
    for (let passed = 0; !isOver && passed < 10_000; passed += 20) await clock.advance(20);
    if (!isOver) throw new Error("not over after 10 s");
    return over;
  };
  const partsOf = (key: string): readonly Device[] => desk.racked(key).opened?.parts.map(({ device }) => device) ?? [];
  const byKind = <D extends Device>(key: string, kind: Device["identity"]["kind"]): readonly D[] => partsOf(key).filter((device) => device.identity.kind === kind) as readonly Device[] as readonly D[];
  const lit = ({ model }: LabController): readonly number[] => Object.values(model.lights).map((level) => level());

  /** Sends every motor on a long way, lights every light. */
  const setGoing = async (): Promise<void> => {
    for (const key of ["first", "second"]) {
      for (const light of byKind<Illumination>(key, "illumination")) await settled(light.setLevel(100));
      for (const stage of byKind<XYStage>(key, "xyStage")) stage.moveTo({ x: um(40_000), y: um(30_000) }).catch(() => undefined); // Stopped: that is what is tested.
      for (const focus of byKind<FocusDrive>(key, "focusDrive")) focus.moveTo(um(1900)).catch(() => undefined); // Stopped as well.
    }
    await clock.advance(400);
    for (const lab of labs) {
      expect(lab.isMoving()).toBe(true);
      expect(lit(lab)).toEqual([100, 100, 100]);
    }
  };

  beforeEach(async () => {
    clock = createManualClock();
    host = labSerialHost();
    labs = [new LabController(createProscanModel(clock), clock), new LabController(createProscanModel(clock), clock)];
    host.plug("first", labs[0]);
    host.plug("second", labs[1]);
    microscope = seatMicroscope(clock);
    desk = openDeviceDesk({
      clock, frameRate: 10, microscope, initial: { configuration: { ...TWO_CONTROLLERS, devices: [], roles: {} }, source: { kind: "default" } },
      system: { host, isUnguarded: true, openBus: async () => createInProcessUsb(), net: { interfaces: () => [], open: () => Promise.reject(new Error("no network")), localAddressFor: () => Promise.reject(new Error("no network")) } },
      change: async (_what, _touches, work) => work(), lockedBy: () => undefined, say: () => undefined,
    });
    await settled(desk.load(TWO_CONTROLLERS, { kind: "file" }));
  });
  afterEach(async () => { await settled(desk.dispose()); });

  it("stops every motor and darkens every light, in a role or not, over slow lines", async () => {
    await setGoing();
    const startedMs = clock.nowMs();
    expect(await settled(leaveSafe(everyDevice(microscope)))).toEqual([]);
    expect(clock.nowMs() - startedMs).toBeLessThan(2000);
    for (const lab of labs) {
      expect(lab.isMoving()).toBe(false);
      expect(lit(lab)).toEqual([0, 0, 0]);
    }
  });

  it("counts each device once, whoever sits in the roles", async () => {
    const everyPart = [...partsOf("first"), ...partsOf("second")];
    expect(everyPart).toHaveLength(10);
    expect(everyDevice(microscope)).toHaveLength(10);
    await settled(desk.assign("illumination", { device: "second", part: "lamp" }));
    expect(everyDevice(microscope)).toHaveLength(10);
    await settled(desk.replace("xyStage", { kind: "none" }));
    expect(everyDevice(microscope)).toHaveLength(10);
  });

  it("names what does not obey; what is unplugged is no news", async () => {
    await setGoing();
    host.unplug("first");
    for (let count = 0; count < 40; count += 1) labs[1].fail("deaf");
    const disobedient = await settled(leaveSafe(everyDevice(microscope)));
    expect(disobedient.length).toBeGreaterThan(0);
    for (const { device } of disobedient) expect(partsOf("second").includes(device)).toBe(true);
    for (const { error } of disobedient) expect(isOcularError(error, "DeviceTimeout") || isOcularError(error, "Canceled")).toBe(true);
  });

  it("stops and darkens also what hears and does not answer", async () => {
    await setGoing();
    for (const lab of labs) for (let count = 0; count < 200; count += 1) lab.fail("mute");
    await settled(leaveSafe(everyDevice(microscope)));
    await clock.advance(3000);
    for (const lab of labs) {
      expect(lab.isMoving()).toBe(false);
      expect(lit(lab)).toEqual([0, 0, 0]);
    }
  });
});
