import { describe, expect, it } from "vitest";
import { mapOf } from "../testing/test-map.ts";
import { createFeatureAccess } from "./feature-access.ts";
import { type QuantityRole, readQuantity, writeQuantity } from "./quantities.ts";

const float = (name: string, value: number, unit: string, min: number, max: number): string =>
  `<Float Name="${name}"><Value>${value}</Value><Min>${min}</Min><Max>${max}</Max>${unit === "" ? "" : `<Unit>${unit}</Unit>`}</Float>`;

/** What a camera with that one feature tells, rounded, and what it is set to after `set`. */
async function told(nodes: string, role: QuantityRole, set?: { readonly value: number; readonly name: string }): Promise<unknown> {
  const { map } = mapOf(nodes);
  const features = createFeatureAccess(map);
  if (set !== undefined) {
    await writeQuantity(features, role, set.value, {});
    return Number((await map.readFloat(set.name)).toFixed(6));
  }
  const quantity = await readQuantity(features, role, {});
  return quantity === undefined ? undefined : [quantity.value, quantity.min, quantity.max].map((each) => Number(each.toFixed(6)));
}

describe("a quantity in the field's units", () => {
  it.each([["us", 20_000], ["", 20_000], ["\u00b5s", 20_000], ["ms", 20], ["s", 0.02], ["ns", 2e7]])("is an exposure in ms, of a camera that counts in '%s'", async (unit, raw) => {
    const nodes = float("ExposureTime", raw, unit, raw / 10, raw * 10);
    expect(await told(nodes, "exposure")).toEqual([20, 2, 200]);
    expect(await told(nodes, "exposure", { value: 40, name: "ExposureTime" })).toBeCloseTo(raw * 2, 6);
  });

  it("is a gain in dB, of a camera that has it so or as a factor", async () => {
    expect(await told(float("Gain", 6, "dB", 0, 24), "gain")).toEqual([6, 0, 24]);
    expect(await told(float("Gain", 6, "", 0, 24), "gain")).toEqual([6, 0, 24]);
    for (const unit of ["", "x"]) {
      expect(await told(float("Gain", 10, unit, 1, 100), "gain")).toEqual([20, 0, 40]);
      expect(await told(float("Gain", 10, unit, 1, 100), "gain", { value: 6.0206, name: "Gain" })).toBeCloseTo(2, 5);
    }
  });

  it("has the unit of the number behind the feature where it has none itself", async () => {
    const nodes = `<Float Name="ExposureTime"><pValue>Behind</pValue></Float>${float("Behind", 20, "ms", 2, 200)}`;
    expect(await told(nodes, "exposure")).toEqual([20, 2, 200]);
  });

  it("is not told, and not set, where nobody knows what the camera's number means", async () => {
    for (const [nodes, role, name] of [
      [float("ExposureTime", 5, "lines", 1, 9), "exposure", "ExposureTime"], [float("Gain", 5, "0.1dB", 1, 9), "gain", "Gain"], [float("BlackLevel", 5, "%", 1, 9), "blackLevel", "BlackLevel"],
    ] as const) {
      expect(await told(nodes, role)).toBeUndefined();
      expect(await told(nodes, role, { value: 7, name })).toBe(5);
    }
    expect(await told(float("GainRaw", 5, "", 0, 9), "gain")).toBeUndefined();
    expect(await told(float("ExposureTimeRaw", 5, "", 0, 9), "exposure")).toBeUndefined();
  });
});
