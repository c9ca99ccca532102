import { expect, it } from "vitest";
import { chosenByKey } from "./choose-by-key.ts";

const list = { count: 20, page: 5 };

it.each([
  ["ArrowDown", 4], ["ArrowUp", 2], ["PageDown", 8], ["PageUp", 0], ["Home", 0], ["End", 19], ["ArrowRight", undefined], ["1", undefined],
])("%s goes from row 3 to %s", (key, row) => {
  expect(chosenByKey(key, { ...list, chosen: 3, place: 3 })).toBe(row);
});

it("begins at the top, and stays inside", () => {
  expect(chosenByKey("ArrowDown", { ...list, chosen: undefined, place: undefined })).toBe(0);
  expect(chosenByKey("ArrowUp", { ...list, chosen: undefined, place: undefined })).toBe(0);
  expect(chosenByKey("ArrowDown", { ...list, chosen: 19, place: 19 })).toBe(19);
  expect(chosenByKey("ArrowDown", { ...list, count: 0, chosen: undefined, place: undefined })).toBeUndefined();
});

it("goes on where a row was that moved to the end when it was judged, or went", () => {
  expect(chosenByKey("ArrowDown", { ...list, chosen: 19, place: 3 })).toBe(3);
  expect(chosenByKey("ArrowUp", { ...list, chosen: 19, place: 3 })).toBe(2);
  expect(chosenByKey("ArrowDown", { ...list, chosen: undefined, place: 3 })).toBe(3);
  expect(chosenByKey("ArrowDown", { ...list, count: 3, chosen: undefined, place: 3 })).toBe(2);
});
