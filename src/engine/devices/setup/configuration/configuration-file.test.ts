import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { isOcularError } from "../../../../shared/errors.ts";
import { parseConfiguration, readConfigurationFile, writeConfiguration, writeConfigurationFile } from "./configuration-file.ts";

const FULL: DeviceConfiguration = {
  format: "ocular-devices", version: 1, name: "Microscope in room 2",
  devices: [
    { key: "proscan", name: "Stage", family: "prior-proscan", identity: { vendor: "067b", product: "2303", serial: "PR-41077" }, line: { baudRate: 9600 }, options: { stage: { limitsUm: { x: { min: -1, max: 1 }, y: { min: -1, max: 1 } } }, shutters: [1] } },
    { key: "camera", name: "Camera", family: "usb3vision", identity: { vendor: "2676", product: "ba02", serial: "" }, options: {} },
  ],
  roles: { camera: { device: "camera" }, xyStage: { device: "proscan", part: "stage" } },
  objectives: [{ id: "40x", magnification: 40, numericalAperture: 0.65, immersion: "air", name: "Plan 40x", pixelSizeUm: 0.1, stageFromImage: [0.1, 0, 0, 0, 0.1, 0] }],
};

const reasonOf = (text: string): string => {
  try {
    parseConfiguration(text, "devices.yaml");
  } catch (error) {
    if (isOcularError(error, "InvalidInput")) return error.message;
    throw error;
  }
  throw new Error("it was read");
};

describe("a device configuration on disk", () => {
  it("comes back as it was written, in snake_case, from YAML and from JSON", () => {
    const yaml = writeConfiguration(FULL);
    expect(yaml).toContain("baud_rate: 9600");
    expect(yaml).toContain("limits_um:");
    expect(yaml).toContain("xy_stage:");
    expect(parseConfiguration(yaml, "a")).toEqual(FULL);
    const json = JSON.stringify({ format: "ocular-devices", version: 1, name: "Bare", devices: [] });
    expect(parseConfiguration(json, "b")).toEqual({ format: "ocular-devices", version: 1, name: "Bare", devices: [], roles: {}, objectives: [] });
  });

  it.each<readonly [string, RegExp]>([
    ["", /begin with "format: ocular-devices"/u],
    ["format: ocular-devices\nversion: 2\nname: x\ndevices: []", /version 2, newer/u],
    ["format: ocular-devices\nversion: 1\nname: x\ndevices:\n  - key: A B\n    name: x\n    family: y", /devices\.0\.key: small letters/u],
    ["format: ocular-devices\nversion: 1\nname: x\ndevices: []\nroles: {camera: {device: gone}}", /roles\.camera\.device: there is no device "gone"/u],
    ["format: ocular-devices\nversion: 1\nname: x\ndevices: []\nroles: {xy_stage: {device: gone}}", /roles\.xy_stage\.device/u],
    ["format: [", /line \d+/u],
    ["format: ocular-devices\nversion: 1\nname: x\ndevices: []\ncolour: red", /colour/u],
    ["format: ocular-devices\nversion: 1\nname: x\nDevices: []", /"Devices" is not a snake_case name/u],
  ])("refuses %j in one sentence that names the place", (text, words) => {
    expect(reasonOf(text)).toMatch(words);
  });

  it("refuses an affine whose scale is more than 25 % off the stated pixel size", () => {
    const [lens] = FULL.objectives;
    if (lens === undefined) throw new Error("the fixture has a lens");
    const text = writeConfiguration({ ...FULL, objectives: [{ ...lens, stageFromImage: [1, 0, 0, 0, 1, 0] }] });
    expect(reasonOf(text)).toMatch(/stage_from_image.*more than 25 %/u);
  });

  it("answers an alias bomb, and anything else, in words", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]", ...[..."bcdefghi"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(",")}]`)].join("\n");
    expect(reasonOf(bomb)).toMatch(/alias/u);
    const whole = writeConfiguration(FULL);
    fc.assert(fc.property(fc.nat(whole.length), fc.string({ maxLength: 20 }), fc.nat(40), (at, put, less) => {
      const garbled = whole.slice(0, at) + put + whole.slice(at + less);
      try {
        parseConfiguration(garbled, "garbled");
      } catch (error) {
        expect(isOcularError(error, "InvalidInput")).toBe(true);
      }
    }), { numRuns: 500 });
  });

  it("is written whole or not at all, and a missing file or one that is no text is said to be that", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ocular-devices-"));
    const path = join(folder, "sub", "devices.yaml");
    await writeConfigurationFile(path, FULL);
    expect(await readConfigurationFile(path)).toEqual(FULL);
    expect(await readdir(join(folder, "sub"))).toEqual(["devices.yaml"]);
    await expect(readConfigurationFile(join(folder, "none.yaml"))).rejects.toSatisfy((error) => isOcularError(error, "FileMissing"));
    await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(readConfigurationFile(path)).rejects.toThrow(/not text/u);
    await rm(folder, { recursive: true });
  });
});
