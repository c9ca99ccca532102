import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { iou } from "../geometry/box.ts";
import { matchObjects } from "./match-objects.ts";
import type { Matchable } from "./match-objects.ts";

const side = fc.integer({ min: 1, max: 40 });
const place = fc.integer({ min: 0, max: 120 });
const object = fc.record({ x: place, y: place, width: side, height: side }).map((box): Matchable => ({ box }));
const square = (x: number, y: number, size = 10): Matchable => ({ box: { x, y, width: size, height: size } });

/** Corners of a slanted bar within its box: two such bars side by side share most of their boxes and nothing of themselves. */
function bar(x: number, y: number): Matchable {
  return { box: { x, y, width: 40, height: 40 }, contour: [x + 30, y, x + 40, y, x + 10, y + 40, x, y + 40] };
}

/** The pairs by looking at all of them again and again. */
function textbook(a: readonly Matchable[], b: readonly Matchable[], least: number): string[] {
  const found: string[] = [];
  const left = { a: new Set(a.keys()), b: new Set(b.keys()) };
  for (;;) {
    let best = { i: -1, j: -1, overlap: 0 };
    for (const i of left.a) {
      for (const j of left.b) {
        const [one, other] = [a[i], b[j]];
        const overlap = one === undefined || other === undefined ? 0 : iou(one.box, other.box);
        if (overlap >= least && overlap > best.overlap) best = { i, j, overlap };
      }
    }
    if (best.i < 0) return found.sort();
    found.push(`${best.i}-${best.j}`);
    left.a.delete(best.i);
    left.b.delete(best.j);
  }
}

describe("matchObjects", () => {
  it("takes the best pair again and again, as the textbook does", () => {
    fc.assert(fc.property(fc.array(object, { maxLength: 25 }), fc.array(object, { maxLength: 25 }), fc.constantFrom(0.1, 0.3, 0.5), (a, b, least) => {
      const { pairs } = matchObjects(a, b, least);
      expect(pairs.map((pair) => `${pair.a}-${pair.b}`).sort()).toEqual(textbook(a, b, least));
    }));
  });

  it("puts every object in one place", () => {
    fc.assert(fc.property(fc.array(object, { maxLength: 30 }), fc.array(object, { maxLength: 30 }), (a, b) => {
      const { pairs, onlyA, onlyB } = matchObjects(a, b, 0.3);
      expect([...pairs.map((pair) => pair.a), ...onlyA].sort((x, y) => x - y)).toEqual([...a.keys()]);
      expect([...pairs.map((pair) => pair.b), ...onlyB].sort((x, y) => x - y)).toEqual([...b.keys()]);
    }));
  });

  it("looks at contours where both have one, at boxes else", () => {
    // Moved by a bar's width: the boxes overlap by 30 of 50 columns, the bars by nothing.
    expect(matchObjects([bar(0, 0)], [bar(10, 0)], 0.3).pairs).toEqual([]);
    expect(matchObjects([bar(0, 0)], [{ box: bar(10, 0).box }], 0.3).pairs).toEqual([{ a: 0, b: 0, iou: 0.6 }]);
    expect(matchObjects([bar(0, 0)], [bar(0, 0)], 0.3).pairs).toEqual([{ a: 0, b: 0, iou: 1 }]);
    const [pair] = matchObjects([bar(0, 0)], [bar(5, 0)], 0.3).pairs;
    expect(pair?.iou).toBeCloseTo(1 / 3, 9);
  });

  it("settles equal overlaps by the order of the lists", () => {
    const { pairs, onlyB } = matchObjects([square(0, 0)], [square(4, 0), square(0, 4)], 0.3);
    expect(pairs.map(({ b }) => b)).toEqual([0]);
    expect(onlyB).toEqual([1]);
  });
});
