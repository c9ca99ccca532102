/**
 * Zaber ASCII protocol: what goes over the line, in both directions. Source: Zaber's ASCII protocol manual and Micro-Manager's
 * and python-microscope's Zaber adapters (facts only); listed in docs/devices/zaber.md. Each command carries a message number
 * that its reply repeats: a late reply is known by it.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ONE_LINE, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { numberOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

/** A motor: the device's number in the chain, and its axis (1 where it has one). */
export interface ZaberAxis {
  readonly device: number;
  readonly axis: number;
}

/** Reasons of `RJ` in words. */
const REASONS: Readonly<Record<string, string>> = {
  AGAIN: "not now, ask again", BADAXIS: "there is no such axis", BADCOMMAND: "there is no such command", BADDATA: "a value is out of range",
  BADMESSAGEID: "the message number is wrong", DEVICEONLY: "this command is for the whole device", FULL: "its memory is full",
  LOCKSTEP: "the axis is locked to another one", NOACCESS: "this needs a higher access level", PARKED: "the axis is parked", STATUSBUSY: "not while it moves",
};

interface Reply {
  readonly isBusy: boolean;
  /** False where the warning WR says so; another warning before it hides it. */
  readonly hasReference: boolean;
  readonly data: string;
}

const REPLY = /^@(?<device>\d\d) (?<axis>\d) (?:(?<number>\d\d) )?(?<verdict>OK|RJ) (?<state>BUSY|IDLE) (?<flag>--|[A-Z]{2}) (?<data>.*)$/u;

/** The reply without its checksum. @throws ReplyUnreadable when a checksum is there and wrong. */
function checked(line: string): string {
  const { body, sum } = /^(?<body>@.*):(?<sum>[0-9A-F]{2})$/u.exec(line)?.groups ?? {};
  if (body === undefined || sum === undefined) return line;
  let total = 0;
  for (const character of body.slice(1)) total += character.charCodeAt(0);
  if (((-total) & 0xff) !== Number.parseInt(sum, 16)) throw new ReplyUnreadable("a right checksum");
  return body;
}

/** @throws ReplyRefused for `RJ`, ReplyUnreadable for anything that is no reply of this axis. */
function replyOf(line: string, { device, axis }: ZaberAxis): Reply {
  const groups = REPLY.exec(checked(line))?.groups;
  if (groups === undefined || Number(groups["device"]) !== device || Number(groups["axis"]) !== axis) throw new ReplyUnreadable(`a reply of device ${device}, axis ${axis}`);
  const data = groups["data"] ?? "";
  if (groups["verdict"] === "RJ") throw new ReplyRefused(REASONS[data] ?? `rejected: ${data}`);
  return { isBusy: groups["state"] === "BUSY", hasReference: groups["flag"] !== "WR", data };
}

/** Commands of one conversation: the message numbers run from 0 to 99 and round again. */
export class ZaberCommands {
  #number = 0;

  /** True while the axis moves: the empty command answers with the state alone. */
  readonly isBusy = (axis: ZaberAxis): Exchange<boolean> => this.#command(axis, "", ({ isBusy }) => isBusy);
  /** Microsteps, and whether they are counted from the reference. */
  readonly position = (axis: ZaberAxis): Exchange<{ readonly microsteps: number; readonly hasReference: boolean }> =>
    this.#command(axis, "get pos", ({ data, hasReference }) => ({ microsteps: wholeNumber(data), hasReference }));
  /** Absolute, in whole microsteps. */
  readonly moveTo = (axis: ZaberAxis, target: number): Exchange<void> => this.#command(axis, `move abs ${target}`, () => undefined);
  readonly home = (axis: ZaberAxis): Exchange<void> => this.#command(axis, "home", () => undefined);
  /** True once it has found its reference since it was switched on: without it positions mean nothing. */
  readonly isReferenced = (axis: ZaberAxis): Exchange<boolean> => this.#command(axis, "get limit.home.triggered", ({ data }) => wholeNumber(data) === 1);

  /** 0 between two places. */
  readonly place = (axis: ZaberAxis): Exchange<number> => this.#command(axis, "get motion.index.num", ({ data }) => wholeNumber(data));
  readonly turnTo = (axis: ZaberAxis, place: number): Exchange<void> => this.#command(axis, `move index ${place}`, () => undefined);

  /** True while the lamp is lit (state 2). */
  readonly isLit = (axis: ZaberAxis): Exchange<boolean> => this.#command(axis, "get lamp.status", ({ data }) => wholeNumber(data) === 2);
  /** W, and the most it can give. */
  readonly flux = (axis: ZaberAxis): Exchange<number> => this.#command(axis, "get lamp.flux", ({ data }) => notNegative(data));
  readonly maxFlux = (axis: ZaberAxis): Exchange<number> => this.#command(axis, "get lamp.flux.max", ({ data }) => notNegative(data));
  readonly setFlux = (axis: ZaberAxis, watts: number): Exchange<void> => this.#command(axis, `set lamp.flux ${watts.toFixed(3)}`, () => undefined);
  readonly setLit = (axis: ZaberAxis, isOn: boolean): Exchange<void> => this.#command(axis, isOn ? "lamp on" : "lamp off", () => undefined);

  #command<T>(axis: ZaberAxis, command: string, parse: (reply: Reply) => T): Exchange<T> {
    const number = String(this.#number).padStart(2, "0");
    this.#number = (this.#number + 1) % 100;
    const text = `/${axis.device} ${axis.axis} ${number} ${command}`.trimEnd();
    return {
      name: text, send: `${text}\n`, reply: ONE_LINE,
      accepts: (line) => !line.startsWith("@") || REPLY.exec(line)?.groups?.["number"] === number,
      parse: (line) => parse(replyOf(line, axis)),
    };
  }
}

/** The line feed in front ends a half-typed line. */
export const stopOf = (axes: readonly ZaberAxis[]): string => `\n${axes.map(({ device, axis }) => `/${device} ${axis} stop\n`).join("")}`;
export const lampOff = ({ device, axis }: ZaberAxis): string => `\n/${device} ${axis} lamp off\n`;
/** All axes of all devices, without braking. */
export const EMERGENCY_STOP = "\n/estop\n";

/** Reads only. */
export const identify: Exchange<FoundController> = {
  name: "/1 get deviceid",
  send: "\n/1 get deviceid\n",
  reply: ONE_LINE,
  parse(line) {
    const { data } = replyOf(line, { device: 1, axis: 0 });
    return { model: `Zaber device ${wholeNumber(data)}` };
  },
};

/** Alerts (!) and information (#) come when they like. */
export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  isUnasked: (line) => /^[!#]/u.test(line),
  resync: { clear: "\n", quietMs: 20 },
};

function wholeNumber(text: string): number {
  const value = numberOf(text);
  if (!Number.isInteger(value)) throw new ReplyUnreadable("a whole number");
  return value;
}

function notNegative(text: string): number {
  const value = numberOf(text);
  if (value < 0) throw new ReplyUnreadable("a number from 0");
  return value;
}
