import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const UNIT_UM = 0.047625;

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

  return {
    family: "zaber", line: { baudRate: 115_200 }, latencyMs: 1, errorReply: "@01 0 RJ IDLE -- BADDATA\r\n",
    axes, lights: {},
    hear: (held, say) => hearLine(held, "\r\n", (line) => {
      if (!line.startsWith("/")) return;
      // Up to three numbers in front: device, axis, message.
      const { numbers = "", command = "" } = /^\/(?<numbers>(?:\d+\s+){0,2}(?:\d+)?)\s*(?<command>.*)$/u.exec(line)?.groups ?? {};
      const [device = 0, axis = 0, message] = numbers.trim().split(/\s+/u).filter((text) => text !== "").map(Number);
      for (const [index, motor] of motors.entries()) {
        if (device !== 0 && device !== index + 1) continue;
        const { verdict, data } = axis > 1 ? { verdict: "RJ", data: "BADAXIS" } : obey(motor, command.split(/\s+/u).filter((text) => text !== ""));
        const number = message === undefined ? "" : `${String(message).padStart(2, "0")} `;
        say(`@${String(index + 1).padStart(2, "0")} ${axis} ${number}${verdict} ${motor.axis.isMoving() ? "BUSY" : "IDLE"} ${motor.isReferenced ? "--" : "WR"} ${data}\r\n`);
      }
    }),
    reset() {
      for (const motor of motors) {
        motor.axis.halt();
        motor.isReferenced = false;
      }
    },
  };
}
