import { describe, expect, it } from "vitest";
import { cocoShape } from "./coco-segmentation.ts";
import { crossesItself } from "./crossing.ts";

describe("cocoShape", () => {
  it("is a polygon to a hundredth of a pixel, with its area", () => {
    expect(cocoShape([1, 1, 5.12345, 1, 5.12345, 4], { width: 10, height: 8 })).toEqual({ segmentation: [[1, 1, 5.12, 1, 5.12, 4]], area: (4.12345 * 3) / 2 });
  });

  it("is run lengths where the outline crosses itself", () => {
    // Two triangles that meet at (4, 4). Counts and area: pycocotools.encode of the pixels whose centres they hold.
    const bow = [0, 0, 8, 8, 8, 0, 0, 8];
    expect(crossesItself(bow)).toBe(true);
    expect(cocoShape(bow, { width: 10, height: 8 })).toEqual({ segmentation: { size: [8, 10], counts: "163N2N90G2N2N2?" }, area: 32 });
  });

  it("does not take touching for crossing", () => {
    expect(crossesItself([0, 0, 4, 0, 4, 4, 0, 4])).toBe(false);
    // Two squares that touch at (2, 2), walked round as one outline.
    expect(crossesItself([0, 0, 2, 0, 2, 2, 4, 2, 4, 4, 2, 4, 2, 2, 0, 2])).toBe(false);
  });
});
