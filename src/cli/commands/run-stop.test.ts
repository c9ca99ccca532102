import { describe, expect, it } from "vitest";
import { requireClass, stopLine, stopOption } from "./run-stop.ts";

describe("the stop rule of a run", () => {
  it("is read from CLASS=N and CLASS=POINTS", () => {
    expect(stopOption("class-count")("white-cell=200")).toEqual({ kind: "class-count", classId: "white-cell", target: 200 });
    expect(stopOption("share-interval")("dead=2.5")).toEqual({ kind: "share-interval", classId: "dead", widthPoints: 2.5 });
  });

  it.each(["white-cell", "=200", "white-cell=", "white-cell=0", "white-cell=2.5", "white-cell=many"])("is refused with what is needed: %s", (text) => {
    expect(() => stopOption("class-count")(text)).toThrow("CLASS=N is needed");
  });

  it("needs a class that the model knows", () => {
    const classes = [{ id: "living", name: "Living", plural: "Living", letter: "L", colorIndex: 0 }];
    expect(() => { requireClass({ kind: "class-count", classId: "living", target: 3 }, classes); }).not.toThrow();
    expect(() => { requireClass({ kind: "class-count", classId: "dead", target: 3 }, classes); }).toThrow("the model knows no dead, only living");
  });

  it("says at the end whether it was reached, and what was still needed", () => {
    const rule = { kind: "class-count", classId: "living", target: 30 } as const;
    expect(stopLine({ rule, reached: true, done: 1, stillNeeded: 0, unit: "cells" })).toBe("Until 30 living: reached");
    expect(stopLine({ rule, reached: false, done: 0.5, stillNeeded: 15, unit: "cells" })).toBe("Until 30 living: not reached, 15 more cells");
  });
});
