import { describe, expect, it } from "vitest";
import { DeviceConfiguration, scaleOf } from "../../../shared/domain/device-configuration.ts";
import type { ConfiguredObjective } from "../../../shared/domain/device-configuration.ts";
import { newObjective, rotationText, withPixelSize } from "./objective-edit.ts";

const turned: ConfiguredObjective = { id: "20x", magnification: 20, numericalAperture: 0.5, immersion: "air", name: "20x", pixelSizeUm: 0.5, stageFromImage: [0, -0.5, 3, 0.5, 0, 4] };

describe("the table of objectives", () => {
  it("offers a lens that is not there yet, always under an id of its own", () => {
    const all: ConfiguredObjective[] = [];
    for (let count = 0; count < 9; count++) all.push(newObjective(all));
    expect(all.slice(0, 3).map(({ id }) => id)).toEqual(["10x", "40x", "100x"]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(9);
    expect(DeviceConfiguration.safeParse({ format: "ocular-devices", version: 1, name: "x", devices: [], objectives: all }).success).toBe(true);
  });

  it("keeps how the picture lies when its scale is changed, so that the set-up stays valid", () => {
    const finer = withPixelSize(turned, 0.1);
    expect(finer.pixelSizeUm).toBe(0.1);
    expect(finer.stageFromImage === undefined ? NaN : scaleOf(finer.stageFromImage)).toBeCloseTo(0.1, 9);
    expect(finer.stageFromImage === undefined ? "" : rotationText(finer.stageFromImage)).toBe("90.0°");
    expect(DeviceConfiguration.safeParse({ format: "ocular-devices", version: 1, name: "x", devices: [], objectives: [finer] }).success).toBe(true);
    expect(withPixelSize(turned, undefined)).not.toHaveProperty("pixelSizeUm");
  });

  it("says a mirrored picture", () => {
    expect(rotationText([0.1, 0, 0, 0, -0.1, 0])).toBe("0.0°, mirrored");
  });
});
