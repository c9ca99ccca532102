import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { watchForTheUnexpected } from "./last-resort.ts";

function watched(stopMotion: () => Promise<void> = async () => undefined) {
  const source = new EventEmitter();
  const announced: string[] = [];
  const said: string[] = [];
  let stops = 0;
  const unwatch = watchForTheUnexpected(source, {
    announce: (_tone, text) => announced.push(text),
    stopMotion: () => { stops += 1; return stopMotion(); },
    say: (line) => said.push(line),
  });
  return { source, announced, said, unwatch, stops: () => stops };
}

describe("an error that reached nobody", () => {
  it("stops what moves, is told in one sentence, and leaves its stack on stderr", () => {
    const { source, announced, said, stops } = watched();
    source.emit("uncaughtException", new Error("port gone"));
    expect(stops()).toBe(1);
    expect(announced).toEqual(["A part of Ocular failed (port gone): please report this with the session log."]);
    expect(said[0]).toContain("last-resort.test.ts");
  });

  it("is told, but stops nothing, when it is a promise that nobody waited for", () => {
    const { source, announced, stops } = watched();
    source.emit("unhandledRejection", new Error("late answer"));
    expect(stops()).toBe(0);
    expect(announced).toHaveLength(1);
  });

  it("is told once where it comes with every frame, and again with its number", () => {
    const { source, announced } = watched();
    for (let frame = 0; frame < 1001; frame++) source.emit("uncaughtException", new Error("bad frame"));
    expect(announced).toHaveLength(2);
    expect(announced[1]).toContain("1000 times");
  });

  it("says so when even the stop fails, and hears nothing after it was put away", async () => {
    const { source, announced, unwatch } = watched(() => Promise.reject(new Error("no stage answers")));
    source.emit("uncaughtException", new Error("port gone"));
    await Promise.resolve();
    await Promise.resolve();
    expect(announced).toHaveLength(2);
    expect(announced[1]).toContain("no stage answers");
    unwatch();
    expect(source.listenerCount("uncaughtException") + source.listenerCount("unhandledRejection")).toBe(0);
  });
});
