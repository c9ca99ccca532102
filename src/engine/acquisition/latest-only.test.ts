import { describe, expect, it } from "vitest";
import { createLatestOnly } from "./latest-only.ts";

describe("createLatestOnly", () => {
  it("keeps the newest, hands the replaced to its owner, and counts both", () => {
    const replaced: number[] = [];
    const slot = createLatestOnly<number>((item) => replaced.push(item));
    expect(slot.take()).toBeUndefined();
    for (const item of [1, 2, 3]) slot.offer(item);
    expect(slot.take()).toBe(3);
    expect(slot.take()).toBeUndefined();
    slot.offer(4);
    slot.clear();
    slot.clear();
    expect(replaced).toEqual([1, 2, 4]);
    expect(slot.counters()).toEqual({ offered: 4, taken: 1, replaced: 3 });
  });
});
