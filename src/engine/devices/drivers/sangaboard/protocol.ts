/**
 * OpenFlexure Sangaboard, firmware 0.5 and later: what goes over the line, in both directions. Source: the firmware's command
 * list (gitlab.com/bath_open_instrumentation_group/sangaboard) as the OpenFlexure software and Micro-Manager's adapter use it;
 * facts in docs/devices/sangaboard.md. Moves are relative and, with blocking moves off, answered at once.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { lineExchange, numberOf, numbersOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

/** Steps of x, y, z. */
export type Steps = readonly [x: number, y: number, z: number];

const UNKNOWN = /Type 'help'|Invalid command|Bad command/u;

function ask<T>(command: string, parse: (reply: string) => T): Exchange<T> {
  return lineExchange(command, "\n", (reply) => {
    const line = reply.trim();
    if (UNKNOWN.test(line)) throw new ReplyRefused("there is no such command in this firmware: 0.5 or later is needed");
    return parse(line);
  });
}

/** Off: moves are answered when they begin, and a stop is heard on the way. Its answer differs between versions; `movesBlock` tells. */
export const doNotBlock: Exchange<void> = ask("blocking_moves false", () => undefined);
export const movesBlock: Exchange<boolean> = ask("blocking_moves ?", (reply) => {
  const said = /\b(?<state>true|false)\b/iu.exec(reply)?.groups?.["state"]?.toLowerCase();
  if (said === undefined) throw new ReplyUnreadable("true or false");
  return said === "true";
});

/** Steps from its zero, which it keeps over power cycles. */
export const position: Exchange<Steps> = ask("p?", (reply) => {
  const [x, y, z] = numbersOf(reply, 3).map(wholeNumber);
  if (x === undefined || y === undefined || z === undefined) throw new ReplyUnreadable("3 numbers");
  return [x, y, z];
});

/** True while any motor turns. */
export const isMoving: Exchange<boolean> = ask("moving?", (reply) => {
  if (reply !== "true" && reply !== "false") throw new ReplyUnreadable("true or false");
  return reply === "true";
});

/** Relative, in whole steps. */
export const moveBy = ([x, y, z]: Steps): Exchange<void> => ask(`mr ${x} ${y} ${z}`, (reply) => {
  if (reply !== "done." && reply !== "done") throw new ReplyUnreadable("done.");
});

/** The constant-current LED, %. */
export const lampLevel: Exchange<number> = ask("led_cc?", percentOf);
export const setLamp = (percent: number): Exchange<number> => ask(`led_cc ${(percent / 100).toFixed(2)}`, percentOf);

/** The line feed ends a half-typed line. Everything stops. */
export const STOP = "\nstop\n";
export const LAMP_OFF = "\nled_cc 0\n";

const VERSION = /Sangaboard/u;

/** Reads only. */
export const identify: Exchange<FoundController> = {
  ...ask("version", (reply): FoundController => {
    const version = /Sangaboard Firmware v?(?<version>\d+\.\d+\S*)/u.exec(reply)?.groups?.["version"];
    if (version === undefined) throw new ReplyUnreadable("Sangaboard Firmware and a version");
    return { model: "Sangaboard", version };
  }),
  send: "\nversion\n",
};

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  isUnasked: (line) => /^(stopped|Endstop hit)/u.test(line),
  resync: { clear: "\n", quietMs: 20, sentinel: { ...identify, send: "version\n", accepts: (line) => VERSION.test(line) } },
};

function percentOf(reply: string): number {
  const share = numberOf(/^CC LED: ?(?<share>\S+)$/u.exec(reply)?.groups?.["share"] ?? "");
  if (share < 0 || share > 1) throw new ReplyUnreadable("a share from 0 to 1");
  return share * 100;
}

function wholeNumber(value: number): number {
  if (!Number.isInteger(value)) throw new ReplyUnreadable("whole steps");
  return value;
}
