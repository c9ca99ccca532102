/**
 * Applied Scientific Instrumentation MS-2000 and Tiger: what goes over the line, in both directions. Source: ASI's public
 * command reference (asiimaging.com/docs/products/serial_commands) and Micro-Manager's ASIStage and ASITiger; facts in
 * docs/devices/asi.md. Tiger finds the card of an axis by the axis letter, so moves look the same on both.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { lineExchange, numberOf, numbersOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

const CR = "\r";
/** Clears a half-typed line in the controller. */
const BACKSPACE = "\b";

/** `:N-n` in words. */
const ERRORS: Readonly<Record<number, string>> = {
  1: "there is no such command", 2: "there is no such axis", 3: "a parameter is missing", 4: "a parameter is out of range",
  5: "the operation failed", 6: "undefined error", 7: "there is no card of that address", 21: "it was stopped by HALT",
};

export type AxisLetter = "X" | "Y" | "Z";

/** The text behind `:A`. @throws ReplyRefused for `:N-n`, ReplyUnreadable for anything else. */
function accepted(reply: string): string {
  const code = /^:N\s*-?(?<code>\d+)\s*$/u.exec(reply)?.groups?.["code"];
  if (code !== undefined) throw new ReplyRefused(ERRORS[Number(code)] ?? `error ${code}, not in the manual`);
  if (!/^:A(\s|$)/u.test(reply)) throw new ReplyUnreadable(":A");
  return reply.slice(2).trim();
}

function ask<T>(command: string, parse: (text: string) => T): Exchange<T> {
  return lineExchange(command, CR, (reply) => parse(accepted(reply)));
}

function order(command: string): Exchange<void> {
  return ask(command, (text) => {
    if (text !== "") throw new ReplyUnreadable(":A alone");
  });
}

/** In tenths of a um. */
export const positionOf = (axes: readonly AxisLetter[]): Exchange<number[]> => ask(`W ${axes.join(" ")}`, (text) => numbersOf(text, axes.length));

/** Absolute, in tenths of a um. The controller answers at once. */
export const moveAxes = (targets: readonly { readonly axis: AxisLetter; readonly to: number }[]): Exchange<void> =>
  order(`M ${targets.map(({ axis, to }) => `${axis}=${to}`).join(" ")}`);

/** MS-2000: true while any axis moves. */
export const anyBusy: Exchange<boolean> = lineExchange("/", CR, (reply) => busyOf(reply.trim()));

/** Tiger, firmware 2.7 and later: true while this axis moves. */
export const axisBusy = (axis: AxisLetter): Exchange<boolean> => ask(`RS ${axis}?`, busyOf);

/** Towards the switches, or the place set by HM. */
export const homeAxes = (axes: readonly AxisLetter[]): Exchange<void> => order(`! ${axes.join(" ")}`);

/** Calls the present place zero. */
export const setZero = (axes: readonly AxisLetter[]): Exchange<void> => order(`H ${axes.map((axis) => `${axis}=0`).join(" ")}`);

/** 0 to 100 %, whole. */
export const setLamp = (percent: number): Exchange<void> => order(`LED X=${percent}`);
export const lampLevel: Exchange<number> = ask("LED X?", (text) => numberOf(text.replace(/^X=/u, "")));

/** A place of the motorised nosepiece or turret, from 1. The controller answers at once. */
export const turnTo = (place: number): Exchange<void> => order(`MTUR X=${place}`);
export const turretPlace: Exchange<number> = ask("MTUR X?", (text) => {
  const place = numberOf(text.replace(/^X=/u, ""));
  if (!Number.isInteger(place) || place < 0) throw new ReplyUnreadable("a place");
  return place;
});
/** Bit 0 of the turret axis' status: it is under way. */
export const turretBusy: Exchange<boolean> = ask("RS F", (text) => {
  const status = numberOf(text);
  if (!Number.isInteger(status) || status < 0 || status > 255) throw new ReplyUnreadable("a status byte");
  return (status & 1) === 1;
});

export const STOP = `${BACKSPACE}HALT${CR}`;
export const EMERGENCY_STOP = `${BACKSPACE}\\${CR}`;
export const LAMP_OFF = `${BACKSPACE}LED X=0${CR}`;

const VERSION = /^:A\s+Version/iu;

/** Reads only. */
export const identify: Exchange<FoundController> = {
  ...ask("V", (text): FoundController => {
    const version = /^version:?\s*(?<version>.+)$/iu.exec(text)?.groups?.["version"];
    if (version === undefined) throw new ReplyUnreadable(":A Version");
    return { model: /tiger|comm/iu.test(version) ? "Tiger" : "MS-2000", version };
  }),
};

export const rules: ConversationRules = {
  // Very old units put ETX behind the end of line.
  lineEnds: "\r\n\x03",
  answerTimeoutMs: 500,
  resync: { clear: BACKSPACE, quietMs: 30, sentinel: { ...identify, accepts: (line) => VERSION.test(line) } },
};

function busyOf(text: string): boolean {
  if (text !== "B" && text !== "N") throw new ReplyUnreadable("B or N");
  return text === "B";
}
