/**
 * Marlin 2 on a motion board: what goes over the line, in both directions. Source: Marlin's G-code documentation
 * (marlinfw.org/docs/gcode) and, for what it leaves open, the firmware's sources; facts in docs/devices/marlin.md. Everything is
 * answered by `ok`, in order; lines before it belong to it. M410 alone is obeyed at once, and only where the firmware was
 * built with EMERGENCY_PARSER.
 */
import type { ConversationRules } from "../../transports/conversation-rules.ts";
import { type Exchange, ReplyRefused, ReplyUnreadable } from "../../transports/exchange.ts";
import { numberOf } from "../kit/replies.ts";
import type { FoundController } from "../kit/serial-controller.ts";

export type AxisLetter = "X" | "Y" | "Z";
export type PerAxis = Readonly<Record<AxisLetter, number>>;

/** Where the motors are. */
export interface MarlinPosition {
  /** Steps since zero. */
  readonly steps: PerAxis;
  /** What the firmware calls this place, mm, with two decimals. */
  readonly mm: PerAxis;
}

/** What M115 tells. */
export interface MarlinBuild {
  readonly version: string;
  /** A stop is obeyed while a move is under way. */
  readonly hasEmergencyParser: boolean;
}

/** `ok`, also with the counters of ADVANCED_OK. */
const OK = /^ok( [NPB]\d+)*$/u;

/** The lines before `ok`. @throws ReplyRefused for an error or an unknown command. */
function beforeOk(reply: string): string[] {
  const lines = reply.split("\n");
  for (const line of lines) {
    if (/^Error:/u.test(line)) throw new ReplyRefused(line.slice("Error:".length).trim());
    if (/^Resend:/u.test(line)) throw new ReplyRefused("it wants the line again: it was garbled on the way");
    if (/^echo:Unknown command/u.test(line)) throw new ReplyRefused("there is no such command in this firmware");
  }
  if (!OK.test(lines.at(-1) ?? "")) throw new ReplyUnreadable("ok");
  return lines.slice(0, -1);
}

function ask<T>(command: string, parse: (lines: readonly string[]) => T, timeoutMs?: number): Exchange<T> {
  return {
    name: command, send: `${command}\n`,
    reply: { kind: "lines", isLast: (line) => OK.test(line) || /^(Error|Resend):/u.test(line) },
    parse: (reply) => parse(beforeOk(reply)),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function order(command: string, timeoutMs?: number): Exchange<void> {
  return ask(command, (lines) => {
    if (lines.length > 0) throw new ReplyUnreadable("ok alone");
  }, timeoutMs);
}

function only(lines: readonly string[], pattern: RegExp, expected: string): Readonly<Record<string, string>> {
  const groups = lines.length === 1 ? pattern.exec(lines[0] ?? "")?.groups : undefined;
  if (groups === undefined) throw new ReplyUnreadable(expected);
  return groups;
}

const POSITION = /^X:(?<x>\S+) Y:(?<y>\S+) Z:(?<z>\S+)(?: E:\S+)? Count X: ?(?<countX>-?\d+) Y: ?(?<countY>-?\d+) Z: ?(?<countZ>-?\d+)$/u;

/** With M114_REALTIME where the motors are now; without it where the last move ends. */
export const position: Exchange<MarlinPosition> = ask("M114 R", (lines) => {
  const { x = "", y = "", z = "", countX = "", countY = "", countZ = "" } = only(lines, POSITION, "X: Y: Z: Count X: Y: Z:");
  return {
    mm: { X: numberOf(x), Y: numberOf(y), Z: numberOf(z) },
    steps: { X: numberOf(countX), Y: numberOf(countY), Z: numberOf(countZ) },
  };
});

/** Steps per mm. */
export const stepsPerMm: Exchange<PerAxis> = ask("M92", (lines) => {
  const named = lines.map((line) => line.replace(/^echo:/u, "").trim()).filter((line) => line.startsWith("M92"));
  const { x = "", y = "", z = "" } = only(named, /^M92 X(?<x>\S+) Y(?<y>\S+) Z(?<z>\S+)(?: E\S+)?$/u, "M92 X Y Z");
  const steps = { X: numberOf(x), Y: numberOf(y), Z: numberOf(z) };
  if (Object.values(steps).some((value) => value <= 0)) throw new ReplyUnreadable("steps above 0");
  return steps;
});

/** mm, absolute: its modes after power-up, said again because a person may have changed them. */
export const inMillimetres: Exchange<void> = order("G21");
export const absolute: Exchange<void> = order("G90");

/** mm and mm/min. Answered when it is planned, not when it is done. */
export const moveTo = (targets: readonly { readonly axis: AxisLetter; readonly mm: number }[], feed: number): Exchange<void> =>
  order(`G1 ${targets.map(({ axis, mm }) => `${axis}${mm.toFixed(4)}`).join(" ")} F${feed.toFixed(0)}`);

/** Answered when everything planned is done: nothing else but a stop is obeyed meanwhile. */
export const finished = (withinMs: number): Exchange<void> => order("M400", withinMs);

/** Answered when it is done. */
export const home = (axes: readonly AxisLetter[]): Exchange<void> => order(`G28 ${axes.join(" ")}`, 110_000);

/**
 * The line feed ends a half-typed line. It stops without braking and knows where it stopped. M112, the other one, would switch
 * the board off until somebody resets it.
 */
export const STOP = "\nM410\n";

const FIRMWARE = /^FIRMWARE_NAME: ?Marlin (?<version>\S+)/u;

/** Reads only. */
export const build: Exchange<MarlinBuild> = ask("M115", (lines) => {
  const version = lines.map((line) => FIRMWARE.exec(line)?.groups?.["version"]).find((found) => found !== undefined);
  if (version === undefined) throw new ReplyUnreadable("FIRMWARE_NAME:Marlin");
  return { version, hasEmergencyParser: lines.includes("Cap:EMERGENCY_PARSER:1") };
}, 1500);

/** The same for a port of which nothing is known: an empty line first, for what other questions left there. */
export const identify: Exchange<FoundController> = { ...build, send: `\n${build.send}`, parse: (reply) => ({ model: "Marlin", version: build.parse(reply).version }) };

export const rules: ConversationRules = {
  lineEnds: "\r\n",
  answerTimeoutMs: 500,
  // Reports by itself: start-up, "busy", temperatures, messages. An unknown command and steps per mm are echoed, and are answers.
  isUnasked: (line) => /^(echo:(?!Unknown command|\s*M92)|start$|wait$|\/\/|T:|;)/u.test(line),
  whyDisplaced: (line) => (line === "start" ? "it was restarted, and counts from zero anew" : undefined),
  resync: { clear: "\n", quietMs: 20, sentinel: { ...build, accepts: (line) => FIRMWARE.test(line) } },
};
