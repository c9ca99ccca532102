import { expect, it } from "vitest";
import type { KeyPress } from "../../ui/key-names.ts";
import { compareKeyOf } from "./compare-keys.ts";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...held });

it.each([["ArrowDown", "next"], ["ArrowUp", "previous"], ["Enter", "confirm"], ["2", "second"], ["Backspace", "reject"], ["Delete", "reject"]])("reads %s as %s", (key, meaning) => {
  expect(compareKeyOf(press(key), undefined)).toBe(meaning);
});

it("takes no verdict from a key that means something else", () => {
  expect(compareKeyOf(press("2", { ctrlKey: true }), undefined)).toBeUndefined();
  expect(compareKeyOf(press("Enter"), { tag: "button" })).toBeUndefined();
  expect(compareKeyOf(press("Backspace"), { tag: "input" })).toBeUndefined();
  expect(compareKeyOf(press("2"), { tag: "select" })).toBeUndefined();
  expect(compareKeyOf(press("z", { ctrlKey: true }), undefined)).toBe("undo");
  expect(compareKeyOf(press("Z"), undefined)).toBeUndefined();
});

it("takes one verdict a press, however long it is held; going through the list repeats", () => {
  for (const key of ["Enter", "2", "Backspace"]) expect(compareKeyOf(press(key, { repeat: true }), undefined)).toBeUndefined();
  expect(compareKeyOf(press("ArrowDown", { repeat: true }), undefined)).toBe("next");
});
