import type { Clock } from "../../../../src/core/clock.ts";
import { LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

const AXIS = { speedUmPerS: 10_000, accelerationUmPerS2: 100_000, settleMs: 0, swingUm: 0, backlashUm: 0 };
/** Fine screws with microsteps. */
const STEPS_PER_MM = 6400;
const POLL_MS = 2;

interface MarlinKind {
  /** M114 R tells where the motors are; without it, where the last move ends. */
  readonly hasRealtimePosition?: boolean;
  readonly hasEmergencyParser?: boolean;
}

/** A board with Marlin 2.1 after its documentation: planned moves, commands one after the other, M410 at once. */
export function createMarlinModel(clock: Clock, { hasRealtimePosition = true, hasEmergencyParser = true }: MarlinKind = {}): LabModel {
  const axes: Readonly<Record<string, LabAxis>> = { x: new LabAxis(clock, AXIS), y: new LabAxis(clock, AXIS), z: new LabAxis(clock, AXIS) };
  const all = Object.entries(axes);
  /** Moves that are planned and not begun. */
  let planned: ReadonlyMap<LabAxis, number>[] = [];
  const ends = new Map<LabAxis, number>();
  let isRelative = false;
  let isRunning = false;
  /** Lines that wait until a blocking one is done. */
  let waiting: string[] = [];
  let isBlocked = false;
  let stops = 0;

  const isMoving = (): boolean => planned.length > 0 || all.some(([, axis]) => axis.isMoving());
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    for (let next = planned.shift(); next !== undefined; next = planned.shift()) {
      for (const [axis, to] of next) axis.moveTo(to);
      while (all.some(([, axis]) => axis.isMoving())) await clock.delay(POLL_MS);
    }
    isRunning = false;
  };
  const stop = (): void => {
    stops += 1;
    planned = [];
    for (const [, axis] of all) axis.halt();
    ends.clear();
  };

  const report = (realtime: boolean): string => {
    const at = all.map(([name, axis]) => ({ name: name.toUpperCase(), um: (realtime ? undefined : ends.get(axis)) ?? axis.position() }));
    const mm = at.map(({ name, um }) => `${name}:${(um / 1000).toFixed(2)}`).join(" ");
    const steps = at.map(({ name, um }) => `${name}:${Math.round((um / 1000) * STEPS_PER_MM)}`).join(" ");
    return `${mm} E:0.00 Count ${steps}\nok\n`;
  };
  const plan = (words: string): string => {
    const targets = new Map<LabAxis, number>();
    for (const { groups } of words.matchAll(/(?<letter>[XYZ])(?<mm>-?\d+(?:\.\d+)?)/gu)) {
      const axis = axes[(groups?.["letter"] ?? "").toLowerCase()];
      if (axis === undefined) continue;
      const um = Number(groups?.["mm"]) * 1000;
      const to = isRelative ? (ends.get(axis) ?? axis.position()) + um : um;
      // Whole steps.
      targets.set(axis, (Math.round((to / 1000) * STEPS_PER_MM) / STEPS_PER_MM) * 1000);
    }
    for (const [axis, to] of targets) ends.set(axis, to);
    planned.push(targets);
    void run();
    return "ok\n";
  };

  /** Answers now, or blocks the lines behind it until it is done. */
  const obey = (line: string, say: (text: string) => void): void => {
    const [, word = "", rest = ""] = /^([A-Z]\d+)\s*(.*)$/u.exec(line) ?? [];
    const answers: Readonly<Record<string, () => string>> = {
      G0: () => plan(rest), G1: () => plan(rest), G21: () => "ok\n", M410: () => (stop(), "ok\n"),
      G90: () => ((isRelative = false), "ok\n"), G91: () => ((isRelative = true), "ok\n"),
      M92: () => `; Steps per unit:\n M92 X${STEPS_PER_MM}.00 Y${STEPS_PER_MM}.00 Z${STEPS_PER_MM}.00 E93.00\nok\n`,
      M114: () => report(hasRealtimePosition && rest === "R"),
      M115: () => `FIRMWARE_NAME:Marlin 2.1.2 (Jun  1 2023 10:11:12) SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin PROTOCOL_VERSION:1.0 MACHINE_TYPE:Stage EXTRUDER_COUNT:1\nCap:EEPROM:1\nCap:EMERGENCY_PARSER:${hasEmergencyParser ? 1 : 0}\nok\n`,
    };
    if (word === "M400") block(say, () => undefined);
    else if (word === "G28") {
      for (const [name, axis] of all) if (rest === "" || rest.includes(name.toUpperCase())) axis.moveBy(axis.toLowerEnd());
      block(say, () => {
        for (const [name, axis] of all) if (rest === "" || rest.includes(name.toUpperCase())) axis.setPosition(0);
        ends.clear();
      });
    } else say(answers[word]?.() ?? (line === "" ? "ok\n" : `echo:Unknown command: "${line}"\nok\n`));
  };
  const block = (say: (text: string) => void, atEnd: () => void): void => {
    const stopsBefore = stops;
    const end = (): void => {
      if (stops === stopsBefore) atEnd();
      say("ok\n");
    };
    if (!isMoving()) {
      end();
      return;
    }
    isBlocked = true;
    const wait = async (): Promise<void> => {
      while (isMoving()) await clock.delay(POLL_MS);
      isBlocked = false;
      end();
      while (!isBlocked && waiting.length > 0) obey(waiting.shift() ?? "", say);
    };
    void wait();
  };

  return {
    family: "marlin", line: { baudRate: 115_200 }, latencyMs: 1, errorReply: "Error:Printer halted\n",
    axes, lights: {}, greeting: "start\necho:Marlin 2.1.2\necho: Last Updated: 2023-06-01\n",
    hear: (held, say) => hearLine(held, "\r\n", (line) => {
      const text = line.trim().toUpperCase();
      // Seen by the interrupt that receives it; the line is obeyed in its turn beside that.
      if (text === "M410" && hasEmergencyParser) stop();
      if (isBlocked) waiting.push(text);
      else obey(text, say);
    }),
    reset() {
      stop();
      waiting = [];
      isRelative = false;
    },
  };
}
