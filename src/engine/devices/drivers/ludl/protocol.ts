/**
 * Ludl MAC 5000 and MAC 6000: what goes over the line, in both directions. Source: facts of the MAC 5000 interface as
 * Micro-Manager's Ludl adapter and python-microscope use it; listed in docs/devices/ludl.md. Two command sets exist: two
 * bytes select the one of text lines.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, NO_REPLY, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { lineExchange, numbersOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

const CR = "\r";

/** `:N -n` in words. */
const ERRORS: Readonly<Record<number, string>> = {
  1: "there is no such command", 2: "there is no such axis or module", 3: "a parameter is missing", 4: "a parameter is out of range", 21: "it was stopped by HALT",
  10: "the module loader failed", 11: "the module loader failed", 12: "the module loader failed", 16: "the module loader failed", 17: "the module loader failed",
};

export type AxisLetter = "X" | "Y" | "Z";

/** Selects text lines ("high" command set); nothing is answered. */
export const highCommandSet: Exchange<void> = { name: "high command set", send: "\xffA", reply: NO_REPLY, parse: () => undefined };

/** The text behind `:A`. @throws ReplyRefused for `:N -n`, ReplyUnreadable for anything else. */
function accepted(reply: string): string {
  const code = /^:N\s*-?(?<code>\d+)\s*$/u.exec(reply)?.groups?.["code"];
  if (code !== undefined) throw new ReplyRefused(ERRORS[Number(code)] ?? `error ${code}, not in the manual`);
  if (!/^:A(\s|$)/u.test(reply)) throw new ReplyUnreadable(":A");
  return reply.slice(2).trim();
}

function order(command: string): Exchange<void> {
  return lineExchange(command, CR, (reply) => {
    if (accepted(reply) !== "") throw new ReplyUnreadable(":A alone");
  });
}

/** In the controller's units. */
export const positionOf = (axes: readonly AxisLetter[]): Exchange<number[]> => lineExchange(`WHERE ${axes.join(" ")}`, CR, (reply) => numbersOf(accepted(reply), axes.length));

/** Absolute, in whole units. */
export const moveAxes = (targets: readonly { readonly axis: AxisLetter; readonly to: number }[]): Exchange<void> =>
  order(`MOVE ${targets.map(({ axis, to }) => `${axis}=${to}`).join(" ")}`);

/** One character without an end of line: true while one of the axes moves. */
export const isBusy = (axes: readonly AxisLetter[]): Exchange<boolean> => ({
  name: `STATUS ${axes.join(" ")}`,
  send: `STATUS ${axes.join(" ")}${CR}`,
  reply: { kind: "bytes", count: 1 },
  parse(reply) {
    if (reply !== "B" && reply !== "N") throw new ReplyUnreadable("B or N");
    return reply === "B";
  },
});

export const homeAxes = (axes: readonly AxisLetter[]): Exchange<void> => order(`HOME ${axes.join(" ")}`);
/** Calls the present place zero. */
export const setZero = (axes: readonly AxisLetter[]): Exchange<void> => order(`HERE ${axes.map((axis) => `${axis}=0`).join(" ")}`);

/** Filter and shutter modules sit at the addresses 17 to 21 and are called S1 to S5 in commands. */
const FIRST_SHUTTER_ADDRESS = 17;

/** @param module its number, 1 to 5, or its address */
function shutterModule(module: number): string {
  return `S${module >= FIRST_SHUTTER_ADDRESS ? module - FIRST_SHUTTER_ADDRESS + 1 : module}`;
}

/** A shutter of a module. Source: Micro-Manager's Ludl adapter, which numbers modules 1 to 5 and lists the controller's own table of addresses. */
export const setShutter = (module: number, shutter: number, isOpen: boolean): Exchange<void> => order(`${isOpen ? "OPEN" : "CLOSE"} ${shutterModule(module)} ${shutter}`);
export const closeShutterBytes = (module: number, shutter: number): string => `${CR}CLOSE ${shutterModule(module)} ${shutter}${CR}`;

export const STOP = `${CR}HALT${CR}`;
/** It has no harder stop over the line than HALT. */
export const EMERGENCY_STOP = STOP;

/** Firmware: a line of words, alone, before or behind `:A`. */
export const identify: Exchange<FoundController> = {
  name: "VER",
  send: `VER${CR}`,
  reply: { kind: "lines", isLast: (line) => line.startsWith(":") },
  parse(reply) {
    const lines = reply.split("\n");
    const behind = accepted(lines.at(-1) ?? "");
    const version = [...lines.slice(0, -1), behind].map((line) => line.trim()).find((line) => WORDS.test(line));
    if (version === undefined || !/ludl|lep|mac|ver/iu.test(version)) throw new ReplyUnreadable("a version and :A");
    return { model: "MAC 5000/6000", version };
  },
};

/** The same for a controller that may still be in its binary command set. */
export const identifyAnyhow: Exchange<FoundController> = { ...identify, send: `${highCommandSet.send}${identify.send}` };

/** No other answer has three letters in a row. */
const WORDS = /[A-Za-z]{3}/u;

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  resync: { clear: CR, quietMs: 40, sentinel: { ...identify, accepts: (line) => WORDS.test(line) } },
};
