import { describe, expect, it } from "vitest";
import { sangaboard, SangaboardOptions } from "../../../src/engine/devices/drivers/sangaboard/driver.ts";
import { um } from "../../../src/shared/units.ts";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { createSangaboardModel } from "../../lab/serial/families/sangaboard.ts";
import { OcularError } from "../../../src/shared/errors.ts";
import { ending, until, valueOf } from "../contract.ts";
import { serialContracts } from "./serial-contracts.ts";
import { special } from "./special.ts";

serialContracts(LAB_FAMILIES["sangaboard"]);

describe("a Sangaboard", () => {
  const options = SangaboardOptions.parse({ stage: { limitsUm: { x: { min: -2000, max: 2000 }, y: { min: -2000, max: 2000 } } }, focus: {} });

  it("moves its focus when the stage has arrived: one order moves all motors", async () => {
    const subject = special((clock) => createSangaboardModel(clock), (port, clock) => sangaboard.create({ port, clock, id: "sanga" }, options));
    const { stage, focus } = subject.controller;
    if (stage === undefined || focus === undefined) throw new Error("no stage or no focus");
    await valueOf(subject, stage.connect());
    await valueOf(subject, focus.connect());
    const both = Promise.all([stage.moveTo({ x: um(900), y: um(-450) }), focus.moveTo(um(100))]);
    await until(subject, () => subject.lab.isMoving(), 1000, "one of them moves");
    const [at, z] = await valueOf(subject, both);
    expect(at.x).toBeCloseTo(900, 0);
    expect(at.y).toBeCloseTo(-450, 0);
    expect(z).toBeCloseTo(100, 0);
    await subject.dispose();
  });

  it("with a firmware whose moves cannot be stopped is refused", async () => {
    const subject = special(
      (clock) => {
        const model = createSangaboardModel(clock, "v0.4");
        // 0.4 knows no such setting.
        return { ...model, hear: (held, say) => (held.startsWith("blocking") && held.includes("\n") ? (say("Bad command.\r\n"), held.indexOf("\n") + 1) : model.hear(held, say)) };
      },
      (port, clock) => sangaboard.create({ port, clock, id: "sanga" }, options),
    );
    const end = await ending(subject, subject.device.connect(), 6000);
    expect("error" in end && end.error instanceof OcularError && end.error.message).toMatch(/0\.5 or later/u);
    expect(subject.device.status().state).toBe("absent");
    await subject.dispose();
  });
});
