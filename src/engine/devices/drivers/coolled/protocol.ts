/**
 * CoolLED pE-300 and pE-4000: what goes over the line, in both directions. Source: CoolLED's description of the serial
 * interface as Micro-Manager's adapters and python-microscope use it; facts in docs/devices/coolled.md. What an order is
 * answered with differs between models; so each is sent with the status question behind it, and the status tells whether it was taken.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ONE_LINE, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import type { FoundController } from "../kit/serial-controller.ts";

export const CHANNELS = ["A", "B", "C", "D", "E", "F", "G", "H"] as const;
export type ChannelLetter = (typeof CHANNELS)[number];

export interface ChannelState {
  readonly isSelected: boolean;
  readonly isOn: boolean;
  /** %, whole. */
  readonly intensity: number;
}
export type CoolledState = ReadonlyMap<ChannelLetter, ChannelState>;

const STATUS = /^CSS(?:[A-H][SX][NF]\d{3})+$/u;

/** @throws ReplyUnreadable unless it is a status of channels in order, each once, none above 100 %. */
function stateOf(line: string): CoolledState {
  if (!STATUS.test(line)) throw new ReplyUnreadable("CSS and the channels");
  const state = new Map<ChannelLetter, ChannelState>();
  for (const [, letter, selected, on, digits] of line.matchAll(/([A-H])([SX])([NF])(\d{3})/gu)) {
    const channel = CHANNELS[state.size];
    const intensity = Number(digits);
    if (channel === undefined || letter !== channel || intensity > 100) throw new ReplyUnreadable("channels in order, 0 to 100 % each");
    state.set(channel, { isSelected: selected === "S", isOn: on === "N", intensity });
  }
  return state;
}

/** The light that comes out, %: what is selected and on. */
export function litPercent(state: CoolledState, channel: ChannelLetter): number {
  const found = state.get(channel);
  if (found === undefined) throw new ReplyRefused(`it has no channel ${channel}`);
  return found.isSelected && found.isOn ? found.intensity : 0;
}

/** Orders, then the status; every line of it begins with C. */
function order(commands: readonly string[], isTaken: (state: CoolledState) => boolean): Exchange<CoolledState> {
  return {
    name: commands.join(" "),
    send: [...commands, "CSS?"].map((command) => `${command}\n`).join(""),
    reply: { kind: "lines", isLast: (line) => STATUS.test(line) },
    parse(reply) {
      const lines = reply.split("\n");
      const state = stateOf(lines.at(-1) ?? "");
      if (!isTaken(state)) throw new ReplyRefused("it did not take it: is its control pod locked on another setting?");
      return state;
    },
  };
}

export const state: Exchange<CoolledState> = { name: "CSS?", send: "CSS?\n", reply: ONE_LINE, parse: stateOf };

/** Everything out: deselected, so that a trigger cannot light it either. */
export const allOff = (channels: readonly ChannelLetter[]): Exchange<CoolledState> =>
  order(["CSF", ...channels.map((channel) => `C${channel}X`)], (now) => channels.every((channel) => litPercent(now, channel) === 0));

/** Whole %, from 1. Channels that are to stay dark are deselected: `CSN` lights all that are selected. */
export const light = (channel: ChannelLetter, percent: number): Exchange<CoolledState> =>
  order([`C${channel}I${String(percent).padStart(3, "0")}`, `C${channel}S`, "CSN"], (now) => litPercent(now, channel) === percent);

export const darken = (channel: ChannelLetter): Exchange<CoolledState> => order([`C${channel}X`], (now) => litPercent(now, channel) === 0);

/** The line feed ends a half-typed line. */
export const offBytes = (channel: ChannelLetter): string => `\nC${channel}X\n`;

const MODEL = /pE-/iu;

/** "pE-300 white" or the like. */
export const model: Exchange<string> = {
  name: "XMODEL", send: "XMODEL\n", reply: ONE_LINE,
  parse(reply) {
    if (!MODEL.test(reply)) throw new ReplyUnreadable("a model with pE- in it");
    return reply.replace(/^XMODEL\s*=?\s*/u, "").trim();
  },
};

/** Reads only. No other family's order begins with CSS; XMODEL would be taken for a move by a Marlin in motion mode. */
export const identify: Exchange<FoundController> = {
  ...state,
  send: "\nCSS?\n",
  accepts: (line) => line.startsWith("C"),
  parse(reply) {
    const channels = [...stateOf(reply).keys()];
    return { model: `pE with ${channels.length} channels`, options: { channels } };
  },
};

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 300,
  resync: { clear: "\n", quietMs: 20, sentinel: { ...model, accepts: (line) => MODEL.test(line) } },
};
