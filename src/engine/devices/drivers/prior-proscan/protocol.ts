/**
 * Prior ProScan II and III, OptiScan: what goes over the line, in both directions. Source: Prior ProScan III manual 1.12
 * (June 2017), section 4, and for what it leaves open python-microscope and Micro-Manager; facts in docs/devices/prior-proscan.md.
 *
 * Movement commands answer `R` at the END of the move (manual 4.1), property commands at once. So a movement command is
 * sent with the status question `$` behind it: an error comes before the status, and an `R` whenever it likes.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import type { FoundController } from "../kit/serial-controller.ts";
import { lineExchange, numberOf, numbersOf } from "../kit/replies.ts";

const CR = "\r";

/** Bits of the motion status `$`. */
export const MOVING = { x: 1, y: 2, z: 4, fourth: 8, wheel1: 16, wheel2: 32 } as const;

/** `E,n` in words (manual 4.13). */
const ERRORS: Readonly<Record<number, string>> = {
  1: "no stage is fitted", 2: "the controller is not idle", 3: "no drive is fitted", 4: "the command could not be read", 5: "there is no such command",
  6: "there is no such shutter", 7: "no focus is fitted", 8: "a value is out of range", 9: "there is no such filter wheel",
  10: "argument 1 is out of range", 11: "argument 2 is out of range", 12: "argument 3 is out of range", 13: "argument 4 is out of range",
  14: "argument 5 is out of range", 15: "argument 6 is out of range", 16: "this is not possible in its present state", 17: "no filter wheel is fitted",
  18: "its queue of moves is full", 19: "it is in compatibility mode", 20: "no shutter is fitted", 21: "a checksum is wrong",
  60: "the encoder reports an error", 61: "the encoder ran off",
};

/** @throws ReplyRefused for `E,n`. */
function refuseErrors(reply: string): void {
  const code = /^E,(?<code>\d+)$/u.exec(reply)?.groups?.["code"];
  if (code !== undefined) throw new ReplyRefused(ERRORS[Number(code)] ?? `error ${code}, not in the manual`);
}

function ask<T>(command: string, parse: (reply: string) => T): Exchange<T> {
  return lineExchange(command, CR, (reply) => {
    refuseErrors(reply);
    return parse(reply);
  });
}

function set(command: string): Exchange<void> {
  return ask(command, (reply) => {
    if (reply !== "0") throw new ReplyUnreadable("0");
  });
}

/** A command whose `R` may come at any time: the status behind it tells that it was taken. */
function order(command: string): Exchange<number> {
  return {
    name: command,
    send: `${command}${CR}$${CR}`,
    reply: { kind: "lines", isLast: (line) => !line.startsWith("E,") },
    parse(reply) {
      const lines = reply.split("\n");
      for (const line of lines) refuseErrors(line);
      return numberOf(lines.at(-1) ?? "");
    },
  };
}

/** Standard mode: in compatibility mode replies look different. */
export const standardMode: Exchange<void> = set("COMP 0");

/** Mask of {@link MOVING}; 0 is idle. */
export const motionStatus: Exchange<number> = ask("$", (reply) => {
  const mask = numberOf(reply);
  if (!Number.isInteger(mask) || mask < 0) throw new ReplyUnreadable("a status mask");
  return mask;
});

/** In the controller's units. */
export const stagePosition: Exchange<number[]> = ask("PS", (reply) => numbersOf(reply, 2));
export const focusPosition: Exchange<number> = ask("PZ", numberOf);

/** um per unit. */
export const stageResolution: Exchange<number> = ask("RES,S", positive);
export const focusResolution: Exchange<number> = ask("RES,Z", positive);

/** Absolute, in whole units; the value is the motion status. */
export const moveStage = (x: number, y: number): Exchange<number> => order(`G,${x},${y}`);

/** Relative, in whole units, up or down. */
export const moveFocus = (by: number): Exchange<number> => order(by >= 0 ? `U,${by}` : `D,${-by}`);

/** Drives to the limit switches and sets zero there. */
export const homeStage: Exchange<number> = order("SIS");

/**
 * The transmitted lamp or the Lumen 200Pro, whole %. Its answer is `R` by Micro-Manager's Prior adapter and stands in no manual at hand; so the
 * version is asked behind it, which is three digits.
 */
export const setLamp = (percent: number): Exchange<void> => ({
  name: `LIGHT,${percent}`,
  send: `LIGHT,${percent}${CR}VERSION${CR}`,
  reply: { kind: "lines", isLast: (line) => VERSION.test(line) },
  parse(reply) {
    const lines = reply.split("\n");
    for (const line of lines) refuseErrors(line);
    if (!VERSION.test(lines.at(-1) ?? "") || lines.slice(0, -1).some((line) => line !== "0")) throw new ReplyUnreadable("a version of three digits");
  },
});

/** `true` opens. */
export const setShutter = (id: number, isOpen: boolean): Exchange<number> => order(`8,${id},${isOpen ? 0 : 1}`);
export const shutterIsOpen = (id: number): Exchange<boolean> =>
  ask(`8,${id}`, (reply) => {
    if (reply !== "0" && reply !== "1") throw new ReplyUnreadable("0 or 1");
    return reply === "0";
  });

/** Ends a half-typed line, then brakes. */
export const STOP = `${CR}I${CR}`;
/** The same without braking: steps may be lost. */
export const EMERGENCY_STOP = `${CR}K${CR}`;
export const LAMP_OFF = `${CR}LIGHT,0${CR}`;
export const closeShutterBytes = (id: number): string => `${CR}8,${id},1${CR}`;

const VERSION = /^\d{3}$/u;
/** Name and version; two lines without an end mark. */
const DATE_LINE = /Prior Scientific/u;

export const rules: ConversationRules = {
  lineEnds: CR,
  answerTimeoutMs: 500,
  isUnasked: (line) => line === "R",
  resync: {
    clear: CR,
    quietMs: 30,
    sentinel: { name: "DATE", send: `DATE${CR}`, reply: { kind: "lines", isLast: (line) => /compiled/iu.test(line) }, parse: String, accepts: (line) => DATE_LINE.test(line) },
  },
};

/** Reads only: `?` lists what is fitted and ends with END. */
export const identify: Exchange<FoundController> = {
  name: "?",
  send: `?${CR}`,
  reply: { kind: "lines", isLast: (line, index) => line === "END" || (index === 0 && !/INFORMATION/u.test(line)) },
  timeoutMs: 1200,
  parse(reply) {
    const [head = "", ...lines] = reply.split("\n");
    refuseErrors(head);
    if (head !== "PROSCAN INFORMATION" || lines.at(-1) !== "END") throw new ReplyUnreadable("PROSCAN INFORMATION ... END");
    const stage = /^STAGE = (?<model>.+)$/mu.exec(reply)?.groups?.["model"];
    return { model: stage === undefined || stage === "NONE" ? "ProScan" : `ProScan with ${stage}` };
  },
};

function positive(reply: string): number {
  const value = numberOf(reply);
  if (value <= 0) throw new ReplyUnreadable("a resolution above 0");
  return value;
}
