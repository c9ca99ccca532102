import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaOf, intersectionOverUnion } from "./box.ts";
import { byRank } from "./candidate.ts";
import type { Candidate } from "./candidate.ts";
import { suppressOverlaps } from "./non-maximum-suppression.ts";

const candidate = fc.record({ x: fc.double({ min: -20, max: 200, noNaN: true }), y: fc.double({ min: -20, max: 200, noNaN: true }), width: fc.double({ min: 0.5, max: 80, noNaN: true }), height: fc.double({ min: 0.5, max: 80, noNaN: true }), label: fc.integer({ min: 0, max: 2 }), score: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ x, y, width, height, label, score }): Candidate => ({ x0: x, y0: y, x1: x + width, y1: y + height, label, score }));
const settings = fc.record({ iou: fc.double({ min: 0, max: 1, noNaN: true }), crossClassIou: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }) });

/** The textbook: every candidate against every kept one. */
function textbook(candidates: readonly Candidate[], { iou, crossClassIou }: { iou: number; crossClassIou?: number | undefined }): Candidate[] {
  const kept: Candidate[] = [];
  for (const one of [...candidates].sort(byRank)) {
    const limitTo = (other: Candidate): number => (other.label === one.label ? iou : crossClassIou ?? Infinity);
    if (areaOf(one) > 0 && kept.every((other) => intersectionOverUnion(one, other) <= limitTo(other))) kept.push(one);
  }
  return kept;
}

describe("suppressOverlaps", () => {
  it("equals the textbook loop", () => {
    fc.assert(fc.property(fc.array(candidate, { maxLength: 60 }), settings, (candidates, limits) => {
      expect(suppressOverlaps(candidates, limits)).toEqual(textbook(candidates, limits));
    }));
  });

  it("changes nothing the second time, and does not look at the order of its input", () => {
    fc.assert(fc.property(fc.array(candidate, { maxLength: 40 }), settings, (candidates, limits) => {
      const once = suppressOverlaps(candidates, limits);
      expect(suppressOverlaps(once, limits)).toEqual(once);
      expect(suppressOverlaps([...candidates].reverse(), limits)).toEqual(once);
    }));
  });

  it("lets classes overlap unless told", () => {
    const red = { x0: 0, y0: 0, x1: 10, y1: 10, label: 0, score: 0.9 };
    const white = { ...red, label: 1, score: 0.8 };
    expect(suppressOverlaps([white, red], { iou: 0.5 })).toEqual([red, white]);
    expect(suppressOverlaps([white, red], { iou: 0.5, crossClassIou: 0.7 })).toEqual([red]);
  });
});
