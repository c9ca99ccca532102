import { expect, it } from "vitest";
import { createRollingMedian } from "./rolling-median.ts";

it("keeps the median of the last values only", () => {
  const median = createRollingMedian(3);
  expect(median.median()).toBeUndefined();
  for (const value of [100, 1, 2, 3]) median.add(value);
  expect(median.median()).toBe(2);
});
