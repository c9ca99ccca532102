import { describe, expect, it } from "vitest";
import type { ConsoleLine } from "../../../../shared/domain/device-setup.ts";
import { CONSOLE_LINES, emptyConsole, filteredLines, textOfLines, timeOfLine, withLines } from "./console-log.ts";

const line = (sequence: number, direction: ConsoleLine["direction"] = "<", text = `line ${sequence}`): ConsoleLine => ({ sequence, time: new Date(2026, 0, 1, 12, 0, 0, sequence).toISOString(), direction, text });
const sequences = (lines: readonly ConsoleLine[]): number[] => lines.map(({ sequence }) => sequence);

describe("the conversation with a device", () => {
  it("keeps each line once and in order, also when an event overtakes the answer", () => {
    const early = withLines(emptyConsole, { lines: [line(4), line(5)], dropped: 0 });
    const whole = withLines(early, { lines: [line(2), line(3), line(4)], dropped: 0 });
    expect(sequences(whole.lines)).toEqual([2, 3, 4, 5]);
    expect(sequences(withLines(whole, { lines: [line(6)], dropped: 0 }).lines)).toEqual([2, 3, 4, 5, 6]);
  });

  it("remembers how many lines were dropped, and stays the same when nothing came", () => {
    const log = withLines(emptyConsole, { lines: [line(9)], dropped: 9 });
    expect(log.dropped).toBe(9);
    expect(withLines(log, { lines: [], dropped: 9 })).toBe(log);
  });

  it("keeps the newest of too many", () => {
    const log = withLines(emptyConsole, { lines: Array.from({ length: CONSOLE_LINES + 10 }, (_, index) => line(index)), dropped: 0 });
    expect(log.lines).toHaveLength(CONSOLE_LINES);
    expect(log.lines[0]?.sequence).toBe(10);
  });

  it("filters by direction and by all the words typed", () => {
    const lines = [line(0, ">", "PS\\r"), line(1, "<", "124805,-31200\\r"), line(2, "#", "opened COM3 at 9600"), line(3, ">", "PS,1\\r")];
    expect(sequences(filteredLines(lines, { text: "", direction: "all" }))).toEqual([0, 1, 2, 3]);
    expect(sequences(filteredLines(lines, { text: "ps", direction: ">" }))).toEqual([0, 3]);
    expect(sequences(filteredLines(lines, { text: "9600 com3", direction: "all" }))).toEqual([2]);
    expect(sequences(filteredLines(lines, { text: "ps", direction: "<" }))).toEqual([]);
  });

  it("writes times to the millisecond, and lines for a ticket", () => {
    expect(timeOfLine(line(7).time)).toBe("12:00:00.007");
    expect(timeOfLine("soon")).toBe("soon");
    expect(textOfLines([line(1, ">", "PS\\r"), line(2)])).toBe(`${line(1).time} > PS\\r\n${line(2).time} < line 2`);
  });
});
