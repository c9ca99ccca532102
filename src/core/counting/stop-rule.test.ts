import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CountReport } from "../../shared/domain/counting.ts";
import { poissonInterval, wilsonInterval } from "./intervals.ts";
import { cellsForWidth, stopProgress } from "./stop-rule.ts";

function report(counts: Readonly<Record<string, number>>, fields = 3): CountReport {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const classes = Object.entries(counts).map(([classId, n]) => ({
    classId, n, ...poissonInterval(n), ...(total === 0 ? {} : { share: { value: n / total, ...wilsonInterval(n, total) } }),
  }));
  return { fields, classes, total, outsideFrame: 0 };
}

describe("stopProgress", () => {
  it("tells how many cells of the class are still needed", () => {
    const rule = { kind: "class-count", classId: "white-cell", target: 200 } as const;
    expect(stopProgress(rule, report({ "white-cell": 50, "red-cell": 900 }))).toEqual({ rule, reached: false, done: 0.25, stillNeeded: 150, unit: "cells" });
    expect(stopProgress(rule, report({ "white-cell": 199 }))).toMatchObject({ reached: false, stillNeeded: 1 });
    expect(stopProgress(rule, report({ "white-cell": 200 }))).toMatchObject({ reached: true, done: 1, stillNeeded: 0 });
    expect(stopProgress(rule, report({ "white-cell": 203 }))).toMatchObject({ reached: true, done: 1, stillNeeded: 0 });
    expect(stopProgress(rule, report({}))).toMatchObject({ reached: false, done: 0, stillNeeded: 200 });
  });

  it("counts fields", () => {
    expect(stopProgress({ kind: "fields", target: 12 }, report({}, 9))).toMatchObject({ reached: false, done: 0.75, stillNeeded: 3, unit: "fields" });
  });

  it("estimates the cells until a share's interval is narrow enough, and says nothing before a cell was seen", () => {
    const rule = { kind: "share-interval", classId: "dead", widthPoints: 3 } as const;
    expect(stopProgress(rule, report({ dead: 0, living: 0 }))).toEqual({ rule, reached: false, done: 0, unit: "cells" });
    const some = stopProgress(rule, report({ dead: 100, living: 300 }));
    // A quarter with a total width of 0.03: about (1.96 / 0.015)^2 * 0.25 * 0.75 = 3201 cells.
    expect(some.reached).toBe(false);
    expect((some.stillNeeded ?? 0) + 400).toBeGreaterThan(3150);
    expect((some.stillNeeded ?? 0) + 400).toBeLessThan(3250);
    // The whole interval counts, not the half of it above the share: 0.038 here.
    expect(stopProgress(rule, report({ dead: 500, living: 1500 }))).toMatchObject({ reached: false });
    expect(stopProgress(rule, report({ dead: 1000, living: 3000 }))).toMatchObject({ reached: true, stillNeeded: 0 });
  });
});

describe("cellsForWidth", () => {
  it("is the number at which Wilson's interval is as narrow as asked", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.01, max: 0.3, noNaN: true }), (share, width) => {
        const n = cellsForWidth(share, width);
        const { low, high } = wilsonInterval(Math.min(n, Math.round(share * n)), n);
        expect(high - low).toBeLessThanOrEqual(width);
      }),
    );
  });
});
