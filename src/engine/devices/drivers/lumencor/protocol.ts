/**
 * Lumencor light engines with the standard command interface (SPECTRA III and X of the third generation, AURA III, CELESTA): what goes
 * over the line, in both directions. Source: Lumencor's command reference as Micro-Manager's LumencorSpectra adapter uses it;
 * facts in docs/devices/lumencor.md. Answers are `A command values` or `E command reason`. The binary interface of older engines
 * answers nothing, so that nothing it does could be made sure of: it is not supported.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { lineExchange } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

/** What stands behind `A word`. @throws ReplyRefused for `E`, ReplyUnreadable for an answer to something else. */
function valuesOf(reply: string, word: string): string[] {
  const [verdict = "", about = "", ...values] = reply.trim().split(/\s+/u);
  if (verdict === "E") throw new ReplyRefused(`it says "${[about, ...values].join(" ")}"`);
  if (verdict !== "A" || about !== word) throw new ReplyUnreadable(`A ${word}`);
  return values;
}

/** A value of one channel; the channel's number stands in front of it, or does not. */
function valueOfChannel(reply: string, word: string, channel: number): number {
  const values = valuesOf(reply, word);
  if (values.length === 2 && values[0] === String(channel)) values.shift();
  const [value = ""] = values;
  if (values.length !== 1 || !/^\d{1,6}$/u.test(value)) throw new ReplyUnreadable(`one number for channel ${channel}`);
  return Number(value);
}

function set(word: string, channel: number, value: number): Exchange<void> {
  return lineExchange(`SET ${word} ${channel} ${value}`, "\n", (reply) => {
    const values = valuesOf(reply, word);
    const expected = [String(channel), String(value)];
    // Some repeat what was set, some do not; anything else answers another command.
    if (values.length > 0 && values.join(" ") !== expected.join(" ") && values.join(" ") !== String(value)) throw new ReplyUnreadable(`A ${word} ${expected.join(" ")}`);
  });
}

/** The channels' names, in the order of their numbers. */
export const channelMap: Exchange<string[]> = lineExchange("GET CHMAP", "\n", channelsOf);

export const isLit = (channel: number): Exchange<boolean> => lineExchange(`GET CH ${channel}`, "\n", (reply) => {
  const value = valueOfChannel(reply, "CH", channel);
  if (value > 1) throw new ReplyUnreadable("0 or 1");
  return value === 1;
});
export const setLit = (channel: number, isOn: boolean): Exchange<void> => set("CH", channel, isOn ? 1 : 0);

/** From 0 to the channel's full scale. */
export const intensity = (channel: number): Exchange<number> => lineExchange(`GET CHINT ${channel}`, "\n", (reply) => valueOfChannel(reply, "CHINT", channel));
export const setIntensity = (channel: number, value: number): Exchange<void> => set("CHINT", channel, value);

/** Full scale of a channel; engines with one scale for all refuse the number behind it. */
export const fullScale = (channel: number): Exchange<number> => lineExchange(`GET MAXINT ${channel}`, "\n", (reply) => positive(valueOfChannel(reply, "MAXINT", channel)));
export const commonFullScale: Exchange<number> = lineExchange("GET MAXINT", "\n", (reply) => positive(valueOfChannel(reply, "MAXINT", 0)));

/** The line feed ends a half-typed line. */
export const offBytes = (channel: number): string => `\nSET CH ${channel} 0\n`;

const MODEL = /^A MODEL\b/u;
export const model: Exchange<string> = lineExchange("GET MODEL", "\n", (reply) => valuesOf(reply, "MODEL").join(" "));

/** Reads only. The first answer after power-up is an error, whatever was asked: an empty line takes it. */
export const identify: Exchange<FoundController> = {
  name: "GET CHMAP",
  send: "\nGET CHMAP\n",
  reply: { kind: "lines", isLast: (line, index) => line.startsWith("A CHMAP") || index > 0 },
  parse(reply) {
    const channels = channelsOf(reply.split("\n").at(-1) ?? "");
    return { model: `light engine with ${channels.length} channels`, options: { channels } };
  },
};

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 300,
  resync: { clear: "\n", quietMs: 20, sentinel: { ...model, accepts: (line) => MODEL.test(line) } },
};

function channelsOf(reply: string): string[] {
  const channels = valuesOf(reply, "CHMAP");
  if (channels.length === 0 || channels.some((name) => !/^[A-Z0-9_-]+$/iu.test(name))) throw new ReplyUnreadable("names of channels");
  return channels;
}

function positive(value: number): number {
  if (value <= 0) throw new ReplyUnreadable("a full scale above 0");
  return value;
}
