import * as z from "zod";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS, TurretOptions } from "../kit/axis-options.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeFocus, makeStage, makeTurret } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { TurretPort } from "../kit/serial-turret.ts";
import * as protocol from "./protocol.ts";

export const AsiOptions = z.object({
  /** Tiger tells per axis whether it moves; MS-2000 tells it for all together. */
  controller: z.enum(["MS-2000", "Tiger"]).default("MS-2000"),
  ...AXES_OPTIONS,
  /** The lamp of the LED command. */
  hasLamp: z.boolean().default(false),
  turret: TurretOptions.optional(),
});
export type AsiOptions = z.infer<typeof AsiOptions>;

/** The controller counts in tenths of a um (its UM setting is 10000 per mm unless somebody changed it). */
const UNIT_UM = 0.1;

export const asi: SerialFamily<AsiOptions> = {
  id: "asi",
  vendor: "Applied Scientific Instrumentation",
  title: "ASI MS-2000, Tiger",
  probe: {
    // MS-2000 comes with 9600, Tiger with 115200; DIP switches set the others.
    lines: [9600, 115200, 38400, 19200].map((baudRate) => ({ baudRate })),
    rules: protocol.rules,
    identify: protocol.identify,
  },
  optionsSchema: AsiOptions,
  create: createAsi,
};

function createAsi(place: ControllerPlace, options: AsiOptions): SerialController {
  const link = openLinkOf(asi, place, async (ask) => {
    await ask(protocol.identify);
  }, protocol.identify);
  const { hasLamp, controller } = options;
  const maker = { place, link, vendor: asi.vendor, model: controller };
  const focus = makeFocus(maker, axesPort(["Z"], ["z"], controller), options.focus);
  return controllerOf(link, {
    stage: makeStage(maker, axesPort(["X", "Y"], ["x", "y"], controller), options.stage),
    focus,
    turret: makeTurret(maker, turretPort, options.turret, focus),
    lights: hasLamp ? [makeLight(maker, "lamp", `${controller} lamp`, lampPort)] : [],
  });
}

function axesPort(letters: readonly protocol.AxisLetter[], names: readonly string[], controller: AsiOptions["controller"]): AxesPort {
  return {
    names,
    stop: protocol.STOP,
    emergencyStop: protocol.EMERGENCY_STOP,
    readPosition: async (ask) => (await ask(protocol.positionOf(letters))).map((value) => value * UNIT_UM),
    async isBusy(ask) {
      if (controller === "MS-2000") return ask(protocol.anyBusy);
      for (const axis of letters) if (await ask(protocol.axisBusy(axis))) return true;
      return false;
    },
    async startMove(ask, target) {
      await ask(protocol.moveAxes(letters.map((axis, index) => ({ axis, to: Math.round((target[index] ?? 0) / UNIT_UM) }))));
    },
    async startHome(ask) {
      await ask(protocol.homeAxes(letters));
    },
    async finishHome(ask) {
      await ask(protocol.setZero(letters));
    },
  };
}

const lampPort = {
  readLevel: (ask: Ask) => ask(protocol.lampLevel),
  async setLevel(ask: Ask, percent: number): Promise<number> {
    await ask(protocol.setLamp(Math.round(percent)));
    return Math.round(percent);
  },
  off: protocol.LAMP_OFF,
};

const turretPort: TurretPort = {
  async readPlace(ask) {
    const place = await ask(protocol.turretPlace);
    return place === 0 ? undefined : place;
  },
  startTurn: (ask, place) => ask(protocol.turnTo(place)),
  isBusy: (ask) => ask(protocol.turretBusy),
  stop: protocol.STOP,
};
