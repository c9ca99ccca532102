import * as z from "zod";
import { agreed } from "../kit/agreed.ts";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

/** What is fitted, and how it is to be driven. Absent parts are not made. */
export const ProscanOptions = z.object({
  ...AXES_OPTIONS,
  /** Numbers of the shutters that stand before a lamp, 1 to 3. */
  shutters: z.array(z.number().int().min(1).max(3)).default([]),
  /** A transmitted lamp is plugged in (LIGHT). */
  hasLamp: z.boolean().default(false),
});
export type ProscanOptions = z.infer<typeof ProscanOptions>;

export const proscan: SerialFamily<ProscanOptions> = {
  id: "prior-proscan",
  vendor: "Prior Scientific",
  title: "Prior ProScan II, ProScan III, OptiScan",
  probe: {
    // 9600 from the factory; BAUD sets the others (manual 4.1).
    lines: [9600, 38400, 115200, 19200, 57600].map((baudRate) => ({ baudRate })),
    rules: protocol.rules,
    identify: protocol.identify,
  },
  optionsSchema: ProscanOptions,
  create: createProscan,
};

function createProscan(place: ControllerPlace, options: ProscanOptions): SerialController {
  // um per unit, read when the port is opened.
  const unitUm = { stage: 1, focus: 1 };
  const link = openLinkOf(proscan, place, async (ask) => {
    await ask(protocol.standardMode);
    if (options.stage !== undefined) unitUm.stage = await ask(protocol.stageResolution);
    if (options.focus !== undefined) unitUm.focus = await ask(protocol.focusResolution);
  }, protocol.motionStatus);

  const stops = { stop: protocol.STOP, emergencyStop: protocol.EMERGENCY_STOP };
  const { x, y, z: zBit } = protocol.MOVING;
  const stagePort: AxesPort = {
    ...stops,
    names: ["x", "y"],
    readPosition: async (ask) => (await ask(protocol.stagePosition)).map((value) => value * unitUm.stage),
    isBusy: async (ask) => ((await ask(protocol.motionStatus)) & (x | y)) !== 0,
    async startMove(ask, target) {
      const [toX = 0, toY = 0] = target.map((value) => Math.round(value / unitUm.stage));
      await ask(protocol.moveStage(toX, toY));
    },
    async startHome(ask) {
      await ask(protocol.homeStage);
    },
  };
  const focusPort: AxesPort = {
    ...stops,
    names: ["z"],
    readPosition: async (ask) => [(await ask(protocol.focusPosition)) * unitUm.focus],
    isBusy: async (ask) => ((await ask(protocol.motionStatus)) & zBit) !== 0,
    // The focus knows relative moves only: the way is counted from where it says it is, at rest.
    async startMove(ask, [target = 0]) {
      const at = await agreed(protocol.focusPosition, ask);
      const by = Math.round(target / unitUm.focus) - at;
      if (by !== 0) await ask(protocol.moveFocus(by));
    },
  };

  const { stage, focus, shutters, hasLamp } = options;
  const maker = { place, link, vendor: proscan.vendor, model: "ProScan" };
  return controllerOf(link, {
    stage: makeStage(maker, stagePort, stage),
    focus: makeFocus(maker, focusPort, focus),
    lights: [
      ...shutters.map((id) => makeLight(maker, `shutter-${id}`, `ProScan shutter ${id}`, shutterPort(id))),
      ...(hasLamp ? [makeLight(maker, "lamp", "ProScan lamp", lampPort)] : []),
    ],
  });
}

/** A shutter as a light of two levels: anything above 0 opens it, and its level is then 100. */
function shutterPort(id: number): LightPort {
  return {
    hasLevels: false,
    readLevel: async (ask) => ((await ask(protocol.shutterIsOpen(id))) ? 100 : 0),
    async setLevel(ask, percent) {
      await ask(protocol.setShutter(id, percent > 0));
      return percent > 0 ? 100 : 0;
    },
    off: protocol.closeShutterBytes(id),
  };
}

/** It does not tell its level: it is put out at the start, and what was last ordered is believed. */
const lampPort: LightPort = {
  async setLevel(ask, percent) {
    await ask(protocol.setLamp(Math.round(percent)));
    return Math.round(percent);
  },
  off: protocol.LAMP_OFF,
};
