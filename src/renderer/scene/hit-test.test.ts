import { describe, expect, it } from "vitest";
import { objectAt } from "./hit-test.ts";

const boxes = [
  { id: "cell", box: { x: 100, y: 100, width: 60, height: 60 } },
  { id: "platelet on it", box: { x: 120, y: 120, width: 10, height: 10 } },
  { id: "neighbour", box: { x: 165, y: 100, width: 60, height: 60 } },
];
const idAt = (x: number, y: number, reachPx = 4): string | undefined => objectAt(boxes, { x, y }, reachPx, "boxes")?.id;

describe("the object under the cursor", () => {
  it("is the smallest that holds it", () => {
    expect(idAt(125, 125)).toBe("platelet on it");
    expect(idAt(110, 110)).toBe("cell");
  });

  it("is the nearest one when the cursor is just beside", () => {
    expect(idAt(97, 130)).toBe("cell");
    expect(idAt(161, 130)).toBe("cell");
    expect(idAt(164, 130)).toBe("neighbour");
    expect(idAt(131, 125)).toBe("cell");
  });

  it("is none far from all, and none without reach", () => {
    expect(idAt(50, 50)).toBeUndefined();
    expect(idAt(97, 130, 0)).toBeUndefined();
    expect(objectAt([], { x: 0, y: 0 }, 10, "boxes")).toBeUndefined();
  });

  it("is hit by its outline where outlines are shown", () => {
    // Two slanted bars: most of their boxes is common ground.
    const bars = [
      { id: "left", box: { x: 0, y: 0, width: 40, height: 40 }, contour: [30, 0, 40, 0, 10, 40, 0, 40] },
      { id: "right", box: { x: 15, y: 0, width: 40, height: 40 }, contour: [45, 0, 55, 0, 25, 40, 15, 40] },
    ];
    const barAt = (x: number, y: number, shown: "boxes" | "contours"): string | undefined => objectAt(bars, { x, y }, 2, shown)?.id;
    expect(barAt(35, 20, "contours")).toBe("right");
    expect(barAt(35, 20, "boxes")).toBe("left");
    expect(barAt(20, 20, "contours")).toBe("left");
    expect(barAt(26, 20, "contours")).toBe("left");
    expect(barAt(5, 5, "contours")).toBeUndefined();
    expect(barAt(5, 5, "boxes")).toBe("left");
  });
});
