import type { ConsoleLine, ConsoleLines } from "../../../../shared/domain/device-setup.ts";

/** More lines than this are for the support bundle: a screen keeps the newest. */
export const CONSOLE_LINES = 20_000;

/** The conversation as the screen has it: lines in order, each once, and where some are missing. */
export interface ConsoleLog {
  readonly lines: readonly ConsoleLine[];
  /** Lines that the device's own buffer had dropped before they could be read. */
  readonly dropped: number;
}

export const emptyConsole: ConsoleLog = { lines: [], dropped: 0 };

/** The log with what came: an answer and the events after it may overlap and may come in any order. */
export function withLines(log: ConsoleLog, { lines, dropped }: Pick<ConsoleLines, "lines" | "dropped">): ConsoleLog {
  const last = log.lines.at(-1)?.sequence ?? -1;
  const first = lines[0];
  if (first === undefined) return dropped > log.dropped ? { ...log, dropped } : log;
  const merged = first.sequence > last ? [...log.lines, ...lines] : inOrder(log.lines, lines);
  return { lines: merged.length > CONSOLE_LINES ? merged.slice(-CONSOLE_LINES) : merged, dropped: Math.max(log.dropped, dropped) };
}

function inOrder(known: readonly ConsoleLine[], fresh: readonly ConsoleLine[]): readonly ConsoleLine[] {
  const bySequence = new Map([...known, ...fresh].map((line) => [line.sequence, line]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** Which lines are wanted. */
export interface ConsoleFilter {
  /** Words that must all be in the line; empty takes every line. */
  readonly text: string;
  readonly direction: "all" | ConsoleLine["direction"];
}

/** The lines that fit a filter. */
export function filteredLines(lines: readonly ConsoleLine[], { text, direction }: ConsoleFilter): readonly ConsoleLine[] {
  const words = text.trim().toLowerCase().split(/\s+/u).filter((word) => word !== "");
  if (words.length === 0 && direction === "all") return lines;
  return lines.filter((line) => (direction === "all" || line.direction === direction) && words.every((word) => line.text.toLowerCase().includes(word)));
}

/** Local time of day to the millisecond, as a conversation with a device needs it. */
export function timeOfLine(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (n: number): string => n.toString().padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${time.getMilliseconds().toString().padStart(3, "0")}`;
}

/** Lines as text for a mail or a ticket: time, direction, words. */
export function textOfLines(lines: readonly ConsoleLine[]): string {
  return lines.map(({ time, direction, text }) => `${time} ${direction} ${text}`).join("\n");
}
