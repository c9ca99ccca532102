import { describe, expect, it } from "vitest";
import { modelScale } from "./scale.ts";

describe("modelScale", () => {
  it("is the ratio of pixel sizes, in whole pixels of the model", () => {
    expect(modelScale({ width: 640, height: 480 }, 0.075, 0.15)).toEqual({ width: 320, height: 240, x: 0.5, y: 0.5 });
    const scale = modelScale({ width: 1280, height: 961 }, 0.08625, 0.15);
    expect([scale.width, scale.height]).toEqual([736, 553]);
    expect(scale.y).toBeCloseTo(0.575, 3);
  });

  it("rounds halves to even, as Python does, and never to nothing", () => {
    expect(modelScale({ width: 5, height: 7 }, 1, 2)).toMatchObject({ width: 2, height: 4 });
    expect(modelScale({ width: 1, height: 1 }, 0.1, 10)).toMatchObject({ width: 1, height: 1 });
  });
});
