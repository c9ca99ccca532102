import { expect, it } from "vitest";
import { shiftInside } from "./shift-inside.ts";

const around = { left: 64, top: 44, right: 948, bottom: 772 };
const box = { left: 656, top: 524, right: 936, bottom: 760 };
const still = { x: 0, y: 0 };

it("goes as far as was wished, and no further than the edge", () => {
  expect(shiftInside(box, around, { x: -100, y: -20 })).toEqual({ x: -100, y: -20 });
  expect(shiftInside(box, around, { x: -2000, y: 2000 })).toEqual({ x: -592, y: 12 });
});

it("brings back what a smaller window left outside, by its upper left corner where it is too large", () => {
  expect(shiftInside(box, around, still)).toEqual(still);
  expect(shiftInside({ ...box, top: -90, bottom: 146 }, around, still)).toEqual({ x: 0, y: 134 });
  expect(shiftInside({ left: 0, right: 2000, top: 100, bottom: 200 }, around, still)).toEqual({ x: 64, y: 0 });
});
