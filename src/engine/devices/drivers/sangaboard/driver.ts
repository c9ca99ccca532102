import * as z from "zod";
import { OcularError } from "../../../../shared/errors.ts";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { makeLight } from "../kit/make-light.ts";
import { ReplyUnreadable } from "../../transports/exchange.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import type { LightPort } from "../kit/serial-light.ts";
import * as protocol from "./protocol.ts";

export const SangaboardOptions = z.object({
  /** um a step: of the printed flexures, so to be measured with the camera. About 0.09 in x and y, 0.05 in z. */
  umPerStep: z.object({ x: z.number().positive(), y: z.number().positive(), z: z.number().positive() }).default({ x: 0.09, y: 0.09, z: 0.05 }),
  ...AXES_OPTIONS,
  /** The LED on the constant-current output. */
  hasLamp: z.boolean().default(false),
});
export type SangaboardOptions = z.infer<typeof SangaboardOptions>;

export const sangaboard: SerialFamily<SangaboardOptions> = {
  id: "sangaboard",
  vendor: "OpenFlexure",
  title: "OpenFlexure Sangaboard",
  // Boards with an Arduino Nano reset when the port is opened.
  probe: { lines: [{ baudRate: 115_200 }], rules: protocol.rules, wakeMs: 2000, identify: protocol.identify },
  optionsSchema: SangaboardOptions,
  create: createSangaboard,
};

function createSangaboard(place: ControllerPlace, { umPerStep, stage, focus, hasLamp }: SangaboardOptions): SerialController {
  const link = openLinkOf(sangaboard, place, async (ask) => {
    await ask(protocol.identify);
    await ask(protocol.doNotBlock);
    if (!(await ask(protocol.movesBlock))) return;
    throw new OcularError({ tag: "DeviceFaulted", deviceId: place.id, command: protocol.movesBlock.name, reply: "true", meaning: "a move could not be stopped: its firmware must be 0.5 or later" });
  }, protocol.isMoving);
  const maker = { place, link, vendor: sangaboard.vendor, model: "Sangaboard" };
  const { x, y, z: zUm } = umPerStep;
  return controllerOf(link, {
    stage: makeStage(maker, axesPort(["x", "y"], 0, [x, y]), stage),
    focus: makeFocus(maker, axesPort(["z"], 2, [zUm]), focus),
    lights: hasLamp ? [makeLight(maker, "lamp", "Sangaboard LED", lampPort)] : [],
  });
}

/** @param first place of the first of these axes among x, y, z */
function axesPort(names: readonly string[], first: number, umPerStep: readonly number[]): AxesPort {
  return {
    names,
    stop: protocol.STOP,
    emergencyStop: protocol.STOP,
    readPosition: async (ask) => (await ask(protocol.position)).slice(first, first + names.length).map((steps, index) => steps * (umPerStep[index] ?? Number.NaN)),
    isBusy: (ask) => ask(protocol.isMoving),
    // It knows relative moves only, of all motors together: the others must stand, and the way is counted from a place read twice.
    async startMove(ask, targetUm) {
      while (await ask(protocol.isMoving));
      const at = await agreedPosition(ask);
      const by = [0, 0, 0].map((_, axis) => {
        const target = targetUm[axis - first];
        const stepUm = umPerStep[axis - first];
        return target === undefined || stepUm === undefined ? 0 : Math.round(target / stepUm) - (at[axis] ?? Number.NaN);
      });
      const [x = 0, y = 0, z = 0] = by;
      if (x !== 0 || y !== 0 || z !== 0) await ask(protocol.moveBy([x, y, z]));
    },
    // No homing: few have end switches, and its zero stays over power cycles.
  };
}

/** @throws ReplyUnreadable when two readings differ */
async function agreedPosition(ask: Ask): Promise<protocol.Steps> {
  const first = await ask(protocol.position);
  return ask({
    ...protocol.position,
    parse(reply) {
      const again = protocol.position.parse(reply);
      if (again.some((steps, axis) => steps !== first[axis])) throw new ReplyUnreadable(`${first.join(" ")} again: the two readings differ`);
      return again;
    },
  });
}

const lampPort: LightPort = {
  readLevel: (ask) => ask(protocol.lampLevel),
  setLevel: (ask, percent) => ask(protocol.setLamp(percent)),
  off: protocol.LAMP_OFF,
};
