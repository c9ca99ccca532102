import { expect, it } from "vitest";
import { histogramOutline, tallestBin } from "./histogram-plot.ts";

it("leaves the saturated ends out of the scale", () => {
  expect(tallestBin([[999, 4, 9, 999], [0, 16, 1, 0]])).toBe(16);
  expect(tallestBin([])).toBe(0);
});

it("draws square roots, cut at the top, closed at the bottom", () => {
  expect(histogramOutline([0, 4, 100], 16)).toEqual([{ x: 0, y: 1 }, { x: 0, y: 1 }, { x: 0.5, y: 0.5 }, { x: 1, y: 0 }, { x: 1, y: 1 }]);
  expect(histogramOutline([5, 5], 0).every((point) => point.y === 1)).toBe(true);
});
