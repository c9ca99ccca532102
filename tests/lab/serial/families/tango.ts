import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

/** um per unit of `!dim`: microsteps (0), um (1), mm (2). */
const DIMENSIONS: Readonly<Record<number, number>> = { 0: 0.02, 1: 1, 2: 1000 };

/** A Maerzhaeuser TANGO 3 with x, y, z. It counts in microsteps and reports by itself until it is told otherwise. */
export function createTangoModel(clock: Clock): LabModel {
  const axes: Readonly<Record<string, LabAxis>> = {
    x: new LabAxis(clock), y: new LabAxis(clock),
    z: new LabAxis(clock, { speedUmPerS: 2000, accelerationUmPerS2: 50_000, settleMs: 0, swingUm: 0, backlashUm: 0 }, { min: -5000, max: 5000 }),
  };
  const letters = ["x", "y", "z"];
  const dimensions: Record<string, number> = { x: 0, y: 0, z: 0 };
  let isReporting = true;
  let error = 0;
  let shutter = 0;
  const outputs = [0, 0];

  const unit = (letter: string): number => DIMENSIONS[dimensions[letter] ?? 0] ?? 1;
  const states = (): string => `${letters.map((letter) => (axes[letter]?.isMoving() === true ? "M" : "@")).join("")}-.`;
  const told = (letter: string): string => ((axes[letter]?.position() ?? 0) / unit(letter)).toFixed(dimensions[letter] === 1 ? 2 : 4);

  /** Values for one named axis, or for the first ones in order. */
  const values = (words: readonly string[]): [string, number][] => {
    const [head = ""] = words;
    const pairs: [string, number][] = axes[head] === undefined ? words.map((word, index) => [letters[index] ?? "", Number(word)]) : [[head, Number(words[1])]];
    if (pairs.length === 0 || pairs.some(([letter, value]) => axes[letter] === undefined || Number.isNaN(value))) {
      error = 5;
      return [];
    }
    return pairs;
  };

  const write = (name: string, words: readonly string[]): void => {
    error = 0;
    switch (name) {
      case "autostatus":
        isReporting = words[0] !== "0";
        break;
      case "dim":
        for (const [letter, value] of values(words)) dimensions[letter] = value;
        break;
      case "moa":
        for (const [letter, value] of values(words)) axes[letter]?.moveTo(value * unit(letter));
        break;
      case "mor":
        for (const [letter, value] of values(words)) axes[letter]?.moveBy(value * unit(letter));
        break;
      case "pos":
        for (const [letter, value] of values(words)) axes[letter]?.setPosition(value * unit(letter));
        break;
      case "shutter":
        shutter = words[0] === "1" ? 1 : 0;
        break;
      case "anaout": {
        const [channel = Number.NaN, percent = Number.NaN] = words.map(Number);
        if (outputs[channel] === undefined || !(percent >= 0 && percent <= 100)) error = 5;
        else outputs[channel] = percent;
        break;
      }
      case "cal": {
        const axis = axes[words[0] ?? ""];
        if (axis === undefined) error = 4;
        else {
          axis.moveBy(axis.toLowerEnd());
          // The lower switch becomes zero: its counter is set ahead, for the motion under way.
          axis.jump(-axis.position() - axis.toLowerEnd());
        }
        break;
      }
      default:
        error = 3;
    }
  };

  const read = (name: string, words: readonly string[]): string => {
    switch (name) {
      case "version":
        return "TANGO-DT-S, Version 1.73, Mar 12 2019, 10:11:12";
      case "det":
        return "19";
      case "err":
        return String(error);
      case "shutter":
        return String(shutter);
      case "statusaxis":
        return states();
      case "pos":
        return words.length === 0 ? letters.map(told).join(" ") : told(words[0] ?? "x");
      default:
        error = 3;
        return "";
    }
  };

  return {
    family: "tango", line: { baudRate: 57_600, stopBits: 2 }, latencyMs: 1, errorReply: "4\r",
    axes, lights: { shutter: () => 100 * shutter, lamp0: () => outputs[0] ?? 0, lamp1: () => outputs[1] ?? 0 },
    hear: (held, say) => hearLine(held, "\r", (line) => {
      const [head = "", ...words] = line.trim().toLowerCase().split(/\s+/u);
      if (head === "a") {
        for (const letter of words.length === 0 ? letters : words) axes[letter]?.halt();
        say(`${states()}\r`);
      } else if (head.startsWith("!")) {
        write(head.slice(1), words);
        if (isReporting) say(`${states()}\r`);
      } else if (head.startsWith("?")) {
        const text = read(head.slice(1), words);
        if (text !== "") say(`${text}\r`);
      } else error = 3;
    }),
    reset() {
      for (const axis of Object.values(axes)) axis.halt();
      isReporting = true;
      shutter = 0;
      outputs.fill(0);
    },
  };
}
