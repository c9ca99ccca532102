import { describe, expect, it } from "vitest";
import type { SerialXyStage } from "../../../src/engine/devices/drivers/kit/serial-xy-stage.ts";
import { zaber, ZaberOptions } from "../../../src/engine/devices/drivers/zaber/driver.ts";
import { isOcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import { LAB_FAMILIES, LAB_STAGE } from "../../lab/serial/families.ts";
import { createZaberModel } from "../../lab/serial/families/zaber.ts";
import type { LabFamily } from "../../lab/serial/subject.ts";
import { ending, until, valueOf } from "../contract.ts";
import { special, type Special } from "./special.ts";

const AWAY = { x: um(1200), y: um(-900) };

interface Bench extends Special {
  readonly stage: SerialXyStage;
}

function stageOf(subject: Special): Bench {
  const { stage } = subject.controller;
  if (stage === undefined) throw new Error("no stage");
  return { ...subject, stage };
}

async function standingAway(family: LabFamily): Promise<Bench> {
  const subject = stageOf(special(family.model, family.drive));
  await valueOf(subject, subject.stage.connect());
  await valueOf(subject, subject.stage.moveTo(AWAY));
  await subject.advance(600);
  return subject;
}

/** As the rack does: what is absent is connected again, and once more where it has just said something else. */
async function takenUpAgain(subject: Bench): Promise<void> {
  for (let tries = 0; tries < 3 && subject.stage.status().state === "absent"; tries += 1) await ending(subject, subject.stage.connect(), 10_000);
}

const motors = ({ lab }: Bench): number[] => Object.values(lab.model.axes).map((axis) => axis.motor());

async function expectDoubt(subject: Bench): Promise<void> {
  const { stage } = subject;
  expect(stage.status()).toMatchObject({ state: "faulted", reason: expect.stringMatching(/its place is not known: .*home it, or say that the place it tells is right/u) as string });
  expect(stage.placeDoubt()).toEqual(expect.any(String));
  const before = motors(subject);
  for (const order of [async () => { await stage.moveTo({ x: um(0), y: um(0) }); }, async () => { await stage.moveBy({ x: um(10), y: um(0) }); }, async () => { stage.jog({ x: um(10), y: um(0) }); }]) {
    const end = await ending(subject, order(), 5000);
    expect("error" in end && isOcularError(end.error, "PlaceUnknown")).toBe(true);
  }
  expect(motors(subject)).toEqual(before);
}

const COUNTING = Object.values(LAB_FAMILIES).filter(({ id, model, drive }) => {
  const { controller, lab } = special(model, drive);
  return controller.stage !== undefined && lab.model.keepsCount !== true && id !== "zaber";
});

describe.each(COUNTING.map((family) => [family.id, family] as const))("%s that loses its power for a moment", (_id, family) => {
  it("is not believed where it stands, moves nothing until a person gives his word, and then goes by its new count", async () => {
    const subject = await standingAway(family);
    const { stage, lab } = subject;
    lab.fail("power");
    await until(subject, () => stage.status().state !== "ready", 20_000, "it is seen that it counts anew");
    await takenUpAgain(subject);
    await expectDoubt(subject);
    await valueOf(subject, stage.trustPlace({ givenBy: "test" }));
    expect(stage.status().state).toBe("ready");
    expect(stage.position()).toEqual({ x: 0, y: 0 });
    expect((await valueOf(subject, stage.moveTo({ x: um(100), y: um(0) }))).x).toBeCloseTo(100, 0);
    await subject.dispose();
  });

  it("is not believed either when that happens on its way, and the move is no success", async () => {
    const subject = await standingAway(family);
    const { stage, lab } = subject;
    const move = stage.moveTo({ x: um(-1200), y: um(900) });
    const end = ending(subject, move, 10_000);
    await until(subject, () => lab.isMoving(), 2000, "it moves");
    lab.fail("power");
    expect("error" in (await end)).toBe(true);
    await until(subject, () => stage.placeDoubt() !== undefined || stage.status().state === "absent", 20_000, "it is seen that it counts anew");
    await takenUpAgain(subject);
    await expectDoubt(subject);
    await subject.dispose();
  });

  it("is not believed when it comes back from an unplugged cable with another count", async () => {
    const subject = await standingAway(family);
    subject.lab.unplug();
    expect(subject.stage.status().state).toBe("absent");
    subject.lab.fail("power");
    subject.lab.replug();
    await subject.advance(3000);
    await takenUpAgain(subject);
    await expectDoubt(subject);
    await subject.dispose();
  });

  it("is believed when a joystick has moved it, also slowly through zero", async () => {
    const subject = await standingAway(family);
    const { x, y } = subject.lab.model.axes;
    for (const target of [0, -300]) {
      x?.moveTo(target);
      y?.moveTo(target);
      await subject.advance(40);
    }
    await subject.advance(5000);
    expect(subject.stage.status().state).toBe("ready");
    expect(subject.stage.position().x).toBeCloseTo(-300, 0);
    await subject.dispose();
  });

  it("is believed at zero when it was sent there", async () => {
    const subject = await standingAway(family);
    await valueOf(subject, subject.stage.moveTo({ x: um(0), y: um(0) }));
    await subject.advance(2000);
    expect(subject.stage.status().state).toBe("ready");
    await subject.dispose();
  });
});

describe("a Zaber chain", () => {
  const chain = (isReferenced: boolean): Bench => stageOf(special((clock) => createZaberModel(clock, isReferenced), (port, clock) => zaber.create({ port, clock, id: "zaber" }, ZaberOptions.parse({ stage: LAB_STAGE }))));

  it("tells by its warning that it has lost its reference: nobody's word helps, homing does", async () => {
    const subject = chain(true);
    const { stage } = subject;
    await valueOf(subject, stage.connect());
    await valueOf(subject, stage.moveTo(AWAY));
    subject.lab.fail("power");
    await until(subject, () => stage.status().state === "absent", 2000, "its warning is seen");
    await takenUpAgain(subject);
    await expectDoubt(subject);
    const word = await ending(subject, stage.trustPlace({ givenBy: "test" }), 5000);
    expect("error" in word && isOcularError(word.error, "PlaceUnknown")).toBe(true);
    await valueOf(subject, stage.home({ givenBy: "test", isWayClear: true }), 60_000);
    expect(stage.status().state).toBe("ready");
    expect(stage.placeDoubt()).toBeUndefined();
    await subject.dispose();
  });

  it("is not believed from the start when it was never homed", async () => {
    const subject = chain(false);
    await valueOf(subject, subject.stage.connect());
    await expectDoubt(subject);
    await subject.dispose();
  });
});
