import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const AXIS = { speedUmPerS: 10_000, accelerationUmPerS2: 100_000, settleMs: 0, swingUm: 0, backlashUm: 0 };

/** How far it backs off a switch, and where its machine coordinates are then, um ($27 as it comes). */
const PULL_OFF_UM = 1000;

/** A board with GRBL 1.1h after its documentation: jogs, realtime bytes, reset when the port is opened. It homes where it has switches. */
export function createGrblModel(clock: Clock, hasSwitches = false): LabModel {
  const axes: Readonly<Record<string, LabAxis>> = { x: new LabAxis(clock, AXIS), y: new LabAxis(clock, AXIS), z: new LabAxis(clock, AXIS) };
  const all = Object.values(axes);
  let isLocked = false;
  /** While it homes nothing is answered, and of the realtime bytes only the reset is obeyed. */
  let homing: AbortController | undefined;

  const isMoving = (): boolean => all.some((axis) => axis.isMoving());
  const halt = (): void => {
    for (const axis of all) axis.halt();
  };
  const report = (): string => {
    const position = all.map((axis) => (axis.position() / 1000).toFixed(3)).join(",");
    return `<${isLocked ? "Alarm" : isMoving() ? "Jog" : "Idle"}|MPos:${position}|FS:0,0>\r\n`;
  };

  const jog = (words: string): string => {
    if (isLocked) return "error:9\r\n";
    if (!/G21/u.test(words) || !/F\d/u.test(words)) return "error:22\r\n";
    const isRelative = /G91/u.test(words);
    const targets = [...words.matchAll(/(?<axis>[XYZ])(?<mm>-?\d+(?:\.\d+)?)/gu)];
    if (targets.length === 0) return "error:26\r\n";
    for (const { groups } of targets) {
      const axis = axes[(groups?.["axis"] ?? "").toLowerCase()];
      const um = Number(groups?.["mm"]) * 1000;
      if (isRelative) axis?.moveBy(um);
      else axis?.moveTo(um);
    }
    return "ok\r\n";
  };

  const home = async (say: (text: string) => void): Promise<void> => {
    const own = new AbortController();
    homing = own;
    for (const axis of all) axis.moveBy(axis.toLowerEnd());
    while (isMoving() && !own.signal.aborted) await clock.delay(5);
    if (own.signal.aborted) return;
    for (const axis of all) axis.moveBy(PULL_OFF_UM);
    while (isMoving() && !own.signal.aborted) await clock.delay(5);
    if (own.signal.aborted) return;
    for (const axis of all) axis.setPosition(PULL_OFF_UM);
    homing = undefined;
    isLocked = false;
    say("ok\r\n");
  };

  const obey = (line: string, say: (text: string) => void): string => {
    const text = line.trim().toUpperCase();
    if (text === "$H" && hasSwitches) {
      void home(say);
      return "";
    }
    if (text === "") return "ok\r\n";
    if (text === "$I") return "[VER:1.1h.20190825:]\r\n[OPT:V,15,128]\r\nok\r\n";
    if (text === "$G") return "[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]\r\nok\r\n";
    if (text === "$H") return "error:5\r\n";
    if (text === "$X") {
      isLocked = false;
      return "[MSG:Caution: Unlocked]\r\nok\r\n";
    }
    if (text.startsWith("$J=")) return jog(text.slice(3));
    if (text.startsWith("$")) return "error:3\r\n";
    if (isLocked) return "error:9\r\n";
    return /^[GMFSTXYZN]/u.test(text) ? "error:20\r\n" : "error:1\r\n";
  };

  return {
    family: "grbl", line: { baudRate: 115_200 }, latencyMs: 1, errorReply: "error:15\r\n",
    axes, lights: {}, greeting: "\r\nGrbl 1.1h ['$' for help]\r\n",
    hear(held, say) {
      // Realtime bytes act wherever they stand, also in the middle of a line.
      const at = held.search(/[?!~\x18\x84\x85]/u);
      const end = held.search(/[\r\n]/u);
      if (homing !== undefined && held.charAt(at) !== "\x18") return 0;
      if (at === 0 || homing !== undefined) {
        const byte = held.charAt(at);
        if (byte === "?") say(report());
        else if (byte === "\x18") {
          if (isMoving()) isLocked = true;
          homing?.abort();
          homing = undefined;
          halt();
          say("\r\nGrbl 1.1h ['$' for help]\r\n");
        } else halt();
        return at + 1;
      }
      if (end >= 0 && (at < 0 || end < at)) {
        const used = hearLine(held, "\r\n", (line) => say(obey(line, say)));
        // An empty line is answered too.
        if (end === 0) say("ok\r\n");
        return used;
      }
      return 0;
    },
    reset() {
      halt();
      isLocked = false;
    },
  };
}
