/** What a process has said at the end is kept for its cause of death: enough for an error and its stack. */
const KEPT_CHARS = 4000;
/** The first line of an error as Node prints one that nobody caught. */
const ERROR_LINE = /^(?:Uncaught )?\w*Error\b.*$/u;
/** Node says its version below every uncaught error. */
const VERSION_LINE = /^Node\.js v\d/u;

/** Collects the last words of a process. */
export interface LastWords {
  add(text: string): void;
  /** The line that tells why it ended, as far as it said so. */
  line(): string | undefined;
}

export function createLastWords(): LastWords {
  let kept = "";
  return {
    add(text) { kept = (kept + text).slice(-KEPT_CHARS); },
    line: () => causeIn(kept),
  };
}

/** How a process ended, in a few words: "exit code 1: Error: ...", "killed by SIGKILL". */
export function exitWords(code: number | null, signal: string | null, words: LastWords): string {
  if (signal !== null) return `killed by ${signal}`;
  const how = `exit code ${code ?? "unknown"}`;
  const line = words.line();
  return line === undefined ? how : `${how}: ${line}`;
}

/** The last error that was printed; without one the last line. */
function causeIn(text: string): string | undefined {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !VERSION_LINE.test(line));
  return lines.findLast((line) => ERROR_LINE.test(line)) ?? lines.at(-1);
}
