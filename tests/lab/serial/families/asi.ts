import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { LabTurret } from "../lab-turret.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const UNIT_UM = 0.1;
/** What the controller says its firmware is. */
const VERSIONS = { "MS-2000": "USB-9.2p", Tiger: "USB-3.40 TIGER_COMM" } as const;

/** An ASI MS-2000 or Tiger with X, Y, Z and a lamp, after ASI's public command reference. */
export function createAsiModel(clock: Clock, kind: keyof typeof VERSIONS = "MS-2000"): LabModel {
  const x = new LabAxis(clock);
  const y = new LabAxis(clock);
  const z = new LabAxis(clock, { speedUmPerS: 2000, accelerationUmPerS2: 50_000, settleMs: 0, swingUm: 0, backlashUm: 0 }, { min: -5000, max: 5000 });
  const axes: Readonly<Record<string, LabAxis>> = { X: x, Y: y, Z: z };
  let lamp = 0;
  const turret = new LabTurret(clock, 6);

  const ok = (text = ""): string => (text === "" ? ":A\r\n" : `:A ${text}\r\n`);
  const isAnyMoving = (): boolean => Object.values(axes).some((axis) => axis.isMoving());
  const halt = (): string => {
    const wasMoving = isAnyMoving();
    for (const axis of Object.values(axes)) axis.halt();
    return wasMoving ? `${ok()}:N-21\r\n` : ok();
  };

  /** `X=1 Y=2` as pairs; undefined for anything that is none. */
  const assignments = (words: readonly string[]): { axis: LabAxis; value: number }[] | undefined => {
    const pairs = words.map((word) => /^(?<letter>[A-Z])=(?<value>[-+]?[\d.]+)$/u.exec(word)?.groups ?? {});
    const found = pairs.map(({ letter = "", value = "" }) => ({ axis: axes[letter], value: Number(value) }));
    const known = found.flatMap(({ axis, value }) => (axis === undefined ? [] : [{ axis, value }]));
    return known.length === found.length ? known : undefined;
  };
  const forEach = (words: readonly string[], take: (axis: LabAxis, value: number) => void): string => {
    if (words.length === 0) return ":N-3\r\n";
    const pairs = assignments(words);
    if (pairs === undefined) return ":N-2\r\n";
    for (const { axis, value } of pairs) take(axis, value);
    return ok();
  };
  const named = (words: readonly string[]): LabAxis[] | undefined => {
    const found = words.map((word) => axes[word]);
    return found.every((axis) => axis !== undefined) && found.length > 0 ? found : undefined;
  };

  const answer = (line: string): string => {
    const [command = "", ...words] = line.toUpperCase().trim().split(/\s+/u);
    switch (command) {
      case "V":
        return ok(`Version: ${VERSIONS[kind]}`);
      case "/":
        return isAnyMoving() ? "B\r\n" : "N\r\n";
      case "MTUR": {
        if (words[0] === "X?") return ok(`X=${turret.place() ?? 0}`);
        const place = Number(/^X=(?<place>\d+)$/u.exec(words[0] ?? "")?.groups?.["place"]);
        return turret.turnTo(place) ? ok() : ":N-4\r\n";
      }
      case "RS": {
        if (words[0] === "F") return ok(turret.isTurning() ? "15" : "10");
        const axis = axes[words[0]?.replace("?", "") ?? ""];
        if (axis === undefined) return ":N-2\r\n";
        return words[0]?.endsWith("?") === true ? ok(axis.isMoving() ? "B" : "N") : ok(axis.isMoving() ? "15" : "10");
      }
      case "W": {
        const found = named(words);
        return found === undefined ? ":N-2\r\n" : ok(found.map((axis) => Math.round(axis.position() / UNIT_UM)).join(" "));
      }
      case "M":
        return forEach(words, (axis, value) => axis.moveTo(value * UNIT_UM));
      case "R":
        return forEach(words, (axis, value) => axis.moveBy(value * UNIT_UM));
      case "H":
        return forEach(words, (axis, value) => axis.setPosition(value * UNIT_UM));
      case "!": {
        const found = named(words);
        if (found === undefined) return ":N-2\r\n";
        for (const axis of found) axis.moveBy(axis.toLowerEnd());
        return ok();
      }
      case "LED": {
        const value = /^X=(?<value>\d+)$/u.exec(words[0] ?? "")?.groups?.["value"];
        if (words[0] === "X?") return ok(`X=${lamp}`);
        if (value === undefined || Number(value) > 100) return ":N-4\r\n";
        lamp = Number(value);
        return ok();
      }
      case "HALT":
      case "\\":
        return halt();
      default:
        return ":N-1\r\n";
    }
  };

  return {
    family: "asi", line: { baudRate: kind === "Tiger" ? 115_200 : 9600 }, latencyMs: 2, errorReply: ":N-5\r\n",
    axes: { x, y, z }, lights: { lamp: () => lamp },
    hear: (held, say) => hearLine(held, "\r\n", (line) => {
      // Backspace and DEL throw away what was typed before them.
      const typed = line.slice(Math.max(line.lastIndexOf("\b"), line.lastIndexOf("\x7f")) + 1);
      if (typed !== "") say(answer(typed));
    }),
    reset() {
      halt();
      lamp = 0;
    },
  };
}
