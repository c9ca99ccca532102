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

  it("keep what makes sense of a damaged store", () => {
    expect(readPreferences(storageWith(`{"theme":"purple","operator":"B","overlayOpacity":7}`))).toEqual({ ...defaultPreferences, operator: "B" });
  });
});
