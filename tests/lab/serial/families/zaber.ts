import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { LabTurret } from "../lab-turret.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const UNIT_UM = 0.047625;
/** Of its lamp, W. */
const MAX_FLUX = 1.2;

interface Motor {
  readonly axis: LabAxis;
  isReferenced: boolean;
}

/**
 * A chain of three Zaber devices of one axis each (x, y, z), after Zaber's ASCII protocol manual. `isReferenced`: as after
 * homing, which is what most days look like.
 */
export function createZaberModel(clock: Clock, isReferenced = true): LabModel {
  const slow = { speedUmPerS: 2000, accelerationUmPerS2: 50_000, settleMs: 0, swingUm: 0, backlashUm: 0 };
  const axes = { x: new LabAxis(clock), y: new LabAxis(clock), z: new LabAxis(clock, slow, { min: -5000, max: 5000 }) };
  const turret = new LabTurret(clock, 4);
  const lamp = { isLit: false, flux: 0 };
  const motors: readonly Motor[] = [axes.x, axes.y, axes.z].map((axis) => ({ axis, isReferenced }));

  const obey = (motor: Motor, words: readonly string[]): { verdict: "OK" | "RJ"; data: string } => {
    const { axis } = motor;
    const ok = (data = "0"): { verdict: "OK"; data: string } => ({ verdict: "OK", data });
    const value = Number(words[2]);
    switch (words.slice(0, 2).join(" ")) {
      case "":
        return ok();
      case "get pos":
        return ok(String(Math.round(axis.position() / UNIT_UM)));
      case "get deviceid":
        return ok("50081");
      case "get limit.home.triggered":
        return ok(motor.isReferenced ? "1" : "0");
      case "move abs":
        if (!Number.isInteger(value)) return { verdict: "RJ", data: "BADDATA" };
        axis.moveTo(value * UNIT_UM);
        return ok();
      case "move rel":
        if (!Number.isInteger(value)) return { verdict: "RJ", data: "BADDATA" };
        axis.moveBy(value * UNIT_UM);
        return ok();
      case "home":
        axis.moveBy(axis.toLowerEnd());
        axis.jump(-axis.position() - axis.toLowerEnd());
        motor.isReferenced = true;
        return ok();
      case "stop":
      case "estop":
        axis.halt();
        return ok();
      default:
        return { verdict: "RJ", data: "BADCOMMAND" };
    }
  };

  /** Device 4, an objective changer, and device 5, an illuminator of one channel. */
  const obeyOther = (device: number, words: readonly string[]): { verdict: "OK" | "RJ"; data: string; isBusy: boolean } => {
    const command = words.slice(0, 2).join(" ");
    const value = Number(words[2]);
    const done = (data = "0", verdict: "OK" | "RJ" = "OK"): { verdict: "OK" | "RJ"; data: string; isBusy: boolean } => ({ verdict, data, isBusy: device === 4 && turret.isTurning() });
    if (command === "" || command.startsWith("stop") || command.startsWith("estop")) return done();
    if (device === 4 && command === "get motion.index.num") return done(String(turret.place() ?? 0));
    if (device === 4 && command === "move index") return turret.turnTo(value) ? done() : done("BADDATA", "RJ");
    if (device === 5 && command === "get lamp.status") return done(lamp.isLit ? "2" : "1");
    if (device === 5 && command === "get lamp.flux") return done(lamp.flux.toFixed(3));
    if (device === 5 && command === "get lamp.flux.max") return done(MAX_FLUX.toFixed(3));
    if (device === 5 && command === "set lamp.flux" && value >= 0 && value <= MAX_FLUX) {
      lamp.flux = value;
      return done();
    }
    if (device === 5 && (command === "lamp on" || command === "lamp off")) {
      lamp.isLit = command === "lamp on";
      return done();
    }
    return done("BADCOMMAND", "RJ");
  };

  return {
    family: "zaber", line: { baudRate: 115_200 }, latencyMs: 1, errorReply: "@01 0 RJ IDLE -- BADDATA\r\n",
    axes, lights: { lamp: () => (lamp.isLit ? (100 * lamp.flux) / MAX_FLUX : 0) },
    hear: (held, say) => hearLine(held, "\r\n", (line) => {
      if (!line.startsWith("/")) return;
      // Up to three numbers in front: device, axis, message.
      const { numbers = "", command = "" } = /^\/(?<numbers>(?:\d+\s+){0,2}(?:\d+)?)\s*(?<command>.*)$/u.exec(line)?.groups ?? {};
      const [device = 0, axis = 0, message] = numbers.trim().split(/\s+/u).filter((text) => text !== "").map(Number);
      const words = command.split(/\s+/u).filter((text) => text !== "");
      const number = message === undefined ? "" : `${String(message).padStart(2, "0")} `;
      for (const other of [4, 5]) {
        if (device !== 0 && device !== other) continue;
        const { verdict, data, isBusy } = axis > 1 ? { verdict: "RJ", data: "BADAXIS", isBusy: false } : obeyOther(other, words);
        say(`@0${other} ${axis} ${number}${verdict} ${isBusy ? "BUSY" : "IDLE"} -- ${data}\r\n`);
      }
      for (const [index, motor] of motors.entries()) {
        if (device !== 0 && device !== index + 1) continue;
        const { verdict, data } = axis > 1 ? { verdict: "RJ", data: "BADAXIS" } : obey(motor, words);
        say(`@${String(index + 1).padStart(2, "0")} ${axis} ${number}${verdict} ${motor.axis.isMoving() ? "BUSY" : "IDLE"} ${motor.isReferenced ? "--" : "WR"} ${data}\r\n`);
      }
    }),
    reset() {
      lamp.isLit = false;
      for (const motor of motors) {
        motor.axis.halt();
        motor.isReferenced = false;
      }
    },
  };
}
