import { expect, it } from "vitest";
import { squarePixelUm } from "./square-pixels.ts";

it.each([
  [0.5, 0.5, 0.5],
  [0.1625, 0.1625, 0.1625],
  [1, 1.01, Math.sqrt(1.01)],
  [1.01, 1, Math.sqrt(1.01)],
  [1, 1.02, undefined],
  [0.5, 0.25, undefined],
])("pixels of %d x %d um are %s um wide", (x, y, expected) => {
  expect(squarePixelUm({ x, y })).toBe(expected);
});
