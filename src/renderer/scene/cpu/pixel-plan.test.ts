import { describe, expect, it } from "vitest";
import { planPixels } from "./pixel-plan.ts";

const SCREEN = { width: 1000, height: 750 };
const at = (zoom: number, offsetX = 0, offsetY = 0) => ({ zoom, offsetX, offsetY });
const frame = (layout: "mono8" | "bayer8", width = 1280, height = 960, reduction = 1) => ({ layout, width, height, reduction });

describe("the plan of what pixels to make", () => {
  it("reduces a small picture as far as the screen has no pixels for it", () => {
    expect([0.9, 0.5, 0.3].map((zoom) => planPixels(frame("mono8"), at(zoom), SCREEN).block)).toEqual([1, 2, 3]);
    expect([0.9, 0.5, 0.24].map((zoom) => planPixels(frame("bayer8"), at(zoom), SCREEN).block)).toEqual([2, 2, 4]);
    expect(planPixels(frame("bayer8"), at(0.78), SCREEN)).toMatchObject({ width: 640, height: 480 });
  });

  it("counts in pixels of the preview where main reduced the frame already", () => {
    expect(planPixels(frame("mono8", 1280, 960, 2), at(0.25), SCREEN).block).toBe(2);
    expect(planPixels(frame("mono8", 1280, 960, 2), at(0.5), SCREEN).block).toBe(1);
  });

  it("is what is in sight and a margin from 1:1 on", () => {
    expect(planPixels(frame("bayer8"), at(1, -100, 20), SCREEN)).toEqual({ rect: { left: 98, top: 0, width: 1004, height: 732 }, block: 1, width: 1004, height: 732 });
    expect(planPixels(frame("mono8"), at(4, -400, -4), SCREEN).rect).toEqual({ left: 98, top: 0, width: 254, height: 191 });
  });

  it("leaves the last odd row and column of a mosaic out, and always leaves a pixel", () => {
    expect(planPixels(frame("bayer8", 9, 7), at(2), SCREEN)).toMatchObject({ width: 8, height: 6 });
    expect(planPixels(frame("bayer8", 2, 2), at(0.1), SCREEN)).toMatchObject({ block: 2, width: 1, height: 1 });
    expect(planPixels(frame("mono8"), at(1, 5000, 0), SCREEN).width).toBeLessThanOrEqual(0);
  });
});
