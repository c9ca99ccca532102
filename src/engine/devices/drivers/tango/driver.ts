import * as z from "zod";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

export const TangoOptions = z.object({
  ...AXES_OPTIONS,
  hasShutter: z.boolean().default(false),
  /** Analogue outputs that dim a lamp. */
  lamps: z.array(z.number().int().min(0).max(7)).default([]),
});
export type TangoOptions = z.infer<typeof TangoOptions>;

/** Thousandths of a um: finer than any of its stages. */
const DIGITS = 3;

export const tango: SerialFamily<TangoOptions> = {
  id: "tango",
  vendor: "Maerzhaeuser",
  title: "Maerzhaeuser TANGO",
  probe: {
    lines: [57_600, 115_200, 9600].map((baudRate) => ({ baudRate, stopBits: 2 as const })),
    rules: protocol.rules,
    identify: protocol.identify,
  },
  optionsSchema: TangoOptions,
  create: createTango,
};

function createTango(place: ControllerPlace, { stage, focus, hasShutter, lamps }: TangoOptions): SerialController {
  // How many axes it tells of, read when the port is opened.
  let axes = 2;
  const link = openLinkOf(tango, place, async (ask) => {
    await ask(protocol.quiet);
    await ask(protocol.identify);
    await ask(protocol.countInUm(focus === undefined ? ["x", "y"] : ["x", "y", "z"]));
    axes = await ask(protocol.axisCount);
  }, protocol.identify);

  const stagePort: AxesPort = {
    names: ["x", "y"],
    stop: protocol.stopOf(["x", "y"]),
    emergencyStop: protocol.EMERGENCY_STOP,
    readPosition: async (ask) => (await ask(protocol.allPositions(axes))).slice(0, 2),
    isBusy: (ask) => isMoving(ask, [0, 1]),
    async startMove(ask, [x = 0, y = 0]) {
      await ask(protocol.moveStage(rounded(x), rounded(y)));
    },
    async startHome(ask) {
      await ask(protocol.calibrate(["x", "y"]));
    },
  };
  const focusPort: AxesPort = {
    names: ["z"],
    stop: protocol.stopOf(["z"]),
    emergencyStop: protocol.EMERGENCY_STOP,
    readPosition: async (ask) => [await ask(protocol.positionOf("z"))],
    isBusy: (ask) => isMoving(ask, [2]),
    async startMove(ask, [z = 0]) {
      await ask(protocol.moveAxis("z", rounded(z)));
    },
    // No homing: the lower switch of a focus drive may lie behind the specimen.
  };
  const maker = { place, link, vendor: tango.vendor, model: "TANGO" };
  return controllerOf(link, {
    stage: makeStage(maker, stagePort, stage),
    focus: makeFocus(maker, focusPort, focus),
    lights: [
      ...(hasShutter ? [makeLight(maker, "shutter", "TANGO shutter", shutterPort)] : []),
      ...lamps.map((channel) => makeLight(maker, `lamp-${channel}`, `TANGO lamp ${channel}`, lampPort(channel))),
    ],
  });
}

const shutterPort: LightPort = {
  hasLevels: false,
  readLevel: async (ask) => ((await ask(protocol.shutterIsOpen)) ? 100 : 0),
  async setLevel(ask, percent) {
    await ask(protocol.setShutter(percent > 0));
    return percent > 0 ? 100 : 0;
  },
  off: protocol.CLOSE_SHUTTER,
};

/** An output that is not read back: it is set to 0 at the start, and what was last ordered is believed. */
function lampPort(channel: number): LightPort {
  return {
    async setLevel(ask, percent) {
      await ask(protocol.setAnalogue(channel, Math.round(percent)));
      return Math.round(percent);
    },
    off: protocol.analogueOff(channel),
  };
}

async function isMoving(ask: Ask, axes: readonly number[]): Promise<boolean> {
  const states = await ask(protocol.axisStates);
  return axes.some((axis) => states.charAt(axis) === "M");
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
