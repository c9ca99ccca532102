import { expect, it } from "vitest";
import { visibleRows } from "./visible-rows.ts";

it.each([
  ["at the top", 0, 100, 20, 1000, { first: 0, end: 11 }],
  ["in the middle", 400, 100, 20, 1000, { first: 14, end: 31 }],
  ["at the end", 19_900, 100, 20, 1000, { first: 989, end: 1000 }],
  ["empty", 0, 100, 20, 0, { first: 0, end: 0 }],
  ["scrolled further than a list that shrank", 5000, 100, 20, 3, { first: 0, end: 3 }],
])("shows the rows in view: %s", (_name, top, height, row, count, range) => {
  expect(visibleRows(top, height, row, count)).toEqual(range);
});
