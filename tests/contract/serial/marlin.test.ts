import { describe, expect, it } from "vitest";
import { marlin, MarlinOptions } from "../../../src/engine/devices/drivers/marlin/driver.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import { LAB_FAMILIES, LAB_FOCUS, LAB_STAGE } from "../../lab/serial/families.ts";
import { createMarlinModel } from "../../lab/serial/families/marlin.ts";
import { ending, until, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["marlin"]);

type Kind = Parameters<typeof createMarlinModel>[1];

function board(kind: Kind, options: unknown = { stage: LAB_STAGE, focus: LAB_FOCUS }): ReturnType<typeof special> {
  return special((clock) => createMarlinModel(clock, kind), (port, clock) => marlin.create({ port, clock, id: "marlin" }, MarlinOptions.parse(options)));
}

describe("a Marlin board", () => {
  it("is refused when a move could not be stopped, with what to do", async () => {
    const subject = board({ hasEmergencyParser: false });
    const end = await ending(subject, subject.device.connect(), 6000);
    expect("error" in end && end.error instanceof OcularError && end.error.message).toMatch(/EMERGENCY_PARSER/u);
    await subject.dispose();
  });

  it("is refused when its steps are coarser than the tolerance asked for", async () => {
    const subject = board({}, { stage: { ...LAB_STAGE, toleranceUm: 0.05 } });
    const end = await ending(subject, subject.device.connect(), 6000);
    expect("error" in end && end.error instanceof OcularError && end.error.message).toMatch(/one step of X is 0\.156 um: set toleranceUm to 0\.078/u);
    await subject.dispose();
  });

  it("that tells only where a move ends is waited for, and can be stopped on the way", async () => {
    const subject = board({ hasRealtimePosition: false });
    const { stage } = subject.controller;
    if (stage === undefined) throw new Error("no stage");
    await valueOf(subject, stage.connect());
    const move = stage.moveTo({ x: um(1000), y: um(0) });
    await valueOf(subject, move);
    expect(subject.lab.isMoving()).toBe(false);
    expect(subject.lab.model.axes["x"]?.motor()).toBeCloseTo(1000, 0);
    const back = stage.moveTo({ x: um(-1000), y: um(0) });
    back.catch(() => undefined);
    await until(subject, () => subject.lab.isMoving(), 1000, "it goes back");
    await valueOf(subject, stage.stop(), 500);
    expect(subject.lab.isMoving()).toBe(false);
    expect(stage.position().x).toBeCloseTo(subject.lab.model.axes["x"]?.motor() ?? Number.NaN, 0);
    await subject.dispose();
  });

  it("stops while it homes", async () => {
    const subject = board({}, { stage: LAB_STAGE, canHome: true });
    const { stage } = subject.controller;
    if (stage === undefined) throw new Error("no stage");
    await valueOf(subject, stage.connect());
    const home = stage.home({ givenBy: "test", isWayClear: true });
    home.catch(() => undefined);
    await until(subject, () => subject.lab.isMoving(), 1000, "it homes");
    await valueOf(subject, stage.stop(), 500);
    expect(subject.lab.isMoving()).toBe(false);
    await subject.dispose();
  });
});
