import { describe, expect, it } from "vitest";
import { shareUnchanged } from "./share-unchanged.ts";

describe("shareUnchanged", () => {
  it("gives the same object back when nothing changed", () => {
    const before = { a: 1, b: { c: [1, { d: 2 }] } };
    expect(shareUnchanged(before, structuredClone(before))).toBe(before);
  });

  it("keeps the parts that stayed and takes those that changed", () => {
    const before = { still: { x: 1 }, moved: { y: 1 } };
    const after = shareUnchanged(before, { still: { x: 1 }, moved: { y: 2 } });
    expect(after).toEqual({ still: { x: 1 }, moved: { y: 2 } });
    expect(after.still).toBe(before.still);
    expect(after).not.toBe(before);
  });

  it("sees keys that went, came, or became undefined", () => {
    const before: Record<string, unknown> = { a: 1, b: 2 };
    expect(shareUnchanged(before, { a: 1 })).toEqual({ a: 1 });
    expect(shareUnchanged<Record<string, unknown>>({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined });
    expect(shareUnchanged<Record<string, unknown>>({ a: undefined }, { b: undefined })).toEqual({ b: undefined });
  });

  it("sees lists that grew or shrank", () => {
    expect(shareUnchanged([1, 2], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(shareUnchanged([1, 2, 3], [1, 2])).toEqual([1, 2]);
  });
});
