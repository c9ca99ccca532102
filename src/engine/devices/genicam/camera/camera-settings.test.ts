import { describe, expect, it } from "vitest";
import { intReg, mapOf } from "../testing/test-map.ts";
import type { CameraLink } from "./camera-link.ts";
import { SettingsKeeper } from "./camera-settings.ts";
import { createFeatureAccess } from "./feature-access.ts";

const FORMAT_ADDRESS = 0x20;
const MONO8 = 0x01080001;
const MONO12 = 0x01100005;
/** YUV411_8_UYYVYY, which we do not take. */
const NOT_OURS = 0x020c001e;

const entry = (name: string, code: number): string => `<EnumEntry Name="${name}"><Value>${code}</Value></EnumEntry>`;
const NODES = [
  intReg("Width", 0x10), intReg("Height", 0x14), intReg("FormatReg", FORMAT_ADDRESS),
  `<Enumeration Name="PixelFormat">${entry("YUV411_8_UYYVYY", NOT_OURS)}${entry("Mono8", MONO8)}${entry("Mono12", MONO12)}<pValue>FormatReg</pValue></Enumeration>`,
].join("");

/** A camera that is set to that format, taken up. */
async function takenUp(format: number) {
  const { map, port } = mapOf(NODES);
  const registers = new DataView(port.memory.buffer);
  registers.setUint32(0x10, 640, true);
  registers.setUint32(0x14, 480, true);
  registers.setUint32(FORMAT_ADDRESS, format, true);
  const link: CameraLink = { model: "M", map, features: createFeatureAccess(map), openStream: unused, onDidLose: unused, close: unused };
  const settings = new SettingsKeeper();
  const said: string[] = [];
  await settings.takeUp(link, {}, () => false, (message) => said.push(message));
  return { settings, said, traffic: port.traffic, format: () => registers.getUint32(FORMAT_ADDRESS, true) };
}

const unused = (): never => { throw new Error("taking up opens no stream and closes nothing"); };

/** A camera of these nodes, with a picture of 640 x 480 px of a format we take. */
function linkOf(nodes: string) {
  const { map, port } = mapOf(`${intReg("Width", 0x10)}${intReg("Height", 0x14)}${intReg("FormatReg", FORMAT_ADDRESS)}<Enumeration Name="PixelFormat">${entry("Mono8", MONO8)}<pValue>FormatReg</pValue></Enumeration>${nodes}`);
  const registers = new DataView(port.memory.buffer);
  for (const [at, value] of [[0x10, 640], [0x14, 480], [FORMAT_ADDRESS, MONO8]] as const) registers.setUint32(at, value, true);
  const link: CameraLink = { model: "M", map, features: createFeatureAccess(map), openStream: unused, onDidLose: unused, close: unused };
  return { link, registers };
}

const feature = (name: string, address: number, limits: string): string => `${intReg(`${name}Reg`, address)}<Integer Name="${name}"><pValue>${name}Reg</pValue>${limits}</Integer>`;
const rate = (most: number): string => `${feature("AcquisitionFrameRate", 0x30, `<Min>1</Min><Max>${most}</Max>`)}${intReg("EnableReg", 0x34)}<Boolean Name="AcquisitionFrameRateEnable"><pValue>EnableReg</pValue></Boolean>`;

describe("a camera's settings", () => {
  it("have the frame rate that comes of it where none is asked for, and a frame says no exposure that changes by itself", async () => {
    const auto = `${feature("ExposureTime", 0x38, "<Min>1</Min><Max>90000</Max>")}${intReg("AutoReg", 0x3c)}<Enumeration Name="ExposureAuto">${entry("Off", 0)}${entry("Continuous", 1)}<pValue>AutoReg</pValue></Enumeration>`;
    const { link, registers } = linkOf(`${rate(100)}${auto}<Float Name="AcquisitionResultingFrameRate"><Value>57</Value></Float>`);
    registers.setUint32(0x30, 20, true);
    registers.setUint32(0x38, 4000, true);
    const settings = new SettingsKeeper();
    await settings.takeUp(link, {}, () => false, unused);
    expect(settings.state()).toMatchObject({ settings: { frameRate: 57, exposureMs: 4 }, limits: { frameRate: { min: 1, max: 100 } }, light: { exposureMs: 4 } });
    await settings.apply(link, { frameRate: 20 }, {});
    expect(settings.state().settings.frameRate).toBe(20);
    await link.map.writeEnumeration("ExposureAuto", "Continuous");
    await settings.adopt(link, { name: "ExposureAuto", text: "Continuous" }, {});
    expect(settings.state().light).toEqual({});
    expect(settings.state().settings.exposureMs).toBe(4);
  });

  it("that a camera which comes back does not take any more are told, also of one whose frame rate has a switch", async () => {
    const settings = new SettingsKeeper();
    const said: string[] = [];
    const first = linkOf(rate(100));
    await settings.takeUp(first.link, {}, () => false, unused);
    await settings.apply(first.link, { frameRate: 50 }, {});
    const second = linkOf(rate(30));
    second.registers.setUint32(0x30, 10, true);
    await settings.takeUp(second.link, {}, () => false, (message) => said.push(message));
    expect(said).toEqual(["The settings from before could not all be set again: frameRate is 30 instead of 50"]);
  });

  it("leave a gain whose unit nobody knows to the feature tree, which gives it again", async () => {
    const steps = feature("Gain", 0x40, "<Min>1</Min><Max>900</Max><Unit>steps</Unit>");
    const settings = new SettingsKeeper();
    const first = linkOf(steps);
    await settings.takeUp(first.link, {}, () => false, unused);
    expect(settings.state()).toMatchObject({ settings: { gainDb: 0 }, limits: { gainDb: { min: 0, max: 0 } }, light: {} });
    await first.link.map.writeInteger("Gain", 300n);
    await settings.adopt(first.link, { name: "Gain", text: "300" }, {});
    const second = linkOf(steps);
    await settings.takeUp(second.link, {}, () => false, unused);
    expect(second.registers.getUint32(0x40, true)).toBe(300);
  });
});

describe("taking up a camera", () => {
  it("writes nothing to one whose format we take, and reads each register once", async () => {
    const { settings, said, traffic, format } = await takenUp(MONO12);
    expect(settings.state().settings).toMatchObject({ pixelFormat: "Mono12", roi: { width: 640, height: 480 } });
    expect(format()).toBe(MONO12);
    expect(traffic.toSorted()).toEqual(["r 0x10 4", "r 0x14 4", "r 0x20 4"]);
    expect(said).toEqual([]);
  });

  it("sets the first format that we take where it is set to one that we do not", async () => {
    const { settings, traffic, format } = await takenUp(NOT_OURS);
    expect(settings.state()).toMatchObject({ formatName: "Mono8", isFormatOurs: true, settings: { pixelFormat: "Mono8" } });
    expect(format()).toBe(MONO8);
    expect(traffic.filter((each) => each.startsWith("w"))).toEqual(["w 0x20 4"]);
  });
});
