import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../src/core/testing/manual-clock.ts";
import type { Device } from "../../../src/engine/devices/api/device.ts";
import type { SerialController } from "../../../src/engine/devices/drivers/kit/serial-controller.ts";
import type { SerialXyStage } from "../../../src/engine/devices/drivers/kit/serial-xy-stage.ts";
import { isOcularError, OcularError } from "../../../src/shared/errors.ts";
import { um } from "../../../src/shared/units.ts";
import type { LabFault } from "../../lab/serial/faults.ts";
import { noiseBytes } from "../../lab/serial/faults.ts";
import { LabController } from "../../lab/serial/lab-controller.ts";
import type { LabFamily } from "../../lab/serial/subject.ts";
import { ending, type Subject, until, valueOf } from "../contract.ts";

/** What goes wrong with one answer. A stage may refuse its call then; it may not go anywhere else. */
const ANSWER_FAULTS: readonly LabFault[] = ["deaf", "mute", "late", "half", "split", "double", "noise", "garbage", "error"];

/** No call may take longer than its deadline; the moves here have less than a second to go, and 2 s beside. */
const LIMIT_MS = 6000;

interface Bench extends Subject<Device> {
  readonly lab: LabController;
  readonly controller: SerialController;
}

function bench(family: LabFamily, choose: (controller: SerialController) => Device | undefined): Bench {
  const clock = createManualClock();
  const lab = new LabController(family.model(clock), clock);
  const controller = family.drive(lab.port, clock);
  const device = choose(controller);
  if (device === undefined) throw new Error(`${family.id} has no such device`);
  return {
    lab, controller, device, nowMs: clock.nowMs, advance: clock.advance, pendingCount: clock.pendingCount,
    dispose: () => controller.dispose(),
  };
}

/** What a driver does when its line or its controller misbehaves, the same for every family. */
export function badInput(family: LabFamily | undefined): void {
  if (family === undefined) throw new Error("There is no such family in the lab.");
  const parts = family.drive({ path: "nowhere", open: () => Promise.reject(new Error("not to be opened")) }, createManualClock());
  const first = (controller: SerialController): Device | undefined => controller.devices[0];

  describe(`${family.id} on a bad line`, () => {
    it("says that another program holds the port", async () => {
      const subject = bench(family, first);
      await subject.lab.port.open(subject.lab.model.line);
      const end = await ending(subject, subject.device.connect(), LIMIT_MS);
      expect("error" in end && isOcularError(end.error, "PortUnavailable") && end.error.message).toMatch(/another program holds it/u);
      expect(subject.device.status().state).toBe("absent");
      await subject.dispose();
    });

    it("gives up in time at the wrong speed, and lets the port go", async () => {
      const subject = bench({ ...family, model: (clock) => ({ ...family.model(clock), line: { baudRate: 4800 } }) }, first);
      const end = await ending(subject, subject.device.connect(), LIMIT_MS);
      expect("error" in end && end.error instanceof OcularError).toBe(true);
      expect(subject.device.status().state).toBe("absent");
      const stream = await subject.lab.port.open({ baudRate: 4800 });
      await stream.close();
      await subject.dispose();
      await subject.advance(100);
      expect(subject.pendingCount?.()).toBe(0);
    });

    it("is lost when the controller stops answering though the port stays", async () => {
      const subject = bench(family, first);
      await valueOf(subject, subject.device.connect());
      for (let n = 0; n < 20; n += 1) subject.lab.fail("deaf");
      await until(subject, () => subject.device.status().state === "absent", 20_000, "a silent controller is absent");
      expect(subject.device.status().reason).toBe("it stopped answering");
      await subject.dispose();
    });

    it("bears noise and lines nobody asked for while at rest", async () => {
      const subject = bench(family, first);
      await valueOf(subject, subject.device.connect());
      for (const text of [noiseBytes(300), "\r\n", noiseBytes(2), "ok\r\n", noiseBytes(600)]) {
        subject.lab.sayUnasked(text);
        await subject.advance(700);
      }
      await subject.advance(3000);
      expect(subject.device.status().state).toBe("ready");
      await subject.dispose();
    });
  });

  if (parts.stage !== undefined) {
    describe(`the stage of ${family.id}`, () => {
      for (const moment of ["before a move", "during a move"] as const) {
        for (const fault of ANSWER_FAULTS) it(`goes nowhere else, ends in time and goes on: ${fault} ${moment}`, () => faultyMove(family, fault, moment));
      }
      it("stands still when the line is torn and comes back, and knows where it is", () => tornMove(family));
      it("says so when it is busy for ever", () => endlessMove(family));
      it("says when a stop is in doubt, stops again until it stands, and says that too", () => doubtfulStop(family));
      it("finds out that steps were lost", () => lostSteps(family));
      it("jogs 20 times a second with never more than one order waiting", () => jogging(family));
      it("does not step over a limit from where it was pushed to meanwhile", () => pushedMeanwhile(family));
      it("homes only with the consent of a person", () => homing(family));
    });
  }
  for (const [index, light] of parts.lights.entries()) {
    for (const fault of ANSWER_FAULTS) {
      it(`light ${index + 1} of ${family.id} (${light.identity.model}) ends in time and can be put out: ${fault}`, () => faultyLight(family, index, fault));
    }
  }
}

async function connectedStage(family: LabFamily): Promise<{ subject: Bench; stage: SerialXyStage }> {
  const subject = bench(family, ({ stage }) => stage);
  const { stage } = subject.controller;
  if (stage === undefined) throw new Error("no stage");
  await valueOf(subject, stage.connect());
  return { subject, stage };
}

/** The stage's motors, um from where they started. */
function motors({ lab }: Bench): number[] {
  const { x, y } = lab.model.axes;
  if (x === undefined || y === undefined) throw new Error("The lab model of a stage has axes x and y.");
  return [x.motor(), y.motor()];
}

async function faultyMove(family: LabFamily, fault: LabFault, moment: "before a move" | "during a move"): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  await valueOf(subject, stage.moveTo({ x: um(-500), y: um(200) }));
  const from = motors(subject);
  if (moment === "before a move") subject.lab.fail(fault);
  const move = stage.moveBy({ x: um(1000), y: um(-700) });
  move.catch(() => undefined);
  if (moment === "during a move") {
    await until(subject, () => subject.lab.isMoving(), 2000, "the move begins");
    subject.lab.fail(fault);
  }
  const end = await ending(subject, move, LIMIT_MS);
  if ("error" in end) expect(isOcularError(end.error), String(end.error)).toBe(true);
  await until(subject, () => !subject.lab.isMoving() && !stage.isMoving(), LIMIT_MS, "the motors come to rest");
  const at = motors(subject);
  const [fromX = 0, fromY = 0] = from;
  const [atX = 0, atY = 0] = at;
  // Never off the way that was ordered.
  expect(atX).toBeGreaterThanOrEqual(fromX - 0.5);
  expect(atX).toBeLessThanOrEqual(fromX + 1000.5);
  expect(atY).toBeLessThanOrEqual(fromY + 0.5);
  expect(atY).toBeGreaterThanOrEqual(fromY - 700.5);
  if ("value" in end) expect([atX - fromX - 1000, atY - fromY + 700].every((off) => Math.abs(off) <= 0.5)).toBe(true);
  await subject.advance(2000);
  const reached = await valueOf(subject, stage.moveTo({ x: um(300), y: um(-100) }));
  expect(Math.hypot(reached.x - 300, reached.y + 100)).toBeLessThanOrEqual(1);
  expect(motors(subject).map((value, axis) => Math.abs(Math.round(value - (axis === 0 ? 300 : -100))))).toEqual([0, 0]);
  await subject.dispose();
}

async function tornMove(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const move = stage.moveTo({ x: um(1500), y: um(0) });
  move.catch(() => undefined);
  await until(subject, () => subject.lab.isMoving(), 2000, "the move begins");
  subject.lab.unplug();
  const end = await ending(subject, move, 1000);
  expect("error" in end && end.error instanceof OcularError).toBe(true);
  await subject.advance(3000);
  subject.lab.replug();
  await valueOf(subject, stage.connect());
  const [x = 0] = motors(subject);
  expect(Math.abs(stage.position().x - x)).toBeLessThanOrEqual(1);
  await subject.dispose();
}

async function endlessMove(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  subject.lab.fail("busyForever");
  const end = await ending(subject, stage.moveTo({ x: um(800), y: um(0) }), LIMIT_MS);
  expect("error" in end && end.error instanceof OcularError && end.error.data.tag).toBe("DeviceTimeout");
  await until(subject, () => !stage.isMoving(), 3000, "it stands after the deadline");
  await valueOf(subject, stage.moveTo({ x: um(0), y: um(0) }));
  await subject.dispose();
}

async function doubtfulStop(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const states: string[] = [];
  stage.onDidChangeStatus(({ state, reason }) => states.push(reason === undefined ? state : `${state}: ${reason}`));
  const move = stage.moveTo({ x: um(1900), y: um(0) });
  move.catch(() => undefined);
  await until(subject, () => subject.lab.isMoving(), 2000, "the move begins");
  // Neither the stop is heard nor what is asked after it.
  for (let n = 0; n < 4; n += 1) subject.lab.fail("deaf");
  await ending(subject, stage.stop(), 1000);
  await until(subject, () => states.length > 0, 3000, "the doubt is told");
  expect(states[0]).toMatch(/^faulted: it may still be moving/u);
  await until(subject, () => !subject.lab.isMoving() && stage.status().state === "ready", 10_000, "it is stopped in the end");
  const [x = 0] = motors(subject);
  expect(Math.abs(stage.position().x - x)).toBeLessThanOrEqual(1);
  expect((await valueOf(subject, stage.moveTo({ x: um(0), y: um(0) }))).x).toBeCloseTo(0, 0);
  await subject.dispose();
}

async function lostSteps(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const move = stage.moveTo({ x: um(1800), y: um(0) });
  move.catch(() => undefined);
  await until(subject, () => subject.lab.isMoving(), 2000, "the move begins");
  subject.lab.fail("jump", -100);
  const end = await ending(subject, move, LIMIT_MS);
  expect("error" in end && end.error instanceof OcularError && end.error.data.tag).toBe("DeviceStalled");
  await subject.dispose();
}

/** The joystick of a controller moves the stage, and the host is not told. */
async function pushedMeanwhile(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const { max } = stage.softLimits().x;
  subject.lab.model.axes["x"]?.moveTo(max - 100);
  await until(subject, () => !subject.lab.isMoving(), 2000, "it is pushed");
  const end = await ending(subject, stage.moveBy({ x: um(500), y: um(0) }), LIMIT_MS);
  expect("error" in end && end.error instanceof OcularError && end.error.data).toMatchObject({ tag: "OutOfRange", max });
  await subject.advance(500);
  expect(motors(subject)[0]).toBeCloseTo(max - 100, 0);
  expect(stage.position().x).toBeCloseTo(max - 100, 0);
  await subject.dispose();
}

/** Motions that the controller begins along x, and those of them that it is told to begin during another. */
function watchStarts({ lab }: Bench): { count: number; whileMoving: number } {
  const { x } = lab.model.axes;
  if (x === undefined) throw new Error("The lab model of a stage has an axis x.");
  const seen = { count: 0, whileMoving: 0 };
  const moveTo = x.moveTo.bind(x);
  x.moveTo = (target) => {
    seen.count += 1;
    if (x.isMoving()) seen.whileMoving += 1;
    moveTo(target);
  };
  return seen;
}

async function jogging(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const starts = watchStarts(subject);
  for (let step = 0; step < 40; step += 1) {
    stage.jog({ x: um(20), y: um(0) });
    await subject.advance(50);
  }
  const startsWhileGiven = starts.count;
  // Were steps queued, it would go on for as long as they were given.
  await until(subject, () => !stage.isMoving(), 500, "the last step is done soon after it was given");
  // Here, one waits at most: what is given meanwhile becomes one step with it. At the controller, none waits behind the one under way.
  expect(starts.count - startsWhileGiven).toBeLessThanOrEqual(1);
  expect(starts.whileMoving).toBe(0);
  expect(stage.position().x).toBeCloseTo(800, 0);
  // The edge: a jog ends at the limit and does not reject.
  for (let step = 0; step < 5; step += 1) stage.jog({ x: um(1000), y: um(0) });
  await until(subject, () => !stage.isMoving() && stage.position().x > 1000, LIMIT_MS, "it goes to the limit");
  expect(stage.position().x).toBeCloseTo(stage.softLimits().x.max, 0);
  stage.jog({ x: um(-1000), y: um(0) });
  await until(subject, () => subject.lab.isMoving(), 2000, "it jogs back");
  await valueOf(subject, stage.stop(), 500);
  expect(subject.lab.isMoving()).toBe(false);
  await subject.dispose();
}

async function homing(family: LabFamily): Promise<void> {
  const { subject, stage } = await connectedStage(family);
  const refused = await ending(subject, stage.home({ givenBy: "", isWayClear: true }), 1000);
  expect("error" in refused).toBe(true);
  expect(subject.lab.isMoving()).toBe(false);
  const end = await ending(subject, stage.home({ givenBy: "test", isWayClear: true }), 60_000);
  if (stage.canHome) {
    expect("error" in end ? String(end.error) : "homed").toBe("homed");
    expect(Math.hypot(stage.position().x, stage.position().y)).toBeLessThan(1);
  } else expect("error" in end && end.error instanceof OcularError && end.error.data.tag).toBe("UnsupportedValue");
  await subject.dispose();
}

async function faultyLight(family: LabFamily, index: number, fault: LabFault): Promise<void> {
  const subject = bench(family, ({ lights }) => lights[index]);
  const light = subject.controller.lights[index];
  if (light === undefined) throw new Error("no light");
  await valueOf(subject, light.connect());
  await valueOf(subject, light.setLevel(20));
  subject.lab.fail(fault);
  const end = await ending(subject, light.setLevel(80), 700);
  if ("error" in end) expect(isOcularError(end.error), String(end.error)).toBe(true);
  await subject.advance(2000);
  expect(await valueOf(subject, light.setLevel(0))).toBe(0);
  await subject.advance(50);
  expect(Math.max(...Object.values(subject.lab.model.lights).map((level) => level()))).toBe(0);
  await valueOf(subject, light.setLevel(50));
  // The last bytes go out without waiting for an answer.
  await light.dispose();
  await subject.advance(100);
  expect(Math.max(...Object.values(subject.lab.model.lights).map((level) => level()))).toBe(0);
  await subject.dispose();
}
