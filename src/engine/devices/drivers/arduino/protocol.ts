/**
 * Arduino with Micro-Manager's firmware (the sketch AOTFcontroller, used in many home-built lights): what goes over the line, in both
 * directions. Source: the sketch's description of its own interface; facts in docs/devices/arduino.md. Commands and answers are
 * bytes without ends of line, but for the identification.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ONE_LINE, ReplyUnreadable } from "../../transports/exchange.ts";
import type { FoundController } from "../kit/serial-controller.ts";

/** The pins of a pattern: bit 0 is pin 8. */
export const FIRST_PIN = 8;
export const LAST_PIN = 13;
const ALL_PINS = 0b11_1111;

/** Full scale of an analogue output. */
export const DAC_MAX = 4095;

function byte(value: number): string {
  return String.fromCharCode(value);
}

function checkedPattern(pattern: number): number {
  if (!Number.isInteger(pattern) || pattern < 0 || pattern > ALL_PINS) throw new RangeError(`${pattern} is no pattern of six pins`);
  return pattern;
}

/** Which pins are high. */
export const setPattern = (pattern: number): Exchange<void> => ({
  name: `pattern ${pattern}`, send: `\x01${byte(checkedPattern(pattern))}`, reply: { kind: "bytes", count: 1 },
  parse(reply) {
    if (reply !== "\x01") throw new ReplyUnreadable("1");
  },
});
export const pattern: Exchange<number> = {
  name: "read pattern", send: "\x02", reply: { kind: "bytes", count: 2 },
  parse(reply) {
    if (reply.charAt(0) !== "\x02" || reply.length !== 2) throw new ReplyUnreadable("2 and a pattern");
    // The two bits above the six pins are the crystal's.
    return reply.charCodeAt(1) & ALL_PINS;
  },
};

/** An analogue output, 0 to {@link DAC_MAX}. It cannot be read back. */
export const setAnalogue = (channel: number, value: number): Exchange<void> => {
  const command = `\x03${byte(channel)}${byte(value >> 8)}${byte(value & 0xff)}`;
  return {
    name: `analogue ${channel} ${value}`, send: command, reply: { kind: "bytes", count: 4 },
    parse(reply) {
      if (reply !== command) throw new ReplyUnreadable("the command repeated");
    },
  };
};

/** Bytes that do nothing, as many as the longest command takes: they end one that was cut off. */
const CLEAR = "\0\0\0";

/** Twice: had the first been eaten by half a command, the second one is not. */
export const patternBytes = (lit: number): string => `${CLEAR}\x01${byte(checkedPattern(lit))}\x01${byte(checkedPattern(lit))}`;

const NAME = /MM-Ard/u;

/** Reads only. */
export const identify: Exchange<FoundController> = {
  name: "identification", send: "\x1e", reply: ONE_LINE,
  parse(reply) {
    if (!/^MM-Ard[\w-]*$/u.test(reply)) throw new ReplyUnreadable("MM-Ard");
    return { model: reply };
  },
};

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 300,
  resync: { clear: CLEAR, quietMs: 20, sentinel: { ...identify, accepts: (line) => NAME.test(line) } },
};
