import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Device } from "../../src/engine/devices/api/device.ts";
import { everyDevice } from "../../src/engine/devices/api/microscope.ts";
import type { FocusDrive } from "../../src/engine/devices/api/focus-drive.ts";
import type { Illumination } from "../../src/engine/devices/api/illumination.ts";
import { leaveSafe } from "../../src/engine/devices/api/leave-safe.ts";
import type { XYStage } from "../../src/engine/devices/api/xy-stage.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import { isOcularError } from "../../src/shared/errors.ts";
import { um } from "../../src/shared/units.ts";
import { type LabDesk, labDesk } from "../lab/lab-desk.ts";
import { createProscanModel } from "../lab/serial/families/prior-proscan.ts";
import { LabController } from "../lab/serial/lab-controller.ts";

const OPTIONS = { stage: {}, focus: {}, shutters: [1, 2], hasLamp: true };
const TWO_CONTROLLERS: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Two controllers", objectives: [],
  devices: ["first", "second"].map((key) => ({ key, name: key, family: "prior-proscan", port: key, options: OPTIONS })),
  roles: { xyStage: { device: "first", part: "stage" }, focusDrive: { device: "first", part: "focus" }, illumination: { device: "first", part: "shutter-1" } },
};

describe("leaving a microscope safe that holds more devices than have a role", () => {
  let lab: LabDesk;
  let labs: readonly [LabController, LabController];

  const settled = <T>(call: Promise<T>): Promise<T> => lab.settled(call);
  const partsOf = (key: string): readonly Device[] => lab.desk.racked(key).opened?.parts.map(({ device }) => device) ?? [];
  const byKind = <D extends Device>(key: string, kind: Device["identity"]["kind"]): readonly D[] => partsOf(key).filter((device) => device.identity.kind === kind) as readonly Device[] as readonly D[];
  const lit = ({ model }: LabController): readonly number[] => Object.values(model.lights).map((level) => level());

  /** Sends every motor on a long way, lights every light. */
  const setGoing = async (): Promise<void> => {
    for (const key of ["first", "second"]) {
      for (const light of byKind<Illumination>(key, "illumination")) await settled(light.setLevel(100));
      for (const stage of byKind<XYStage>(key, "xyStage")) stage.moveTo({ x: um(40_000), y: um(30_000) }).catch(() => undefined); // Stopped: that is what is tested.
      for (const focus of byKind<FocusDrive>(key, "focusDrive")) focus.moveTo(um(1900)).catch(() => undefined); // Stopped as well.
    }
    await lab.clock.advance(400);
    for (const each of labs) {
      expect(each.isMoving()).toBe(true);
      expect(lit(each)).toEqual([100, 100, 100]);
    }
  };

  beforeEach(async () => {
    lab = await labDesk();
    const { clock, host, desk } = lab;
    labs = [new LabController(createProscanModel(clock), clock), new LabController(createProscanModel(clock), clock)];
    host.plug("first", labs[0]);
    host.plug("second", labs[1]);
    await settled(desk.load(TWO_CONTROLLERS, { kind: "file" }));
  });
  afterEach(() => lab.dispose());

  it("stops every motor and darkens every light, in a role or not, over slow lines", async () => {
    await setGoing();
    const startedMs = lab.clock.nowMs();
    expect(await settled(leaveSafe(everyDevice(lab.microscope)))).toEqual([]);
    expect(lab.clock.nowMs() - startedMs).toBeLessThan(2000);
    for (const each of labs) {
      expect(each.isMoving()).toBe(false);
      expect(lit(each)).toEqual([0, 0, 0]);
    }
  });

  it("counts each device once, whoever sits in the roles", async () => {
    const everyPart = [...partsOf("first"), ...partsOf("second")];
    expect(everyPart).toHaveLength(10);
    expect(everyDevice(lab.microscope)).toHaveLength(10);
    await settled(lab.desk.assign("illumination", { device: "second", part: "lamp" }));
    expect(everyDevice(lab.microscope)).toHaveLength(10);
    await settled(lab.desk.replace("xyStage", { kind: "none" }));
    expect(everyDevice(lab.microscope)).toHaveLength(10);
  });

  it("names what does not obey; what is unplugged is no news", async () => {
    await setGoing();
    lab.host.unplug("first");
    for (let count = 0; count < 40; count += 1) labs[1].fail("deaf");
    const disobedient = await settled(leaveSafe(everyDevice(lab.microscope)));
    expect(disobedient.length).toBeGreaterThan(0);
    for (const { device } of disobedient) expect(partsOf("second").includes(device)).toBe(true);
    for (const { error } of disobedient) expect(isOcularError(error, "DeviceTimeout") || isOcularError(error, "Canceled")).toBe(true);
  });

  it("stops and darkens also what hears and does not answer", async () => {
    await setGoing();
    for (const each of labs) for (let count = 0; count < 200; count += 1) each.fail("mute");
    await settled(leaveSafe(everyDevice(lab.microscope)));
    await lab.clock.advance(3000);
    for (const each of labs) {
      expect(each.isMoving()).toBe(false);
      expect(lit(each)).toEqual([0, 0, 0]);
    }
  });
});
