import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ManualClock } from "../../src/core/testing/manual-clock.ts";
import { createConfigurationStore } from "../../src/engine/devices/setup/configuration/configuration-store.ts";
import { cameraFeatures, readCameraFeatures, writeCameraFeature } from "../../src/engine/devices/setup/camera-features.ts";
import type { DeviceDesk } from "../../src/engine/devices/setup/device-desk.ts";
import { supportFiles, writeSupportBundle } from "../../src/engine/devices/setup/support-bundle.ts";
import type { SeatedMicroscope } from "../../src/engine/devices/seats/seated-microscope.ts";
import type { SpecimenKind } from "../../src/engine/devices/virtual/specimen/types.ts";
import type { DeviceConfiguration } from "../../src/shared/domain/device-configuration.ts";
import type { DeviceSetup } from "../../src/shared/domain/device-setup.ts";
import type { Snapshot } from "../../src/shared/domain/snapshot.ts";
import { isOcularError } from "../../src/shared/errors.ts";
import { um } from "../../src/shared/units.ts";
import { type LabDesk, labDesk } from "../lab/lab-desk.ts";
import { LAB_FAMILIES } from "../lab/serial/families.ts";
import { LabController } from "../lab/serial/lab-controller.ts";
import type { LabSerialHost } from "../lab/serial-host.ts";
import { type CameraModel, createCameraModel } from "../lab/usb3vision/camera-model.ts";
import { rampSource } from "../lab/genicam/frame-source.ts";
import type { InProcessUsb } from "../lab/usb3vision/in-process-usb.ts";

const PLUG = { vendorId: "067b", productId: "2303", serialNumber: "PR-1" };
const CONFIGURED: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Room 2",
  devices: [
    { key: "proscan", name: "ProScan", family: "prior-proscan", identity: { vendor: "067b", product: "2303", serial: "PR-1" }, options: { stage: {}, focus: {}, shutters: [1] } },
    { key: "camera", name: "Camera", family: "usb3vision", identity: { vendor: "", product: "", serial: "" }, options: {} },
  ],
  roles: { camera: { device: "camera" }, xyStage: { device: "proscan", part: "stage" }, focusDrive: { device: "proscan", part: "focus" }, illumination: { device: "proscan" } },
  objectives: [{ id: "40x", magnification: 40, numericalAperture: 0.65, immersion: "air", name: "Plan 40x", pixelSizeUm: 0.1 }],
};

describe("the device desk, against the lab in this process", () => {
  let lab: LabDesk;
  let clock: ManualClock;
  let host: LabSerialHost;
  let usb: InProcessUsb;
  let stage: LabController;
  let model: CameraModel;
  let configured: DeviceConfiguration;
  let microscope: SeatedMicroscope;
  let desk: DeviceDesk;

  const settled = <T>(call: Promise<T>, limitMs?: number): Promise<T> => lab.settled(call, limitMs);
  const roleOf = (setup: DeviceSetup, role: string) => setup.roles.find((each) => each.role === role);
  const open = async (virtual?: SpecimenKind): Promise<void> => {
    lab = await labDesk(virtual);
    ({ clock, host, usb, microscope, desk } = lab);
    const family = LAB_FAMILIES["prior-proscan"];
    if (family === undefined) throw new Error("the lab has no ProScan");
    stage = new LabController(family.model(clock), clock);
    model = createCameraModel({ clock, source: rampSource });
    const { vendorId, productId, serial } = model.description;
    const hex = (value: number): string => value.toString(16).padStart(4, "0");
    configured = { ...CONFIGURED, devices: CONFIGURED.devices.map((device) => (device.key === "camera" ? { ...device, identity: { vendor: hex(vendorId), product: hex(productId), serial } } : device)) };
  };

  beforeEach(() => open());
  afterEach(() => lab.dispose());

  it("opens what is there, names what is missing in one sentence each, and takes it up within 2 s of being plugged in, under any port name", async () => {
    usb.plug(model);
    await settled(desk.load(configured, { kind: "file", path: "x.yaml" }));
    expect(roleOf(desk.setup(), "camera")).toMatchObject({ seated: "configured", state: "ready" });
    expect(roleOf(desk.setup(), "xyStage")).toMatchObject({ seated: "configured", state: "absent", missing: "ProScan is not plugged in: plug it in; it is taken up by itself." });
    // Its stage, focus and shutter are missing together.
    expect(lab.said).toEqual(["warning: ProScan is not plugged in: plug it in; it is taken up by itself."]);
    await expect(microscope.stage.moveTo({ x: um(1), y: um(1) })).rejects.toSatisfy((error) => isOcularError(error, "DeviceDisconnected"));

    host.plug("COM7", stage, PLUG);
    const plugged = clock.nowMs();
    while (desk.setup().devices[0]?.state !== "ready" && clock.nowMs() - plugged < 5000) await clock.advance(20);
    expect(clock.nowMs() - plugged).toBeLessThanOrEqual(2000);
    expect(roleOf(desk.setup(), "xyStage")?.missing).toBeUndefined();
    expect(desk.setup().devices.find(({ device }) => device.key === "proscan")).toMatchObject({ state: "ready", address: "COM7", familyTitle: "Prior ProScan II, ProScan III, OptiScan" });
    expect((await settled(microscope.stage.moveTo({ x: um(120), y: um(-30) }))).x).toBeCloseTo(120, 0);

    host.unplug("COM7");
    await clock.advance(500);
    expect(microscope.stage.status().state).toBe("absent");
    expect(desk.setup().devices[0]).toMatchObject({ state: "missing" });
    host.plug("COM12", stage, PLUG);
    const back = clock.nowMs();
    while (desk.setup().devices[0]?.state !== "ready" && clock.nowMs() - back < 5000) await clock.advance(20);
    expect(clock.nowMs() - back).toBeLessThanOrEqual(2000);
    expect(microscope.stage.softLimits()).toEqual({ x: { min: -50_000, max: 50_000 }, y: { min: -35_000, max: 35_000 } });
  });

  it("a camera that was unplugged has its settings again within 2 s", async () => {
    usb.plug(model);
    await settled(desk.load(configured, { kind: "file" }));
    const { exposureMs } = await settled(microscope.camera.applySettings({ exposureMs: 3.5 }));
    usb.unplug(model);
    await clock.advance(300);
    expect(roleOf(desk.setup(), "camera")).toMatchObject({ state: "absent", missing: "Camera (in process) does not work: the cable came out" });
    await clock.advance(1000);
    expect(roleOf(desk.setup(), "camera")).toMatchObject({ state: "absent", missing: "Camera is not plugged in: plug it in; it is taken up by itself." });
    usb.plug(model);
    const back = clock.nowMs();
    while (microscope.camera.status().state !== "ready" && clock.nowMs() - back < 5000) await clock.advance(20);
    expect(clock.nowMs() - back).toBeLessThanOrEqual(2000);
    expect(microscope.camera.settings().exposureMs).toBe(exposureMs);
  });

  it("puts the virtual camera in for a missing one, says when that is back, and gives it its seat again", async () => {
    await settled(desk.load(configured, { kind: "file" }));
    expect(roleOf(desk.setup(), "camera")?.offers).toContainEqual({ kind: "virtual" });
    const setup = await settled(desk.replace("camera", { kind: "virtual" }));
    expect(roleOf(setup, "camera")).toMatchObject({ seated: "virtual", state: "ready", isBack: false });
    expect(microscope.camera.identity.model).toBe("Virtual camera");
    usb.plug(model);
    for (let passed = 0; passed < 2000; passed += 20) await clock.advance(20);
    expect(roleOf(desk.setup(), "camera")).toMatchObject({ seated: "virtual", isBack: true });
    expect(lab.said.filter((line) => line.includes("Camera is back"))).toEqual(["notice: Camera is back: take it up again under Devices."]);
    const restored = await settled(desk.replace("camera", { kind: "configured" }));
    expect(roleOf(restored, "camera")).toMatchObject({ seated: "configured", state: "ready", isBack: false });
    expect(microscope.camera.identity.serial).toBe(model.description.serial);
    // The configuration itself was never changed by that.
    expect(desk.configuration()).toEqual(configured);
  });

  it("finds, probes, tests and adds a stage to the virtual microscope while it runs, and keeps it for the next start", async () => {
    await lab.dispose();
    await open("nuclei");
    const { virtual } = lab;
    if (virtual === undefined) throw new Error("unreachable: it was asked for");
    await settled(virtual.connect());
    host.plug("/dev/ttyUSB0", stage, PLUG);

    const { devices } = await settled(desk.discover());
    const found = devices.find(({ connection }) => connection === "serial");
    expect(found).toMatchObject({ address: "/dev/ttyUSB0", identity: { vendor: "067b", product: "2303", serial: "PR-1" } });
    const tried: number[] = [];
    const result = await settled(desk.probe("/dev/ttyUSB0", ({ tried: count }) => tried.push(count)), 120_000);
    expect(result).toMatchObject({ family: "prior-proscan", line: { baudRate: 9600 } });
    expect(tried.length).toBeGreaterThan(0);
    if (result === undefined) throw new Error("unreachable: it was found");
    const before = stage.model.axes["x"]?.position();
    const parts = await settled(desk.test(result.suggestion));
    expect(parts.map(({ part, state }) => `${part} ${state}`)).toEqual(["stage ready", "focus ready"]);
    expect(parts[0]?.words).toMatch(/^at x /u);
    expect(stage.model.axes["x"]?.position()).toBe(before);

    const setup = await settled(desk.add(result.suggestion, undefined));
    expect(roleOf(setup, "xyStage")).toMatchObject({ seated: "configured", configured: { device: "prior-proscan", part: "stage" }, state: "ready" });
    expect(roleOf(setup, "camera")).toMatchObject({ configured: { device: "virtual" } });
    expect(virtual.stage.status().state).toBe("ready");
    expect(await createConfigurationStore(lab.storePath).read()).toEqual(desk.configuration());
    expect(desk.configuration().devices.map(({ key }) => key)).toEqual(["virtual", "prior-proscan"]);

    await expect(desk.probe("/dev/ttyUSB0", () => undefined)).rejects.toThrow(/in use/u);
    const without = await settled(desk.remove("prior-proscan"));
    expect(roleOf(without, "xyStage")).toMatchObject({ seated: "none" });
    const empty = await settled(desk.forget());
    expect(roleOf(empty, "xyStage")?.configured).toEqual({ device: "virtual", part: "stage" });
    expect(await createConfigurationStore(lab.storePath).read()).toBeUndefined();
  });

  it("refuses every change while a session is open, and nothing is changed", async () => {
    host.plug("COM1", stage, PLUG);
    await settled(desk.load(configured, { kind: "file" }));
    lab.lock("session A is open");
    const before = desk.setup();
    expect(before.locked).toBe("session A is open");
    for (const change of [() => desk.remove("camera"), () => desk.apply({ ...configured, devices: [], roles: {} }), () => desk.replace("camera", { kind: "virtual" }), () => desk.assign("camera", undefined)]) {
      await expect(settled(change())).rejects.toSatisfy((error) => isOcularError(error, "WrongState"));
    }
    expect(desk.setup()).toEqual(before);
    expect((await settled(microscope.stage.moveTo({ x: um(5), y: um(5) }))).x).toBeCloseTo(5, 0);
  });

  it("names what is wrong with options, families and roles, and goes on with the rest", async () => {
    host.plug("COM1", stage, PLUG);
    const [proscan, camera] = configured.devices;
    if (proscan === undefined || camera === undefined) throw new Error("unreachable");
    await settled(desk.load({ ...configured, devices: [proscan, { ...camera, family: "dslr" }] }, { kind: "file" }));
    expect(desk.setup().devices[1]).toMatchObject({ state: "unusable", reason: expect.stringContaining('"dslr" is not supported') as unknown });
    expect(roleOf(desk.setup(), "xyStage")?.state).toBe("ready");
    await settled(desk.apply({ ...configured, devices: [{ ...proscan, options: { stage: { toleranceUm: -1 } } }, camera] }));
    expect(desk.setup().devices[0]).toMatchObject({ state: "unusable", reason: expect.stringContaining("stage.toleranceUm") as unknown });
    await expect(desk.apply({ ...configured, roles: { camera: { device: "gone" } } })).rejects.toThrow(/no device "gone"/u);
    await expect(settled(desk.add(proscan, undefined))).rejects.toThrow(/another device has it/u);
  });

  it("keeps connected what did not change", async () => {
    host.plug("COM1", stage, PLUG);
    usb.plug(model);
    await settled(desk.load(configured, { kind: "file" }));
    const before = microscope.seats.xyStage.sitting();
    const states: string[] = [];
    before?.onDidChangeStatus(({ state }) => states.push(state));
    await settled(desk.assign("camera", undefined));
    expect(microscope.seats.xyStage.sitting()).toBe(before);
    expect(states).toEqual([]);
    expect(roleOf(desk.setup(), "camera")).toMatchObject({ seated: "none", offers: [{ kind: "part", part: { device: "camera", part: "camera" }, title: "Camera" }, { kind: "virtual" }] });
  });

  it("gives the light's role to another light: the one before is dark first, and those beside are set and told", async () => {
    const two: DeviceConfiguration = { ...configured, devices: configured.devices.map((device) => (device.key === "proscan" ? { ...device, options: { stage: {}, focus: {}, shutters: [1, 2], hasLamp: true } } : device)) };
    const lit = (): unknown => Object.fromEntries(Object.entries(stage.model.lights).map(([name, level]) => [name, level()]));
    host.plug("COM1", stage, PLUG);
    await settled(desk.load(two, { kind: "file" }));
    expect(roleOf(desk.setup(), "illumination")?.offers).toEqual(expect.arrayContaining([
      { kind: "part", part: { device: "proscan", part: "shutter-2" }, title: "ProScan, shutter-2" }, { kind: "part", part: { device: "proscan", part: "lamp" }, title: "ProScan, lamp" },
    ]));
    await settled(microscope.light.setLevel(100));
    expect(lit()).toEqual({ shutter1: 100, shutter2: 0, lamp: 0 });
    const changes: number[] = [];
    desk.onDidChange((setup) => changes.push(setup.devices[0]?.parts.find(({ part }) => part === "lamp")?.percent ?? Number.NaN));
    const setup = await settled(desk.assign("illumination", { device: "proscan", part: "lamp" }));
    expect(lit()).toEqual({ shutter1: 0, shutter2: 0, lamp: 0 });
    expect(setup.devices[0]?.parts.filter(({ kind }) => kind === "illumination").map(({ part, role, percent }) => [part, role, percent])).toEqual([["shutter-1", undefined, 0], ["shutter-2", undefined, 0], ["lamp", "illumination", 0]]);
    expect(await settled(microscope.light.setLevel(25))).toBe(25);
    expect(lit()).toEqual({ shutter1: 0, shutter2: 0, lamp: 25 });
    expect(changes.at(-1)).toBe(25);

    // Beside the one in the role, and also while a session is open.
    lab.lock("session A is open");
    expect(await settled(desk.setLight("proscan", "shutter-2", 100))).toBe(100);
    expect(lit()).toEqual({ shutter1: 0, shutter2: 100, lamp: 25 });
    await clock.advance(1000);
    expect(lab.said.at(-1)).toBe("notice: ProScan, shutter-2 is set to 100 %, beside the light in use");
    // What frames say anyhow is not told.
    const told = lab.said.length;
    await settled(desk.setLight("proscan", "lamp", 30));
    await clock.advance(2000);
    expect(lab.said).toHaveLength(told);
    await expect(settled(desk.setLight("proscan", "shutter-2", 101))).rejects.toSatisfy((error) => isOcularError(error, "OutOfRange"));
    await expect(settled(desk.setLight("proscan", "stage", 5))).rejects.toThrow(/shutter-1.*shutter-2.*lamp/u);
    await expect(settled(desk.setLight("nobody", "lamp", 5))).rejects.toSatisfy((error) => isOcularError(error, "UnsupportedValue"));

    // One that does not answer is told, and replaced all the same: that may be why.
    lab.lock(undefined);
    for (let count = 0; count < 20; count += 1) stage.fail("deaf");
    await settled(desk.replace("illumination", { kind: "none" }));
    expect(lab.said.filter((line) => line.startsWith("error: "))).toHaveLength(1);
    expect(roleOf(desk.setup(), "illumination")).toMatchObject({ seated: "none" });
  });

  it("leaves the virtual lamp lit when another light takes its role: the virtual camera sees by it again when that one is gone", async () => {
    await lab.dispose();
    await open("nuclei");
    const { virtual } = lab;
    if (virtual === undefined) throw new Error("unreachable: it was asked for");
    await settled(virtual.connect());
    const before = virtual.light.level();
    expect(before).toBeGreaterThan(0);
    host.plug("COM1", stage, PLUG);
    await settled(desk.add({ key: "lamp", name: "Lamp", family: "prior-proscan", port: "COM1", options: { hasLamp: true } }, undefined));
    expect(microscope.light.identity.model).toBe("ProScan lamp");
    expect(virtual.light.level()).toBe(before);
  });

  it("gives frames the scale of the lens that a person names", async () => {
    await settled(desk.load(configured, { kind: "file" }));
    expect(microscope.turret.current()?.id).toBe("40x");
    expect(microscope.scaleOf("40x")).toEqual({ pixelSizeUm: 0.1 });
    // How the picture lies to the stage goes with it; where Micro-Manager was calibrated does not.
    await settled(desk.load({ ...configured, objectives: configured.objectives.map((lens) => ({ ...lens, stageFromImage: [0, -0.1, 4000, 0.1, 0, -700] })) }, { kind: "file" }));
    expect(microscope.scaleOf("40x")).toEqual({ pixelSizeUm: 0.1, stageUmFromPx: [0, -0.1, 0.1, 0] });
    expect(microscope.scaleOf(undefined)).toBeUndefined();
    expect(roleOf(desk.setup(), "objectiveTurret")).toMatchObject({ seated: "hand", state: "ready" });
  });

  it("shows a camera's features with limits, writes them, and refuses in words", async () => {
    usb.plug(model);
    await settled(desk.load(configured, { kind: "file" }));
    const racked = desk.racked("camera");
    expect(desk.setup().devices[1]).toMatchObject({ hasFeatures: true });
    expect(cameraFeatures(racked).members.length).toBeGreaterThan(1);
    const [exposure] = await settled(readCameraFeatures(racked, ["ExposureTime"]));
    expect(exposure).toMatchObject({ access: "RW" });
    expect(Number(exposure?.min)).toBeLessThan(Number(exposure?.max));
    const written = await settled(writeCameraFeature(racked, "ExposureTime", "4000"));
    expect(Number(written.value)).toBeCloseTo(4000, -1);
    // What the live screen shows is the same.
    expect(microscope.camera.settings().exposureMs).toBeCloseTo(4, 1);
    await expect(settled(writeCameraFeature(racked, "ExposureTime", "1e12"))).rejects.toSatisfy((error) => isOcularError(error, "OutOfRange"));
    await expect(settled(writeCameraFeature(racked, "ExposureTime", "long"))).rejects.toThrow(/no number/u);
    await expect(settled(readCameraFeatures(racked, ["Nonsense"]))).rejects.toThrow(/none of that name/u);
    expect(() => cameraFeatures(desk.racked("proscan"))).toThrow(/no GenICam camera/u);
    usb.unplug(model);
    await clock.advance(300);
    expect(() => cameraFeatures(racked)).toThrow(/disconnected/u);
  });

  it("keeps the conversation with times, and saves it with everything else that helps", async () => {
    host.plug("COM1", stage, PLUG);
    usb.plug(model);
    await settled(desk.load(configured, { kind: "file" }));
    await settled(microscope.stage.moveTo({ x: um(50), y: um(0) }));
    await settled(writeCameraFeature(desk.racked("camera"), "ExposureTime", "4000"));
    const { lines } = desk.racked("proscan").console.after();
    expect(lines.some(({ direction, text }) => direction === ">" && text.startsWith("G,"))).toBe(true);
    expect(lines.some(({ direction, text }) => direction === "<" && text === "R\\r")).toBe(true);
    expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, index) => index));
    expect(desk.racked("proscan").console.after(lines.at(-2)?.sequence).lines).toHaveLength(1);

    const parts = { desk, log: [{ sequence: 0, time: "2025-01-01T00:00:00Z", tone: "plain" as const, text: "Field 1 kept" }], snapshot: {} as Snapshot, version: "0.1.0", clock };
    const path = join(lab.folder, "bundle.zip");
    await writeSupportBundle(path, parts);
    const files = unzipSync(new Uint8Array(await readFile(path)));
    expect(Object.keys(files).sort()).toEqual(["about.json", "configuration.yaml", "conversations/camera.txt", "conversations/proscan.txt", "devices.json", "instrument.json", "log.txt"]);
    expect(new TextDecoder().decode(files["conversations/proscan.txt"])).toContain("> G,");
    // A camera's conversation is its registers, with what was wanted of it in words.
    expect(new TextDecoder().decode(files["conversations/camera.txt"])).toMatch(/Z > ExposureTime = 4000\n(?:.*\n)*?\S+Z > write 00 00 00 00 00 40 af 40 at 0x8020\n\S+Z < ok, \d+\.\d ms\n(?:.*\n)*?\S+Z < ExposureTime is 4000\n/u);
    expect(supportFiles(parts)["log.txt"]).toBe("2025-01-01T00:00:00Z plain Field 1 kept\n");
    await expect(writeSupportBundle(join(path, "such.zip"), parts)).rejects.toSatisfy((error) => isOcularError(error, "DiskUnwritable"));
  });

  it("leaves a stored file that cannot be read as it is, until something else is kept", async () => {
    const path = lab.storePath;
    await writeFile(path, "format: [");
    const store = createConfigurationStore(path);
    await expect(store.read()).rejects.toSatisfy((error) => isOcularError(error, "InvalidInput"));
    await store.write(configured);
    expect(await readFile(`${path}.unreadable`, "utf8")).toBe("format: [");
    expect(await store.read()).toEqual(configured);
  });
});
