import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineReader } from "./line-reader.ts";

describe("the line reader", () => {
  it("gives the same lines however they were cut on the way", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "7", ",", "-", ":", " ", "\xff"), maxLength: 12 });
    fc.assert(fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(120), { maxLength: 12 }), (lines, cuts) => {
      const text = lines.map((each) => `${each}\r\n`).join("");
      const places = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b);
      const reader = new LineReader("\r\n");
      const heard: string[] = [];
      for (const [index, at] of [0, ...places].entries()) {
        reader.push(text.slice(at, places[index] ?? text.length));
        for (let next = reader.takeLine(); next !== undefined; next = reader.takeLine()) heard.push(next);
      }
      expect(heard).toEqual(lines.filter((each) => each !== ""));
      expect(reader.drop()).toBe("");
    }));
  });
});
