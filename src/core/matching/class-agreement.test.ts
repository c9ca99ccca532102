import { describe, expect, it } from "vitest";
import { classAgreement, cohensKappa } from "./class-agreement.ts";

const of = (...ids: string[]): Array<{ classId: string }> => ids.map((classId) => ({ classId }));

describe("classAgreement", () => {
  const a = of("living", "living", "dead", "dead", "living");
  const b = of("living", "dead", "dead", "dead");
  const matching = { pairs: [{ a: 0, b: 0, iou: 0.9 }, { a: 1, b: 1, iou: 0.8 }, { a: 2, b: 2, iou: 0.7 }], onlyA: [3, 4], onlyB: [3] };

  it("counts per class what is agreed, called otherwise, and found by one alone", () => {
    const { classes, table } = classAgreement(a, b, matching, ["living", "dead"]);
    expect(table).toEqual([[1, 1], [0, 1]]);
    expect(classes).toEqual([
      { classId: "living", agreed: 1, otherInB: 1, otherInA: 0, onlyA: 1, onlyB: 0, share: 1 / 3 },
      { classId: "dead", agreed: 1, otherInB: 0, otherInA: 1, onlyA: 1, onlyB: 1, share: 1 / 4 },
    ]);
  });

  it("takes in classes that nobody named, and leaves the share of absent ones open", () => {
    const { classes } = classAgreement(of("debris"), [], { pairs: [], onlyA: [0], onlyB: [] }, ["living"]);
    expect(classes.map(({ classId, onlyA, share }) => [classId, onlyA, share])).toEqual([["living", 0, undefined], ["debris", 1, 0]]);
  });
});

describe("cohensKappa", () => {
  it("is what one gets by hand", () => {
    // 35 of 50 agree, chance gives 25: 10 of 25.
    expect(cohensKappa([[20, 5], [10, 15]])).toBeCloseTo(0.4, 12);
    // 21 of 30 agree, chance gives (13 * 11 + 12 * 12 + 5 * 7) / 30.
    expect(cohensKappa([[9, 3, 1], [2, 8, 2], [0, 1, 4]])).toBeCloseTo(308 / 578, 12);
  });

  it("is open where chance alone agrees", () => {
    expect(cohensKappa([[7, 0], [0, 0]])).toBeUndefined();
    expect(cohensKappa([])).toBeUndefined();
  });
});
