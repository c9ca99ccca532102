import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const UNIT_UM = 0.1;

/** A Ludl MAC 5000 with X, Y, Z and one shutter module. It starts in the binary command set: two bytes select text. */
export function createLudlModel(clock: Clock): LabModel {
  const x = new LabAxis(clock);
  const y = new LabAxis(clock);
  const z = new LabAxis(clock, { speedUmPerS: 2000, accelerationUmPerS2: 50_000, settleMs: 0, swingUm: 0, backlashUm: 0 }, { min: -5000, max: 5000 });
  const axes: Readonly<Record<string, LabAxis>> = { X: x, Y: y, Z: z };
  let isHigh = false;
  let shutter = 0;

  const named = (words: readonly string[]): LabAxis[] | undefined => {
    const found = words.map((word) => axes[word]);
    return found.length > 0 && found.every((axis) => axis !== undefined) ? found : undefined;
  };
  const forEach = (words: readonly string[], take: (axis: LabAxis, value: number) => void): string => {
    if (words.length === 0) return ":N -3\n";
    const pairs = words.map((word) => /^(?<letter>[A-Z])=(?<value>[-+]?\d+)$/u.exec(word)?.groups ?? {});
    for (const { letter = "" } of pairs) if (axes[letter] === undefined) return ":N -2\n";
    for (const { letter = "", value = "" } of pairs) {
      const axis = axes[letter];
      if (axis !== undefined) take(axis, Number(value));
    }
    return ":A\n";
  };

  const answer = (line: string): string => {
    const [command = "", ...words] = line.toUpperCase().trim().split(/\s+/u);
    const found = named(words);
    switch (command) {
      case "VER":
        return "LEP MAC5000 Version 2.74\n:A\n";
      case "STATUS":
        return found === undefined ? "N" : found.some((axis) => axis.isMoving()) ? "B" : "N";
      case "WHERE":
        return found === undefined ? ":N -2\n" : `:A ${found.map((axis) => Math.round(axis.position() / UNIT_UM)).join(" ")} \n`;
      case "MOVE":
        return forEach(words, (axis, value) => axis.moveTo(value * UNIT_UM));
      case "MOVREL":
        return forEach(words, (axis, value) => axis.moveBy(value * UNIT_UM));
      case "HERE":
        return forEach(words, (axis, value) => axis.setPosition(value * UNIT_UM));
      case "HOME":
        if (found === undefined) return ":N -2\n";
        for (const axis of found) axis.moveBy(axis.toLowerEnd());
        return ":A\n";
      case "HALT":
        for (const axis of Object.values(axes)) axis.halt();
        return ":A\n";
      case "OPEN":
      case "CLOSE":
        // The module at address 17.
        if (words[0] !== "S1" || words[1] !== "1") return ":N -2\n";
        shutter = command === "OPEN" ? 100 : 0;
        return ":A\n";
      default:
        return ":N -1\n";
    }
  };

  return {
    family: "ludl", line: { baudRate: 9600, stopBits: 2 }, latencyMs: 2, errorReply: ":N -4\n",
    axes: { x, y, z }, lights: { shutter: () => shutter },
    hear(held, say) {
      if (held.startsWith("\xff")) {
        if (held.length < 2) return 0;
        isHigh = held.charAt(1) === "A";
        return 2;
      }
      // What the binary command set would make of text is not played: it stays silent.
      return hearLine(held, "\r", (line) => {
        if (isHigh) say(answer(line));
      });
    },
    reset() {
      for (const axis of Object.values(axes)) axis.halt();
      isHigh = false;
      shutter = 0;
    },
  };
}
