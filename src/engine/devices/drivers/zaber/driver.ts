import * as z from "zod";
import { OcularError } from "../../../../shared/errors.ts";
import type { AxesPort } from "../kit/axes-port.ts";
import { FocusOptions, StageOptions, TurretOptions } from "../kit/axis-options.ts";
import { makeFocus, makeStage, makeTurret } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import type { TurretPort } from "../kit/serial-turret.ts";
import * as protocol from "./protocol.ts";

/** A device of the chain, and its axis or channel. */
const Place = z.object({ device: z.number().int().min(1).max(99), axis: z.number().int().min(1).max(9).default(1) });

/** Where a motor sits, and what one microstep is worth: the stage's data sheet says it. */
const Motor = Place.extend({ microstepUm: z.number().positive().default(0.047625) });

export const ZaberOptions = z.object({
  stage: StageOptions.extend({ x: Motor.default({ device: 1, axis: 1, microstepUm: 0.047625 }), y: Motor.default({ device: 2, axis: 1, microstepUm: 0.047625 }) }).optional(),
  focus: FocusOptions.extend({ z: Motor.default({ device: 3, axis: 1, microstepUm: 0.047625 }) }).optional(),
  /** Lamps of an illuminator: the device's number and the channel. */
  lamps: z.array(Place).default([]),
  /** An objective changer, its number in the chain. */
  turret: TurretOptions.extend(Place.shape).optional(),
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

function createZaber(place: ControllerPlace, { stage, focus: focusOptions, lamps, turret }: ZaberOptions): SerialController {
  const link = openLinkOf(zaber, place, async (ask) => {
    await ask(protocol.identify);
  }, protocol.identify);
  const commands = new protocol.ZaberCommands();
  const maker = { place, link, vendor: zaber.vendor, model: "Zaber" };
  const focus = focusOptions && makeFocus(maker, axesPort(place.id, commands, ["z"], [focusOptions.z]), focusOptions);
  return controllerOf(link, {
    stage: stage && makeStage(maker, axesPort(place.id, commands, ["x", "y"], [stage.x, stage.y]), stage),
    focus,
    turret: turret && makeTurret(maker, turretPort(commands, turret), turret, focus),
    lights: lamps.map((lamp) => makeLight(maker, `lamp-${lamp.device}-${lamp.axis}`, `Zaber lamp ${lamp.axis} of device ${lamp.device}`, lampPort(commands, lamp))),
  });
}

function axesPort(id: string, commands: protocol.ZaberCommands, names: readonly string[], motors: readonly z.infer<typeof Motor>[]): AxesPort {
  let hasReference = true;
  return {
    names,
    stop: protocol.stopOf(motors),
    emergencyStop: protocol.EMERGENCY_STOP,
    async readPosition(ask) {
      const told = [];
      for (const motor of motors) told.push({ ...(await ask(commands.position(motor))), motor });
      hasReference = told.every((each) => each.hasReference);
      return told.map(({ microsteps, motor }) => microsteps * motor.microstepUm);
    },
    whyUnreferenced: () => (hasReference ? undefined : "it has not been homed since it was switched on"),
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

function lampPort(commands: protocol.ZaberCommands, lamp: protocol.ZaberAxis): LightPort {
  return {
    async readLevel(ask) {
      if (!(await ask(commands.isLit(lamp)))) return 0;
      const max = await ask(commands.maxFlux(lamp));
      return max === 0 ? 0 : Math.min(100, (100 * (await ask(commands.flux(lamp)))) / max);
    },
    async setLevel(ask, percent) {
      if (percent > 0) await ask(commands.setFlux(lamp, ((await ask(commands.maxFlux(lamp))) * percent) / 100));
      await ask(commands.setLit(lamp, percent > 0));
      return percent;
    },
    off: protocol.lampOff(lamp),
  };
}

function turretPort(commands: protocol.ZaberCommands, turret: protocol.ZaberAxis): TurretPort {
  return {
    async readPlace(ask) {
      const place = await ask(commands.place(turret));
      return place === 0 ? undefined : place;
    },
    startTurn: (ask, place) => ask(commands.turnTo(turret, place)),
    isBusy: (ask) => ask(commands.isBusy(turret)),
    stop: protocol.stopOf([turret]),
  };
}
