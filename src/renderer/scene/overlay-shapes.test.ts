import { describe, expect, it } from "vitest";
import { CLASS_PALETTE } from "../../core/palette.ts";
import type { OverlayItem, OverlayStyle } from "./overlay-item.ts";
import { overlayShapes } from "./overlay-shapes.ts";
import { CORNER_MARK } from "./shapes.ts";

const style: OverlayStyle = { visibleClasses: new Set(["red-cell", "platelet"]), opacity: 1, lineWidthPx: 2, showLetters: true, boxesOrContours: "boxes" };
const item = (more: Partial<OverlayItem> = {}): OverlayItem => ({
  id: "1", classId: "red-cell", colorIndex: 0, letter: "R", box: { x: 10, y: 20, width: 30, height: 40 }, score: 0.9, corrected: false, rejected: false, counted: true, ...more,
});

describe("what an overlay is drawn of", () => {
  it("a counted object: one solid box in its class colour, and its letter", () => {
    const { boxes, segments, glyphs } = overlayShapes([item()], style);
    expect(boxes).toEqual([{ x: 10, y: 20, width: 30, height: 40, color: CLASS_PALETTE[0]?.rgb, widthFactor: 1, dash: "solid", outsetPx: 0 }]);
    expect(segments).toEqual([]);
    expect(glyphs.map((glyph) => glyph.character)).toEqual(["R"]);
  });

  it("one outside the counting frame is thinner and dotted", () => {
    expect(overlayShapes([item({ counted: false })], style).boxes[0]).toMatchObject({ dash: "dotted", widthFactor: 0.5 });
  });

  it("a rejected one is crossed out, a corrected one has a corner, a selected one a second frame", () => {
    const { boxes, segments, glyphs } = overlayShapes([item({ rejected: true, corrected: true, selected: true })], { ...style, showLetters: false });
    expect(segments).toHaveLength(2);
    expect(glyphs.map((glyph) => glyph.character)).toEqual([CORNER_MARK]);
    expect(boxes).toHaveLength(2);
    expect(boxes[1]?.outsetPx).toBeGreaterThan(0);
  });

  it("hidden classes are left out and small objects come last, on top", () => {
    const { boxes } = overlayShapes([item({ id: "s", box: { x: 0, y: 0, width: 5, height: 5 } }), item(), item({ classId: "white-cell" })], style);
    expect(boxes.map((box) => box.width)).toEqual([30, 5]);
  });

  it("contours are drawn as outlines where they are wanted; an object without one keeps its box", () => {
    const contour = [0, 0, 4, 0, 4, 4];
    const items = [item({ contour }), item({ contour, counted: false }), item({ classId: "platelet" })];
    const { boxes, outlines } = overlayShapes(items, { ...style, boxesOrContours: "contours" });
    expect(outlines.map(({ points, dash, widthFactor }) => [points, dash, widthFactor])).toEqual([[contour, "solid", 1], [contour, "dotted", 0.5]]);
    expect(boxes).toHaveLength(1);
    expect(overlayShapes(items, style).outlines).toEqual([]);
  });
});
