import { describe, expect, it } from "vitest";
import { ludl, LudlOptions } from "../../../src/engine/devices/drivers/ludl/driver.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createLudlModel } from "../../lab/serial/families/ludl.ts";
import { valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["ludl"]);

describe("a shutter of a MAC", () => {
  it.each([1, 17])("is opened and closed by its module's number, or its address: %d", async (device) => {
    const subject = special((clock) => createLudlModel(clock), (port, clock) => ludl.create({ port, clock, id: "mac" }, LudlOptions.parse({ shutters: [{ device, shutter: 1 }] })));
    const [shutter] = subject.controller.lights;
    if (shutter === undefined) throw new Error("a shutter is wanted");
    await valueOf(subject, shutter.connect());
    expect(await valueOf(subject, shutter.setLevel(100))).toBe(100);
    expect(subject.lit()).toEqual({ shutter: 100 });
    expect(await valueOf(subject, shutter.setLevel(0))).toBe(0);
    expect(subject.lit()).toEqual({});
    expect(subject.lab.heard).toContain("OPEN S1 1");
    await subject.dispose();
  });

  it("is one of five modules of three", () => {
    for (const wrong of [{ device: 0, shutter: 1 }, { device: 22, shutter: 1 }, { device: 1, shutter: 4 }]) expect(LudlOptions.safeParse({ shutters: [wrong] }).success).toBe(false);
  });
});
