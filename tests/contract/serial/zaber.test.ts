import { describe, expect, it } from "vitest";
import { zaber, ZaberOptions } from "../../../src/engine/devices/drivers/zaber/driver.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { LAB_FAMILIES, LAB_FOCUS, LAB_LENSES } from "../../lab/serial/families.ts";
import { createZaberModel } from "../../lab/serial/families/zaber.ts";
import { ending, until, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["zaber"]);

describe("a nosepiece that must not turn over a focus that is up", () => {
  const chain = (): ReturnType<typeof special> => special((clock) => createZaberModel(clock), (port, clock) => zaber.create({ port, clock, id: "zaber" }, ZaberOptions.parse({ focus: LAB_FOCUS, turret: { device: 4, objectives: LAB_LENSES, retractFocusToUm: -350 } })));

  it("turns when the focus is out of the way, and not before", async () => {
    const subject = chain();
    const { focus, turret } = subject.controller;
    if (focus === undefined || turret === undefined) throw new Error("no focus or no nosepiece");
    await valueOf(subject, focus.connect());
    await valueOf(subject, turret.connect());
    const turning = turret.select("40x");
    const isTold = (): boolean => subject.lab.heard.some((line) => line.includes("move index"));
    await until(subject, () => subject.lab.isMoving(), 1000, "the focus goes down");
    expect(isTold()).toBe(false);
    expect((await valueOf(subject, turning)).id).toBe("40x");
    expect(isTold()).toBe(true);
    expect(focus.position()).toBeCloseTo(-350, 0);
    await subject.dispose();
  });

  it("does not turn when the focus cannot be moved", async () => {
    const subject = chain();
    const { turret } = subject.controller;
    if (turret === undefined) throw new Error("no nosepiece");
    await valueOf(subject, turret.connect());
    const end = await ending(subject, turret.select("40x"), 5000);
    expect("error" in end && isOcularError(end.error, "DeviceDisconnected")).toBe(true);
    expect(subject.lab.heard.some((line) => line.includes("move index"))).toBe(false);
    expect(turret.current()?.id).toBe("10x");
    await subject.dispose();
  });
});
