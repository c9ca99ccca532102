import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfiguration } from "../../src/engine/devices/setup/configuration/configuration-file.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import { type LabDesk, labDesk, NOTHING } from "../lab/lab-desk.ts";
import { labWebcam } from "../lab/webcam/fake-capture.ts";

const LENS = { id: "40x", magnification: 40, numericalAperture: 0.65, immersion: "air" as const, name: "Plan 40x" };
const CONFIGURED: DeviceConfiguration = {
  ...NOTHING, devices: [{ key: "webcam", name: "Eyepiece", family: "webcam", port: "Eyepiece", options: {} }], roles: { camera: { device: "webcam" } },
  objectives: [{ ...LENS, pixelSizeUm: 0.2 }],
};

describe("the pixel size of a webcam", () => {
  let lab: LabDesk;

  const set = (control: string, value: string | number) => lab.settled(lab.microscope.camera.controls?.()?.set(control, value) ?? Promise.reject(new Error("no controls")));
  const pixelSizeUm = () => lab.microscope.scaleOf("40x")?.pixelSizeUm;
  const state = (um: number | undefined) =>
    lab.settled(lab.desk.apply({ ...lab.desk.configuration(), objectives: [{ ...lab.desk.configuration().objectives[0], ...(um === undefined ? {} : { pixelSizeUm: um }) }] }, { isEdit: true }));

  beforeEach(async () => {
    lab = await labDesk();
    lab.capture.plug(labWebcam("Eyepiece", "a1", { width: 1920, height: 1080 }));
    await lab.settled(lab.desk.load(CONFIGURED, { kind: "file" }));
    await lab.untilMs("the webcam", () => lab.microscope.camera.status().state === "ready");
  });
  afterEach(() => lab.dispose());

  it("holds for the resolution at which it is opened, and at another the scale is unknown, which is told once", async () => {
    expect(pixelSizeUm()).toBe(0.2);
    await set("resolution", "1920x1080");
    expect([pixelSizeUm(), pixelSizeUm()]).toEqual([undefined, undefined]);
    expect(lab.said).toEqual(["warning: Pictures have no scale now: the pixel size of Plan 40x was stated for the size at which the camera is opened, without zoom, and the camera is set to 1920x1080. Set it back, or state the pixel size anew under Devices."]);
    await set("resolution", "1280x720");
    expect(pixelSizeUm()).toBe(0.2);
  });

  it("holds for no other digital zoom", async () => {
    await set("zoom", 200);
    expect(pixelSizeUm()).toBeUndefined();
    await set("zoom", 100);
    expect(pixelSizeUm()).toBe(0.2);
  });

  it("that is stated by hand holds for the resolution of that moment, also after a start", async () => {
    await set("resolution", "1920x1080");
    await state(0.13);
    expect(pixelSizeUm()).toBe(0.13);
    const kept = parseConfiguration(await readFile(lab.storePath, "utf8"), lab.storePath);
    expect(kept.objectives).toEqual([{ ...LENS, pixelSizeUm: 0.13, pixelSizeView: "1920x1080" }]);
    await set("resolution", "1280x720");
    expect(pixelSizeUm()).toBeUndefined();
    // What is edited beside it leaves it as it was stated.
    await lab.settled(lab.desk.apply({ ...lab.desk.configuration(), name: "Room 3" }, { isEdit: true }));
    await set("resolution", "1920x1080");
    expect(pixelSizeUm()).toBe(0.13);
    await set("resolution", "1280x720");
    await state(0.2);
    expect(pixelSizeUm()).toBe(0.2);
    expect(lab.desk.configuration().objectives).toEqual([{ ...LENS, pixelSizeUm: 0.2 }]);
  });

  it("of a file that is read is taken as the file has it, whatever the camera is set to", async () => {
    await set("resolution", "1920x1080");
    await lab.settled(lab.desk.apply({ ...CONFIGURED, objectives: [{ ...LENS, pixelSizeUm: 0.3 }] }));
    expect(pixelSizeUm()).toBeUndefined();
    await set("resolution", "1280x720");
    expect(pixelSizeUm()).toBe(0.3);
  });
});
