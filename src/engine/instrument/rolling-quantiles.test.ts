import { expect, it } from "vitest";
import { createRollingQuantiles } from "./rolling-quantiles.ts";

it("knows the last values only, by nearest rank", () => {
  const quantiles = createRollingQuantiles(4);
  expect(quantiles.quantile(0.5)).toBeUndefined();
  for (const value of [100, 4, 1, 3, 2]) quantiles.add(value);
  expect(quantiles.quantile(0.5)).toBe(3);
  expect(quantiles.quantile(0)).toBe(1);
  expect(quantiles.quantile(1)).toBe(4);
});
