import { describe, expect, it } from "vitest";
import { proscan, ProscanOptions } from "../../../src/engine/devices/drivers/prior-proscan/driver.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createProscanModel } from "../../lab/serial/families/prior-proscan.ts";
import { valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["prior-proscan"]);

describe("a shutter of a ProScan", () => {
  const bench = (): ReturnType<typeof special> => special((clock) => createProscanModel(clock), (port, clock) => proscan.create({ port, clock, id: "prior" }, ProscanOptions.parse({ shutters: [1] })));

  it("that somebody opened before is found open", async () => {
    const subject = bench();
    subject.lab.model.hear("8,1,0\r", () => undefined);
    const [shutter] = subject.controller.lights;
    await valueOf(subject, subject.device.connect());
    expect(shutter?.level()).toBe(100);
    await subject.dispose();
  });

  it("that was open when its cable came out comes back closed", async () => {
    const subject = bench();
    const [shutter] = subject.controller.lights;
    if (shutter === undefined) throw new Error("a shutter is wanted");
    await valueOf(subject, shutter.connect());
    await valueOf(subject, shutter.setLevel(100));
    subject.lab.unplug();
    await subject.advance(100);
    expect([shutter.status().state, shutter.level(), subject.lit()]).toEqual(["absent", 0, { shutter1: 100 }]);
    subject.lab.replug();
    await valueOf(subject, shutter.connect());
    expect([shutter.level(), subject.lit()]).toEqual([0, {}]);
    await subject.dispose();
  });
});
