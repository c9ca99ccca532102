import { describe, expect, it } from "vitest";
import { createPreferenceStore, defaultPreferences, readPreferences } from "./preferences.ts";
import type { TextStorage } from "./preferences.ts";

function storageWith(text: string | null): TextStorage & { text: string | null } {
  return {
    text,
    getItem() { return this.text; },
    setItem(_key, next) { this.text = next; },
  };
}

describe("preferences", () => {
  it("start with the defaults and are remembered", () => {
    const storage = storageWith(null);
    createPreferenceStore(storage).setState({ theme: "light", operator: "A. Novak" });
    expect(readPreferences(storage)).toEqual({ ...defaultPreferences, theme: "light", operator: "A. Novak" });
  });

  it.each(["not json", "[]", "null", "7"])("fall back to the defaults for %j", (text) => {
    expect(readPreferences(storageWith(text))).toEqual(defaultPreferences);
  });

  it.each([{ keep: { button: 64 } }, { keep: { button: 1.5 } }, { keep: { key: "x".repeat(41) } }, { keep: 3 }, {}])("have their own buttons instead of %j", (wrong) => {
    const assigned = { keep: {}, next: { key: "F9" }, stop: { button: 2 }, ...wrong };
    const text = JSON.stringify({ theme: "light", assigned: Object.keys(wrong).length === 0 ? { keep: {} } : assigned });
    expect(readPreferences(storageWith(text))).toEqual({ ...defaultPreferences, theme: "light" });
  });

  it("keep assignments that make sense", () => {
    const assigned = { keep: {}, next: { key: "F9" }, stop: { button: 63 } };
    expect(readPreferences(storageWith(JSON.stringify({ assigned }))).assigned).toEqual(assigned);
  });

  it("keep what makes sense of a damaged store", () => {
    expect(readPreferences(storageWith(`{"theme":"purple","operator":"B","overlayOpacity":7}`))).toEqual({ ...defaultPreferences, operator: "B" });
  });
});
