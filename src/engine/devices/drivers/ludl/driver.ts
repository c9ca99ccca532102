import * as z from "zod";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

export const LudlOptions = z.object({
  /** um per unit of its counters: 0.1 with the usual encoders, the step without. */
  unitUm: z.number().positive().default(0.1),
  ...AXES_OPTIONS,
  /** Which module, by its number (1 to 5) or its address (17 to 21), and which of its three shutters. */
  shutters: z.array(z.object({ device: z.number().int().min(1).max(21), shutter: z.number().int().min(1).max(3) })).default([]),
});
export type LudlOptions = z.infer<typeof LudlOptions>;

export const ludl: SerialFamily<LudlOptions> = {
  id: "ludl",
  vendor: "Ludl Electronic Products",
  title: "Ludl MAC 5000, MAC 6000",
  probe: {
    lines: [9600, 115_200].map((baudRate) => ({ baudRate, stopBits: 2 as const })),
    rules: protocol.rules,
    identify: protocol.identifyAnyhow,
  },
  optionsSchema: LudlOptions,
  create: createLudl,
};

function createLudl(place: ControllerPlace, options: LudlOptions): SerialController {
  const link = openLinkOf(ludl, place, async (ask) => {
    await ask(protocol.highCommandSet);
    await ask(protocol.identify);
  }, protocol.identify);
  const { stage, focus, shutters, unitUm } = options;
  const maker = { place, link, vendor: ludl.vendor, model: "MAC" };
  return controllerOf(link, {
    stage: makeStage(maker, axesPort(["X", "Y"], ["x", "y"], unitUm), stage),
    focus: makeFocus(maker, axesPort(["Z"], ["z"], unitUm), focus),
    lights: shutters.map(({ device, shutter }) =>
      makeLight(maker, `shutter-${device}-${shutter}`, `MAC shutter ${shutter} of module ${device}`, shutterPort(device, shutter))),
  });
}

function axesPort(letters: readonly protocol.AxisLetter[], names: readonly string[], unitUm: number): AxesPort {
  return {
    names,
    stop: protocol.STOP,
    emergencyStop: protocol.EMERGENCY_STOP,
    readPosition: async (ask) => (await ask(protocol.positionOf(letters))).map((value) => value * unitUm),
    isBusy: (ask) => ask(protocol.isBusy(letters)),
    async startMove(ask, target) {
      await ask(protocol.moveAxes(letters.map((axis, index) => ({ axis, to: Math.round((target[index] ?? 0) / unitUm) }))));
    },
    async startHome(ask) {
      await ask(protocol.homeAxes(letters));
    },
    async finishHome(ask) {
      await ask(protocol.setZero(letters));
    },
  };
}

/** Closed at the start; then what was last ordered is believed: the bits of its module's status are nobody's written word. */
function shutterPort(device: number, shutter: number): LightPort {
  return {
    hasLevels: false,
    async setLevel(ask, percent) {
      await ask(protocol.setShutter(device, shutter, percent > 0));
      return percent > 0 ? 100 : 0;
    },
    off: protocol.closeShutterBytes(device, shutter),
  };
}
