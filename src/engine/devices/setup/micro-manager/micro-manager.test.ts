import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { isOcularError } from "../../../../shared/errors.ts";
import { SERIAL_FAMILIES } from "../../drivers/families.ts";
import { importConfigurationFile } from "../configuration/import-configuration.ts";
import { mapMicroManagerCfg } from "./map-cfg.ts";
import { readMicroManagerCfg } from "./read-cfg.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`fixtures/${name}.cfg`, import.meta.url));
const textOf = (name: string): string => readFileSync(pathOf(name), "utf8");
const importing = (text: string) => mapMicroManagerCfg(readMicroManagerCfg(text), "imported");

describe("a Micro-Manager configuration", () => {
  it("gives devices on their ports, with the options of our families", () => {
    const { configuration } = importing(textOf("prior-and-basler"));
    expect(configuration.devices).toEqual([{
      key: "prior-proscan", name: "XYStage", family: "prior-proscan", port: "COM4", line: { baudRate: 38_400 },
      options: { stage: {}, focus: { isReversed: true }, shutters: [1] },
    }]);
    expect(configuration.roles).toEqual({
      xyStage: { device: "prior-proscan", part: "stage" }, focusDrive: { device: "prior-proscan", part: "focus" }, illumination: { device: "prior-proscan" },
    });
  });

  it("finds a port behind its hub, and what several adapters of one library are together", () => {
    const { configuration } = importing(textOf("tiger-and-coolled"));
    expect(configuration.devices.map(({ key, port, line, options }) => ({ key, port, baudRate: line?.baudRate, options }))).toEqual([
      { key: "asi", port: "COM7", baudRate: 115_200, options: { controller: "Tiger", stage: {}, focus: {} } },
      { key: "coolled", port: "COM8", baudRate: undefined, options: { channels: ["A", "B", "C", "D"] } },
      { key: "arduino", port: "/dev/ttyACM0", baudRate: undefined, options: {} },
    ]);
    expect(configuration.roles).toEqual({ xyStage: { device: "asi", part: "stage" }, focusDrive: { device: "asi", part: "focus" }, illumination: { device: "arduino" } });
  });

  it("makes options that our families take", () => {
    for (const fixture of ["prior-and-basler", "tiger-and-coolled"]) {
      for (const { family, options } of importing(textOf(fixture)).configuration.devices) {
        expect(SERIAL_FAMILIES.find(({ id }) => id === family)?.optionsSchema.safeParse(options).success, family).toBe(true);
      }
    }
  });

  it("gives lenses with pixel size and affine; an affine that was never measured is left out and said to be", () => {
    const { configuration, remarks } = importing(textOf("prior-and-basler"));
    expect(configuration.objectives).toEqual([
      { id: "10x", name: "10x/0.30", magnification: 10, numericalAperture: 0.3, immersion: "air", pixelSizeUm: 0.65, stageFromImage: [0.65, 0, 0, 0, -0.65, 0] },
      { id: "40x-2", name: "40X NA0.75", magnification: 40, numericalAperture: 0.75, immersion: "air", pixelSizeUm: 0.1625 },
      { id: "100x-3", name: "Plan Apo 100x oil", magnification: 100, numericalAperture: 1.25, immersion: "oil", pixelSizeUm: 0.065 },
    ]);
    expect(remarks.join("\n")).toMatch(/"Res40x": its affine .* does not fit 0\.1625 um/u);
    expect(remarks.join("\n")).toMatch(/Plan Apo 100x oil.*numerical aperture is not in the file; 1\.25 was taken/u);
  });

  it("takes over which way the stage counts, and no affine of pictures that were turned before it was measured", () => {
    const mirrored = importing(`${textOf("prior-and-basler")}Property,XYStage,TransposeMirrorX,1\nProperty,Camera,TransposeMirrorY,1\n`);
    expect(mirrored.configuration.devices[0]?.options).toMatchObject({ stage: { isReversed: { x: true, y: false } } });
    expect(SERIAL_FAMILIES.find(({ id }) => id === "prior-proscan")?.optionsSchema.safeParse(mirrored.configuration.devices[0]?.options).success).toBe(true);
    expect(mirrored.configuration.objectives[0]?.stageFromImage).toEqual([0.65, 0, 0, 0, -0.65, 0]);
    expect(mirrored.remarks.join("\n")).toMatch(/a cell that is double-clicked must come to the middle/u);
    const turned = importing(`${textOf("prior-and-basler")}Property,Camera,TransposeMirrorY,1\nProperty,Camera,TransposeCorrection,1\n`);
    expect(turned.configuration.objectives[0]).not.toHaveProperty("stageFromImage");
    expect(turned.remarks.join("\n")).toMatch(/"Res10x": its affine is of pictures that Micro-Manager turns \(TransposeCorrection of Camera\)/u);
  });

  it("names everything that it leaves out, by its line", () => {
    const { remarks } = importing(`${textOf("prior-and-basler")}\nDevice,only-two\nPixelSize_um,Res9x,wide\nNonsense,1`);
    const all = remarks.join("\n");
    expect(all).toMatch(/Line 10: adapter Wheel-1 of library Prior \(device Wheel\) has no driver here/u);
    expect(all).toMatch(/Line 11: the camera Camera \(BaslerPylon\) is found by discovery/u);
    expect(all).toMatch(/Line 12: adapter TINosePiece of library NikonTI/u);
    expect(all).toMatch(/Line 63: "Device" has too few words/u);
    expect(all).toMatch(/Line 64: "PixelSize_um" has a word that is no number/u);
    expect(all).toMatch(/Line 65: "Nonsense" is no word/u);
  });

  it("keeps a value with commas, and the first of two devices of one name", () => {
    const cfg = readMicroManagerCfg("Device,A,Prior,XYStage\nDevice,A,ASIStage,XYStage\nProperty,A,Names,x,y,z");
    expect(cfg.devices).toMatchObject([{ label: "A", library: "Prior" }]);
    expect(cfg.properties.get("A")?.get("Names")).toBe("x,y,z");
    expect(cfg.problems).toEqual(['Line 2: the device "A" is there twice; the first counts.']);
  });

  it("never throws on a cut or garbled file, and what it makes of it is a valid configuration", () => {
    const whole = textOf("prior-and-basler") + textOf("tiger-and-coolled");
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(60), fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("\n", ",", ",,,,", "\u0000", "NaN", "1e999", "__proto__", "constructor,")), fc.nat(whole.length), (at, less, put, cut) => {
      const { configuration } = importing((whole.slice(0, at) + put + whole.slice(at + less)).slice(0, cut + 200));
      expect(DeviceConfiguration.safeParse(configuration).success).toBe(true);
    }), { numRuns: 1000 });
  });

  it("never throws on lines made of its own words in any order", () => {
    const word = fc.constantFrom("Device", "Property", "Parent", "Label", "ConfigPixelSize", "PixelSize_um", "PixelSizeAffine", "FocusDirection", "Prior", "XYStage", "DemoCamera", "DCam", "Port", "COM1", "State", "0", "-1", "40x", "", "Core", "__proto__", "toString");
    const line = fc.array(word, { maxLength: 9 }).map((words) => words.join(","));
    fc.assert(fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      const { configuration } = importing(lines.join("\n"));
      expect(DeviceConfiguration.safeParse(configuration).success).toBe(true);
    }), { numRuns: 1000 });
  });

  it("a file that is none is refused in one sentence, and a cycle of hubs ends", async () => {
    expect(importing("Device,A,Prior,XYStage\nParent,A,B\nParent,B,A").configuration.devices).toHaveLength(1);
    const folder = await mkdtemp(join(tmpdir(), "ocular-cfg-"));
    const path = join(folder, "x.cfg");
    await writeFile(path, "{\"json\": true}");
    await expect(importConfigurationFile(path)).rejects.toSatisfy((error) => isOcularError(error, "InvalidInput") && /no Micro-Manager configuration/u.test(error.message));
    await rm(folder, { recursive: true });
    expect((await importConfigurationFile(pathOf("prior-and-basler"))).configuration.name).toBe("prior-and-basler");
  });
});
