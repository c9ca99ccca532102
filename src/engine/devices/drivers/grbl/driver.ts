import * as z from "zod";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import * as protocol from "./protocol.ts";

export const GrblOptions = z.object({
  ...AXES_OPTIONS,
  /** Switches are fitted and $22 is 1. */
  canHome: z.boolean().default(false),
});
export type GrblOptions = z.infer<typeof GrblOptions>;

/** Grbl's interface document: ten reports a second at the most. */
const POLL_MS = 100;

export const grbl: SerialFamily<GrblOptions> = {
  id: "grbl",
  vendor: "Grbl",
  title: "GRBL 1.1 (do-it-yourself stages)",
  // Opening the port resets the board; it greets after a second or two.
  probe: { lines: [{ baudRate: 115_200 }], rules: protocol.rules, wakeMs: 2000, identify: protocol.identify },
  optionsSchema: GrblOptions,
  create: createGrbl,
};

function createGrbl(place: ControllerPlace, { stage, focus, canHome }: GrblOptions): SerialController {
  const link = openLinkOf(grbl, place, async (ask) => {
    await ask(protocol.identify);
  }, protocol.report);
  const maker = { place, link, vendor: grbl.vendor, model: "GRBL", tuning: { pollMs: POLL_MS } };
  return controllerOf(link, {
    stage: stage && makeStage(maker, axesPort(["X", "Y"], 0, stage.speedUmPerS, canHome), stage),
    focus: focus && makeFocus(maker, axesPort(["Z"], 2, focus.speedUmPerS, false), focus),
  });
}

/** @param first place of the first of these axes in a report */
function axesPort(letters: readonly ("X" | "Y" | "Z")[], first: number, speedUmPerS: number, canHome: boolean): AxesPort {
  // Until a report says otherwise: a jog cancel does not end homing.
  let isHoming = false;
  return {
    names: letters.map((letter) => letter.toLowerCase()),
    get stop() {
      return isHoming ? protocol.EMERGENCY_STOP : protocol.STOP;
    },
    emergencyStop: protocol.EMERGENCY_STOP,
    readPosition: async (ask) => (await ask(protocol.report)).machineMm.slice(first, first + letters.length).map((mm) => mm * 1000),
    async isBusy(ask) {
      const { state } = await ask(protocol.report);
      isHoming = state === "Home";
      return state === "Run" || state === "Jog" || state === "Home" || state === "Hold";
    },
    async startMove(ask, target) {
      await ask(protocol.jogTo(letters.map((axis, index) => ({ axis, mm: (target[index] ?? 0) / 1000 })), (speedUmPerS * 60) / 1000));
    },
    ...(canHome
      ? {
          async startHome(ask: Ask) {
            isHoming = true;
            await ask(protocol.home);
            isHoming = false;
          },
        }
      : {}),
  };
}
