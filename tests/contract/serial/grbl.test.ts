import { describe, expect, it } from "vitest";
import { grbl, GrblOptions } from "../../../src/engine/devices/drivers/grbl/driver.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import { LAB_FAMILIES, LAB_STAGE } from "../../lab/serial/families.ts";
import { createGrblModel } from "../../lab/serial/families/grbl.ts";
import { ending, until, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["grbl"]);

describe("a GRBL board with switches", () => {
  const board = (isReversed = false): ReturnType<typeof special> =>
    special((clock) => createGrblModel(clock, true), (port, clock) => grbl.create({ port, clock, id: "grbl" }, GrblOptions.parse({ stage: { ...LAB_STAGE, isReversed: { x: isReversed, y: false } }, canHome: true })));

  it("homes, and is then where its machine coordinates say: the pull-off", async () => {
    const subject = board();
    const { stage } = subject.controller;
    if (stage === undefined) throw new Error("no stage");
    await valueOf(subject, stage.connect());
    await valueOf(subject, stage.home({ givenBy: "test", isWayClear: true }), 60_000);
    expect(subject.lab.model.axes["x"]?.motor()).toBeCloseTo(-59_000, 0);
    expect(stage.position().x).toBeCloseTo(1000, 0);
    expect((await valueOf(subject, stage.moveTo({ x: um(500), y: um(0) }))).x).toBeCloseTo(500, 0);
    await subject.dispose();
  });

  it.each([false, true])("stops while it homes, though it answers nothing then, and must be homed again (reversed: %s)", async (isReversed) => {
    const subject = board(isReversed);
    const { stage } = subject.controller;
    if (stage === undefined) throw new Error("no stage");
    await valueOf(subject, stage.connect());
    const home = stage.home({ givenBy: "test", isWayClear: true });
    home.catch(() => undefined);
    await until(subject, () => subject.lab.isMoving(), 2000, "it homes");
    await subject.advance(500);
    await valueOf(subject, stage.stop(), 500);
    expect(subject.lab.isMoving()).toBe(false);
    const end = await ending(subject, stage.moveTo({ x: um(0), y: um(0) }), 5000);
    expect("error" in end && isOcularError(end.error, "PlaceUnknown") && end.error.message).toMatch(/home it/u);
    await subject.dispose();
  });
});
