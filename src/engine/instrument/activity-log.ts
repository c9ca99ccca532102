import type { LogLine } from "../../shared/domain/snapshot.ts";

/** The last lines a person may want to read, session or not; the session's own log on disk is complete. */
export function createActivityLog(wallTime: () => string, capacity = 500): {
  /** A line of our own making; an error that stands last already is not said again. */
  say(tone: LogLine["tone"], text: string): void;
  /** A line made from a session record. */
  add(line: Omit<LogLine, "sequence">): void;
  recent(): LogLine[];
  onDidAdd(listener: (line: LogLine) => void): () => void;
} {
  const lines: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  let next = 0;
  const add = (line: Omit<LogLine, "sequence">): void => {
    // Numbered here: lines of several sessions and of none stand in one list.
    const numbered = { ...line, sequence: next++ };
    lines.push(numbered);
    if (lines.length > capacity) lines.shift();
    for (const listener of listeners) listener(numbered);
  };
  return {
    add,
    say: (tone, text) => {
      const last = lines.at(-1);
      // What goes wrong with every frame, or is told by two who met the same, must not bury the rest.
      if (tone === "error" && last?.tone === "error" && last.text === text) return;
      add({ time: wallTime(), tone, text });
    },
    recent: () => [...lines],
    onDidAdd: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}

export type ActivityLog = ReturnType<typeof createActivityLog>;
