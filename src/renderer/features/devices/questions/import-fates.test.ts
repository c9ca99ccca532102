import { expect, it } from "vitest";
import type { ConfiguredDevice, DeviceConfiguration } from "../../../../shared/domain/device-configuration.ts";
import { fatesOf } from "./import-fates.ts";

const device = (key: string, options: Record<string, unknown> = {}): ConfiguredDevice => ({ key, name: `The ${key}`, family: "prior-proscan", options });
const configuration = (...devices: ConfiguredDevice[]): DeviceConfiguration => ({ format: "ocular-devices", version: 1, name: "Imported", devices, roles: {}, objectives: [] });

it("tells new, unchanged, changed and gone apart, whatever the order of fields", () => {
  const { fates, gone } = fatesOf(configuration(device("stage", { b: 1, a: [2] }), device("lamp", { level: 2 }), device("camera")), [device("stage", { a: [2], b: 1 }), device("lamp", { level: 1 }), device("turret")]);
  expect([...fates]).toEqual([["stage", "same"], ["lamp", "changed"], ["camera", "new"]]);
  expect(gone).toEqual(["The turret"]);
});
