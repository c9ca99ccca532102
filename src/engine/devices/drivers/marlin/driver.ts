import * as z from "zod";
import { OcularError } from "../../../../shared/errors.ts";
import type { AxesPort } from "../kit/axes-port.ts";
import { AXES_OPTIONS } from "../kit/axis-options.ts";
import type { Ask } from "../kit/controller-link.ts";
import { makeFocus, makeStage } from "../kit/make-axes.ts";
import { controllerOf, type ControllerPlace, openLinkOf, type SerialController, type SerialFamily } from "../kit/serial-controller.ts";
import * as protocol from "./protocol.ts";

export const MarlinOptions = z.object({
  ...AXES_OPTIONS,
  /** End switches are fitted on x and y: G28 may be used. */
  canHome: z.boolean().default(false),
});
export type MarlinOptions = z.infer<typeof MarlinOptions>;

/** Its own place and the count of steps may differ by the rounding of both, mm. */
const ROUNDING_MM = 0.03;
/** Beside the way itself, the end of a move may take this long, ms. */
const END_MS = 2000;

export const marlin: SerialFamily<MarlinOptions> = {
  id: "marlin",
  vendor: "Marlin",
  title: "Marlin 2 (do-it-yourself stages)",
  // Opening the port resets the board.
  probe: { lines: [115_200, 250_000, 57_600].map((baudRate) => ({ baudRate })), rules: protocol.rules, wakeMs: 2500, identify: protocol.identify },
  optionsSchema: MarlinOptions,
  create: createMarlin,
};

function createMarlin(place: ControllerPlace, { stage, focus, canHome }: MarlinOptions): SerialController {
  // Read when the port is opened.
  let stepsPerMm: protocol.PerAxis = { X: 1, Y: 1, Z: 1 };
  const link = openLinkOf(marlin, place, async (ask) => {
    await requireStoppable(ask, place.id);
    await ask(protocol.inMillimetres);
    await ask(protocol.absolute);
    stepsPerMm = await ask(protocol.stepsPerMm);
    await requireSound(ask, stepsPerMm, place.id, [...(stage === undefined ? [] : [{ axes: ["X", "Y"] as const, toleranceUm: stage.toleranceUm }]), ...(focus === undefined ? [] : [{ axes: ["Z"] as const, toleranceUm: focus.toleranceUm }])]);
  }, protocol.position, protocol.STOP);
  const maker = { place, link, vendor: marlin.vendor, model: "Marlin" };
  return controllerOf(link, {
    stage: stage && makeStage(maker, axesPort(["X", "Y"], stage.speedUmPerS, () => stepsPerMm, canHome), stage),
    focus: focus && makeFocus(maker, axesPort(["Z"], focus.speedUmPerS, () => stepsPerMm, false), focus),
  });
}

/** Without EMERGENCY_PARSER a stop would be read when the move is over. */
async function requireStoppable(ask: Ask, id: string): Promise<void> {
  const { hasEmergencyParser } = await ask(protocol.build);
  if (hasEmergencyParser) return;
  throw new OcularError({ tag: "DeviceFaulted", deviceId: id, command: protocol.build.name, reply: "no Cap:EMERGENCY_PARSER:1", meaning: "a move could not be stopped: build its firmware with EMERGENCY_PARSER" });
}

/** Steps are what counts: the firmware's own place must mean the same, and a step must fit into the tolerance. */
async function requireSound(ask: Ask, stepsPerMm: protocol.PerAxis, id: string, parts: readonly { axes: readonly protocol.AxisLetter[]; toleranceUm: number }[]): Promise<void> {
  const { mm, steps } = await ask(protocol.position);
  for (const { axes, toleranceUm } of parts) {
    for (const axis of axes) {
      const fault = (reply: string, meaning: string): OcularError => new OcularError({ tag: "DeviceFaulted", deviceId: id, command: protocol.position.name, reply, meaning });
      if (Math.abs(mm[axis] - steps[axis] / stepsPerMm[axis]) > ROUNDING_MM) {
        throw fault(`${axis} ${mm[axis]} mm, ${steps[axis]} steps`, "its zero was shifted by G92 or M206: reset the board");
      }
      const stepUm = 1000 / stepsPerMm[axis];
      if (toleranceUm < stepUm / 2) throw fault(`${stepsPerMm[axis]} steps/mm`, `one step of ${axis} is ${stepUm.toFixed(3)} um: set toleranceUm to ${(stepUm / 2).toFixed(3)} at least`);
    }
  }
}

function axesPort(letters: readonly protocol.AxisLetter[], speedUmPerS: number, stepsPerMm: () => protocol.PerAxis, canHome: boolean): AxesPort {
  // How long the way under way may take.
  let wayMs = 0;
  const readPosition = async (ask: Ask): Promise<readonly number[]> => {
    const { steps } = await ask(protocol.position);
    return letters.map((axis) => (steps[axis] / stepsPerMm()[axis]) * 1000);
  };
  const port: AxesPort = {
    names: letters.map((letter) => letter.toLowerCase()),
    stop: protocol.STOP,
    emergencyStop: protocol.STOP,
    readPosition,
    // Asked only when two readings were the same: then the answer is here at once, or, without M114_REALTIME, at the end of the way.
    async isBusy(ask) {
      await ask(protocol.finished(wayMs + END_MS));
      return false;
    },
    async startMove(ask, target) {
      const from = await readPosition(ask);
      wayMs = (1000 * Math.max(...from.map((at, index) => Math.abs((target[index] ?? at) - at)))) / speedUmPerS;
      await ask(protocol.moveTo(letters.map((axis, index) => ({ axis, mm: (target[index] ?? 0) / 1000 })), (speedUmPerS * 60) / 1000));
    },
  };
  return canHome ? { ...port, startHome: (ask) => ask(protocol.home(letters)) } : port;
}
