/**
 * Maerzhaeuser TANGO and controllers of the LStep kind: what goes over the line, in both directions. Source: facts of the
 * TANGO command set as Micro-Manager's Marzhauser adapter uses it; listed in docs/devices/tango.md. `!name` writes and, with
 * autostatus off, is not answered; `?name` reads. So an order is sent with `?err` behind it: its answer says whether it was taken.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, NO_REPLY, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { lineExchange, numberOf, numbersOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

const CR = "\r";

export type AxisLetter = "x" | "y" | "z";

/** `!...` and the question whether it was taken. */
function order(...commands: string[]): Exchange<void> {
  return {
    name: commands.join(" "),
    send: [...commands, "?err"].map((command) => `${command}${CR}`).join(""),
    reply: { kind: "line" },
    parse(reply) {
      const code = numberOf(reply.trim());
      if (!Number.isInteger(code)) throw new ReplyUnreadable("an error code");
      if (code !== 0) throw new ReplyRefused(`error ${code}: see the controller's manual`);
    },
  };
}

/** No replies that nobody asked for. Not answered itself. */
export const quiet: Exchange<void> = { name: "!autostatus 0", send: `${CR}!autostatus 0${CR}`, reply: NO_REPLY, parse: () => undefined };

/** Positions in um (1) on these axes. */
export const countInUm = (axes: readonly AxisLetter[]): Exchange<void> => order(...axes.map((axis) => `!dim ${axis} 1`));

/** um, of one axis. */
export const positionOf = (axis: AxisLetter): Exchange<number> => lineExchange(`?pos ${axis}`, CR, (reply) => numberOf(reply.trim()));
/** um, of all axes the controller has: as many numbers as axes. */
export const allPositions = (axes: number): Exchange<number[]> => lineExchange("?pos", CR, (reply) => numbersOf(reply, axes));
/** How many axes `?pos` tells of. */
export const axisCount: Exchange<number> = lineExchange("?pos", CR, (reply) => {
  const count = reply.trim().split(/\s+/u).length;
  numbersOf(reply, count);
  return count;
});

/** A character per axis in the order x, y, z, a: M moves. */
export const axisStates: Exchange<string> = lineExchange("?statusaxis", CR, (reply) => {
  const states = reply.trim();
  if (!/^[@A-Z.-]{2,8}$/u.test(states)) throw new ReplyUnreadable("a state per axis");
  return states;
});

/** x and y together, absolute, um. */
export const moveStage = (x: number, y: number): Exchange<void> => order(`!moa ${x} ${y}`);
/** One axis, absolute, um. */
export const moveAxis = (axis: AxisLetter, to: number): Exchange<void> => order(`!moa ${axis} ${to}`);

/** Runs to the lower switches, which become zero. */
export const calibrate = (axes: readonly AxisLetter[]): Exchange<void> => order(...axes.map((axis) => `!cal ${axis}`));

export const setShutter = (isOpen: boolean): Exchange<void> => order(`!shutter ${isOpen ? 1 : 0}`);
export const shutterIsOpen: Exchange<boolean> = lineExchange("?shutter", CR, (reply) => {
  const state = reply.trim();
  if (state !== "0" && state !== "1") throw new ReplyUnreadable("0 or 1");
  return state === "1";
});
export const CLOSE_SHUTTER = `${CR}!shutter 0${CR}`;

/** An analogue output that dims a lamp, whole %. */
export const setAnalogue = (channel: number, percent: number): Exchange<void> => order(`!anaout ${channel} ${percent}`);
export const analogueOff = (channel: number): string => `${CR}!anaout ${channel} 0${CR}`;

export const stopOf = (axes: readonly AxisLetter[]): string => `${CR}${axes.map((axis) => `a ${axis}${CR}`).join("")}`;
export const EMERGENCY_STOP = stopOf(["x", "y", "z"]);

/** Reads only. */
export const identify: Exchange<FoundController> = lineExchange("?version", CR, (reply) => {
  if (!/tango/iu.test(reply)) throw new ReplyUnreadable("a version with TANGO in it");
  return { model: "TANGO", version: reply.trim() };
});

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  resync: { clear: CR, quietMs: 20, sentinel: { ...identify, accepts: (line) => /tango/iu.test(line) } },
};
