import type { Clock } from "../../../../src/core/clock.ts";
import { LAB_AXIS, LabAxis } from "../lab-axis.ts";
import { hearLine, type LabModel } from "../lab-controller.ts";

/** um per unit of its counters, as it comes from the factory with an H101 stage. */
const STAGE_UNIT_UM = 0.1;
const FOCUS_UNIT_UM = 0.05;

/** A Prior ProScan III with stage, focus and two shutters, after its manual's section 4. Movement commands answer R when done. */
export function createProscanModel(clock: Clock, baudRate = 9600, stage = LAB_AXIS): LabModel {
  const x = new LabAxis(clock, stage);
  const y = new LabAxis(clock, stage);
  const z = new LabAxis(clock, { speedUmPerS: 2000, accelerationUmPerS2: 50_000, settleMs: 0, swingUm: 0, backlashUm: 0 }, { min: -5000, max: 5000 });
  const shutters = new Map([[1, false], [2, false]]);
  let isCompatible = true;
  let lamp = 0;
  // A queue of moves, answered with R each when done.
  let endOfMove = new AbortController();

  const mask = (): number => (x.isMoving() ? 1 : 0) + (y.isMoving() ? 2 : 0) + (z.isMoving() ? 4 : 0);
  const stageUnits = (axis: LabAxis): number => Math.round(axis.position() / STAGE_UNIT_UM);
  const focusUnits = (): number => Math.round(z.position() / FOCUS_UNIT_UM);

  const tellEnd = (say: (text: string) => void, atEnd = (): void => undefined): void => {
    const { signal } = endOfMove;
    const wait = async (): Promise<void> => {
      while (x.isMoving() || y.isMoving() || z.isMoving()) await clock.delay(5, signal);
      atEnd();
      say("R\r");
    };
    wait().catch(() => say("R\r")); // Stopped: that is an end too.
  };
  const halt = (): void => {
    for (const axis of [x, y, z]) axis.halt();
    endOfMove.abort();
    endOfMove = new AbortController();
  };
  const move = (say: (text: string) => void, start: () => void, atEnd?: () => void): void => {
    start();
    tellEnd(say, atEnd);
  };

  const commands: Record<string, (args: readonly number[], say: (text: string) => void, raw: readonly string[]) => void> = {
    COMP: (args, say) => {
      if (args.length > 0) isCompatible = args[0] !== 0;
      say(args.length > 0 ? "0\r" : `${isCompatible ? 1 : 0}\r`);
    },
    "?": (_, say) => say("PROSCAN INFORMATION\rDSP_1 IS 3-AXIS STEPPER VERSION 0.0\rDRIVE CHIPS 001111\rJOYSTICK ACTIVE\rSTAGE = H101/2\rFOCUS = NORMAL\rFILTER_1 = NONE\rSHUTTERS = 011\rEND\r"),
    DATE: (_, say) => say("Prior Scientific Instruments ProScan H31XYZE controller\rVersion 1.12 compiled Jun  1 2017 10:11:12\r"),
    VERSION: (_, say) => say("112\r"),
    SERIAL: (_, say) => say("80417\r"),
    $: (_, say, raw) => {
      if (raw.length === 0) say(`${mask()}\r`);
      else say(raw[0] === "S" ? `${mask() & 3}\r` : "E,10\r");
    },
    PS: (args, say) => {
      if (args.length === 0) say(`${stageUnits(x)},${stageUnits(y)}\r`);
      else {
        x.setPosition((args[0] ?? 0) * STAGE_UNIT_UM);
        y.setPosition((args[1] ?? 0) * STAGE_UNIT_UM);
        say("0\r");
      }
    },
    P: (_, say) => say(`${stageUnits(x)},${stageUnits(y)},${focusUnits()}\r`),
    PZ: (_, say) => say(`${focusUnits()}\r`),
    RES: (_, say, raw) => say(raw[0] === "Z" ? `${FOCUS_UNIT_UM}\r` : raw[0]?.toUpperCase() === "S" ? `${STAGE_UNIT_UM}\r` : "E,10\r"),
    G: ([toX = Number.NaN, toY = Number.NaN], say) => {
      if (Number.isNaN(toX + toY)) say("E,10\r");
      else move(say, () => {
        x.moveTo(toX * STAGE_UNIT_UM);
        y.moveTo(toY * STAGE_UNIT_UM);
      });
    },
    GR: ([byX = 0, byY = 0], say) => move(say, () => {
      x.moveBy(byX * STAGE_UNIT_UM);
      y.moveBy(byY * STAGE_UNIT_UM);
    }),
    U: ([by = 1], say) => move(say, () => z.moveBy(by * FOCUS_UNIT_UM)),
    D: ([by = 1], say) => move(say, () => z.moveBy(-by * FOCUS_UNIT_UM)),
    // One letter that a careless probe could send: it drives stage and focus to zero.
    M: (_, say) => move(say, () => {
      for (const axis of [x, y, z]) axis.moveTo(0);
    }),
    SIS: (_, say) => move(say, () => {
      for (const axis of [x, y]) axis.moveBy(axis.toLowerEnd());
    }, () => {
      for (const axis of [x, y]) axis.setPosition(0);
    }),
    I: (_, say) => {
      halt();
      say("R\r");
    },
    K: (_, say) => {
      halt();
      say("R\r");
    },
    LIGHT: ([percent = Number.NaN], say) => {
      if (!(percent >= 0 && percent <= 100)) say("E,10\r");
      else {
        lamp = percent;
        say("R\r");
      }
    },
    "8": ([id = 0, state], say) => {
      if (!shutters.has(id)) say("E,6\r");
      else if (state === undefined) say(shutters.get(id) === true ? "0\r" : "1\r");
      else {
        shutters.set(id, state === 0);
        say("R\r");
      }
    },
  };

  return {
    family: "prior-proscan", line: { baudRate }, latencyMs: 2, errorReply: "E,8\r",
    axes: { x, y, z },
    lights: { shutter1: () => (shutters.get(1) === true ? 100 : 0), shutter2: () => (shutters.get(2) === true ? 100 : 0), lamp: () => lamp },
    hear: (held, say) => hearLine(held, "\r", (line) => {
      const [word = "", ...raw] = line.split(/[, \t;:]+/u).filter((part) => part !== "");
      const run = commands[word.toUpperCase()];
      const args = raw.map(Number);
      if (run === undefined) say("E,5\r");
      else run(args, say, raw);
    }),
    reset() {
      halt();
      isCompatible = true;
      lamp = 0;
      for (const id of shutters.keys()) shutters.set(id, false);
    },
  };
}
