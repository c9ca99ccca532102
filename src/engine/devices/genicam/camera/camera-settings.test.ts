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
  const unused = (): never => { throw new Error("taking up opens no stream and closes nothing"); };
  const link: CameraLink = { model: "M", map, features: createFeatureAccess(map), openStream: unused, onDidLose: unused, close: unused };
  const settings = new SettingsKeeper();
  const said: string[] = [];
  await settings.takeUp(link, {}, () => false, (message) => said.push(message));
  return { settings, said, traffic: port.traffic, format: () => registers.getUint32(FORMAT_ADDRESS, true) };
}

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
