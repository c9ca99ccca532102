import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

/** um a step, as the printed flexures of the virtual stage have it. */
export const SANGABOARD_STEP_UM = 0.1;
const AXIS = { speedUmPerS: 10_000, accelerationUmPerS2: 100_000, settleMs: 0, swingUm: 0, backlashUm: 0 };

/** An OpenFlexure Sangaboard 0.5 with three motors and an LED, after its firmware's command list. Moves block until it is told otherwise. */
export function createSangaboardModel(clock: Clock, version = "v1.0.4"): LabModel {
  const axes: Readonly<Record<string, LabAxis>> = { x: new LabAxis(clock, AXIS), y: new LabAxis(clock, AXIS), z: new LabAxis(clock, AXIS) };
  const all = Object.values(axes);
  let isBlocking = true;
  let led = 0;
  /** While a blocking move is under way nothing is read: what comes waits. */
  let isDeaf = false;
  let waiting: string[] = [];

  const isMoving = (): boolean => all.some((axis) => axis.isMoving());
  const halt = (): void => {
    for (const axis of all) axis.halt();
  };
  const move = (words: readonly string[], say: (text: string) => void): void => {
    const steps = words.map(Number);
    if (steps.length !== 3 || steps.some((value) => !Number.isInteger(value))) {
      say("Error: mr takes three numbers\r\n");
      return;
    }
    for (const [index, axis] of all.entries()) axis.moveBy((steps[index] ?? 0) * SANGABOARD_STEP_UM);
    if (!isBlocking) {
      say("done.\r\n");
      return;
    }
    isDeaf = true;
    const wait = async (): Promise<void> => {
      while (isMoving()) await clock.delay(2);
      isDeaf = false;
      say("done.\r\n");
      while (!isDeaf && waiting.length > 0) obey(waiting.shift() ?? "", say);
    };
    void wait();
  };
  const obey = (line: string, say: (text: string) => void): void => {
    const [command = "", ...words] = line.trim().split(/\s+/u);
    const share = Number(words[0]);
    switch (command) {
      case "version":
        return say(`Sangaboard Firmware ${version}\r\n`);
      case "blocking_moves":
        if (words[0] !== "?") isBlocking = words[0] === "true";
        return say(`blocking moves ${String(isBlocking)}\r\n`);
      case "p":
      case "p?":
        return say(`${all.map((axis) => Math.round(axis.position() / SANGABOARD_STEP_UM)).join(" ")}\r\n`);
      case "moving?":
        return say(`${String(isMoving())}\r\n`);
      case "mr":
        return move(words, say);
      case "stop":
        halt();
        return say("Move aborted\r\n");
      case "led_cc":
        if (share >= 0 && share <= 1) led = share;
        return say(`CC LED:${led.toFixed(2)}\r\n`);
      case "led_cc?":
        return say(`CC LED:${led.toFixed(2)}\r\n`);
      default:
        return say(`Command not recognised: '${line}', Type 'help' for a list of commands.\r\n`);
    }
  };

  return {
    family: "sangaboard", line: { baudRate: 115_200 }, latencyMs: 3, errorReply: "Invalid command\r\n",
    axes, lights: { led: () => led * 100 }, greeting: `Sangaboard Firmware ${version}\r\n`,
    hear: (held, say) => hearLine(held, "\n", (line) => {
      if (isDeaf) waiting.push(line);
      else obey(line, say);
    }),
    keepsCount: true,
    reset() {
      halt();
      waiting = [];
      isBlocking = true;
      led = 0;
    },
  };
}
