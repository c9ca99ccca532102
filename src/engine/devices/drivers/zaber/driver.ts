import { z } from "zod";
import { OcularError } from "../../../../shared/errors.ts";
import type { AxesPort } from "../kit/axes-port.ts";
import { FocusOptions, StageOptions } from "../kit/axis-options.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import * as protocol from "./protocol.ts";

/** Where a motor sits, and what one microstep is worth: the stage's data sheet says it. */
const Motor = z.object({ device: z.number().int().min(1).max(99), axis: z.number().int().min(1).max(9).default(1), microstepUm: z.number().positive().default(0.047625) });

export const ZaberOptions = z.object({
  stage: StageOptions.extend({ x: Motor.default({ device: 1, axis: 1, microstepUm: 0.047625 }), y: Motor.default({ device: 2, axis: 1, microstepUm: 0.047625 }) }).optional(),
  focus: FocusOptions.extend({ z: Motor.default({ device: 3, axis: 1, microstepUm: 0.047625 }) }).optional(),
});
export type ZaberOptions = z.infer<typeof ZaberOptions>;

export const zaber: SerialFamily<ZaberOptions> = {
  id: "zaber",
  vendor: "Zaber",
  title: "Zaber X-series (ASCII protocol)",
  probe: { lines: [{ baudRate: 115_200 }], rules: protocol.rules, identify: protocol.identify },
  optionsSchema: ZaberOptions,
  create: createZaber,
};

function createZaber(place: ControllerPlace, { stage, focus }: ZaberOptions): SerialController {
  const link = openLinkOf(zaber, place, async (ask) => {
    await ask(protocol.identify);
  }, protocol.identify);
  const commands = new protocol.ZaberCommands();
  const maker = { place, link, vendor: zaber.vendor, model: "Zaber" };
  return controllerOf(link, {
    stage: stage && makeStage(maker, axesPort(place.id, commands, ["x", "y"], [stage.x, stage.y]), stage),
    focus: focus && makeFocus(maker, axesPort(place.id, commands, ["z"], [focus.z]), focus),
  });
}

function axesPort(id: string, commands: protocol.ZaberCommands, names: readonly string[], motors: readonly z.infer<typeof Motor>[]): AxesPort {
  return {
    names,
    stop: protocol.stopOf(motors),
    emergencyStop: protocol.EMERGENCY_STOP,
    async readPosition(ask) {
      const position: number[] = [];
      for (const motor of motors) position.push((await ask(commands.position(motor))) * motor.microstepUm);
      return position;
    },
    async isBusy(ask) {
      for (const motor of motors) if (await ask(commands.isBusy(motor))) return true;
      return false;
    },
    async startMove(ask, target) {
      // Before the first homing its positions mean nothing, and so do the limits.
      for (const [index, motor] of motors.entries()) {
        if (await ask(commands.isReferenced(motor))) continue;
        throw new OcularError({ tag: "DeviceFaulted", deviceId: id, command: `move ${names[index] ?? ""}`, reply: "limit.home.triggered 0", meaning: "it has not been homed since it was switched on: home it first" });
      }
      for (const [index, motor] of motors.entries()) await ask(commands.moveTo(motor, Math.round((target[index] ?? 0) / motor.microstepUm)));
    },
    async startHome(ask) {
      for (const motor of motors) await ask(commands.home(motor));
    },
  };
}
