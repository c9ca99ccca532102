import { describe, expect, it } from "vitest";
import { nameOfPress } from "../ui/key-names.ts";
import type { KeyPress } from "../ui/key-names.ts";
import { KEYMAP, SHORTCUT_LABELS, actionOfPress } from "./keymap.ts";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, ...held });

describe("the keymap", () => {
  it("gives no key to two actions", () => {
    const keys = Object.values(KEYMAP).flatMap((binding) => binding.keys as readonly string[]);
    expect(keys).toHaveLength(new Set(keys).size);
  });

  it.each([
    [press(" "), "primary"],
    [press("ArrowLeft"), "stage.left"],
    [press("ArrowLeft", { shiftKey: true }), "stage.leftField"],
    [press("PageDown", { shiftKey: true }), "focus.downCoarse"],
    [press("f"), "view.fit"],
    [press("?", { shiftKey: true }), "app.keys"],
    [press("z", { ctrlKey: true }), "annotation.undo"],
    [press("k", { metaKey: true }), "app.palette"],
    [press("3"), "annotation.class.3"],
    [press("Backspace"), "annotation.reject"],
    [press("Escape"), "stage.stop"],
  ])("finds the action of %o", (event, action) => {
    expect(actionOfPress(event, undefined)).toBe(action);
  });

  it("has nothing for keys it does not know, nor for Shift with a letter", () => {
    expect(actionOfPress(press("q"), undefined)).toBeUndefined();
    expect(actionOfPress(press("F", { shiftKey: true }), undefined)).toBeUndefined();
    expect(actionOfPress(press("f", { ctrlKey: true }), undefined)).toBeUndefined();
  });

  it("repeats moves, but keeps and corrects once", () => {
    expect(actionOfPress(press("ArrowUp", { repeat: true }), undefined)).toBe("stage.up");
    expect(actionOfPress(press(" ", { repeat: true }), undefined)).toBeUndefined();
    expect(actionOfPress(press("Backspace", { repeat: true }), undefined)).toBeUndefined();
  });

  it("never fires while typing, but opens the palette from there", () => {
    for (const owner of [{ tag: "input", type: "text" }, { tag: "textarea" }, { tag: "div", editable: true }, { tag: "input" }]) {
      for (const key of [" ", "1", "Backspace", "ArrowLeft", "c", "Escape"]) expect(actionOfPress(press(key), owner)).toBeUndefined();
      expect(actionOfPress(press("z", { ctrlKey: true }), owner)).toBeUndefined();
      expect(actionOfPress(press("k", { ctrlKey: true }), owner)).toBe("app.palette");
    }
  });

  it("leaves sliders, buttons and lists their own keys", () => {
    expect(actionOfPress(press("ArrowLeft"), { tag: "input", type: "range" })).toBeUndefined();
    expect(actionOfPress(press("c"), { tag: "input", type: "range" })).toBe("contrast.auto");
    expect(actionOfPress(press(" "), { tag: "button" })).toBeUndefined();
    expect(actionOfPress(press("ArrowLeft"), { tag: "button" })).toBe("stage.left");
    expect(actionOfPress(press("PageDown"), { tag: "div", role: "list" })).toBeUndefined();
  });

  it("prints keys as keyboards do", () => {
    expect(SHORTCUT_LABELS["stage.leftField"]).toEqual(["Shift ←"]);
    expect(SHORTCUT_LABELS["annotation.undo"]).toEqual(["Ctrl Z"]);
    expect(SHORTCUT_LABELS["view.zoomIn"]).toEqual(["+", "="]);
    expect(nameOfPress(press("+", { shiftKey: true }))).toBe("+");
  });
});
