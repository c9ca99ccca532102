import { describe, expect, it } from "vitest";
import { coolled, CoolledOptions } from "../../../src/engine/devices/drivers/coolled/driver.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createCoolledModel } from "../../lab/serial/families/coolled.ts";
import { valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["coolled"]);

describe("the channels of a CoolLED", () => {
  it("are lights of their own, and what the pod had selected stays dark", async () => {
    const subject = special(() => createCoolledModel(), (port, clock) => coolled.create({ port, clock, id: "pe" }, CoolledOptions.parse({})));
    const [a, b, c] = subject.controller.lights;
    if (a === undefined || b === undefined || c === undefined) throw new Error("three channels are wanted");
    for (const light of [a, b, c]) await valueOf(subject, light.connect());
    expect(subject.lit()).toEqual({});
    await valueOf(subject, c.setLevel(70));
    expect(subject.lit()).toEqual({ c: 70 });
    await valueOf(subject, a.setLevel(5));
    expect(subject.lit()).toEqual({ a: 5, c: 70 });
    await valueOf(subject, c.disconnect());
    expect(subject.lit()).toEqual({ a: 5 });
    expect(a.level()).toBe(5);
    await subject.dispose();
    await subject.advance(50);
    expect(subject.lit()).toEqual({});
  });
});
