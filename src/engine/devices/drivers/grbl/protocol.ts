/**
 * GRBL 1.1: what goes over the line, in both directions. Source: the Grbl 1.1 documentation (gnea/grbl, doc/markdown:
 * interface, jogging, commands); facts listed in docs/devices/grbl.md. Moves are jogs (`$J=`): they alone can be canceled without
 * losing the position, and what lies beyond the travel is refused before anything moves.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ONE_LINE, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { numbersOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

/** `error:n` in words: those that a jog or homing can meet; the rest stands in Grbl's list. */
const ERRORS: Readonly<Record<number, string>> = {
  2: "a number could not be read", 3: "there is no such $ command", 5: "homing is switched off ($22)", 8: "it is not idle", 9: "it is locked: home it, or unlock it with $X when it surely is where it says",
  10: "soft limits need homing", 11: "the line was too long", 13: "its door is open", 15: "that is beyond its travel ($130 to $132)", 16: "the jog could not be read", 22: "the feed rate is missing",
};

/** The part before a colon is the state: "Hold:1" is "Hold". */
const STATES = ["Idle", "Run", "Hold", "Jog", "Alarm", "Door", "Check", "Home", "Sleep"] as const;

export interface GrblReport {
  readonly state: (typeof STATES)[number];
  /** Machine position, mm. */
  readonly machineMm: readonly number[];
}

/** One byte, answered at once, whatever else is going on. Machine positions: `$10` must have bit 0 set, as it comes. */
export const report: Exchange<GrblReport> = {
  name: "?",
  send: "?",
  reply: ONE_LINE,
  // An "ok" owed for something else is no report.
  accepts: (line) => line.startsWith("<"),
  parse(line) {
    const { state, position } = /^<(?<state>[A-Z][a-z]+)(?::\d)?\|MPos:(?<position>[^|>]+)[^<>]*>$/u.exec(line)?.groups ?? {};
    const known = STATES.find((each) => each === state);
    if (known === undefined || position === undefined) throw new ReplyUnreadable("<State|MPos:x,y,z...>");
    return { state: known, machineMm: numbersOf(position, 3) };
  },
};

function order(line: string, timeoutMs?: number): Exchange<void> {
  return {
    name: line, send: `${line}\n`, reply: ONE_LINE,
    parse(reply) {
      const code = /^error:(?<code>\d+)$/u.exec(reply)?.groups?.["code"];
      if (code !== undefined) throw new ReplyRefused(ERRORS[Number(code)] ?? `error ${code} of Grbl's list`);
      if (reply !== "ok") throw new ReplyUnreadable("ok");
    },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** Absolute, in machine coordinates, mm; feed in mm/min. */
export const jogTo = (words: readonly { readonly axis: "X" | "Y" | "Z"; readonly mm: number }[], feed: number): Exchange<void> =>
  order(`$J=G53 G90 G21 ${words.map(({ axis, mm }) => `${axis}${mm.toFixed(4)}`).join(" ")} F${feed.toFixed(0)}`);

/** Answers when homing is done; nothing else is answered meanwhile. */
export const home: Exchange<void> = order("$H", 110_000);

/** Jog cancel: brakes and keeps the position. */
export const STOP = "\x85";
/** Soft reset: stops at once; homing is needed afterwards when it was moving. */
export const EMERGENCY_STOP = "\x18";

const LOSSES: Readonly<Record<string, string>> = { "ALARM:1": "it has hit a limit switch", "ALARM:3": "it was reset while it moved" };
const MODES = /^\[GC:/u;

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  isUnasked: (line) => /^(\[MSG:|ALARM:|Grbl )/u.test(line),
  // Its greeting comes with every start and every reset, and its list says of the alarms 1 and 3 that the position is lost.
  whyDisplaced: (line) => (line.startsWith("Grbl ") ? "it was restarted or reset" : LOSSES[line]),
  resync: {
    clear: "\n", quietMs: 20,
    // Allowed in every state, also while locked.
    sentinel: { name: "$G", send: "$G\n", reply: { kind: "lines", isLast: (line) => line === "ok" }, parse: String, accepts: (line) => MODES.test(line) },
  },
};

/** Build info: reads only. */
export const identify: Exchange<FoundController> = {
  name: "$I",
  send: "\n$I\n",
  // The empty line in front is answered too.
  reply: { kind: "lines", isLast: (line, index) => (line === "ok" && index > 0) || line.startsWith("error") },
  parse(reply) {
    const version = /^\[VER:(?<version>[^:\]]+)/mu.exec(reply)?.groups?.["version"];
    if (version === undefined) throw new ReplyUnreadable("[VER:...]");
    return { model: "GRBL", version };
  },
};
