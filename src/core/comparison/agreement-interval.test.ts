import { expect, it } from "vitest";
import { agreementInterval } from "./agreement-interval.ts";

it("is Wilson's interval of what agrees of all that either calls so", () => {
  // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
  const interval = agreementInterval({ agreed: 8, otherInFirst: 1, otherInSecond: 0, onlyFirst: 0, onlySecond: 1 });
  expect(interval?.low).toBeCloseTo(0.490162, 5);
  expect(interval?.high).toBeCloseTo(0.943318, 5);
});

it("is narrower with more objects, and there is none without any", () => {
  expect(agreementInterval({ agreed: 0, otherInFirst: 0, otherInSecond: 0, onlyFirst: 0, onlySecond: 0 })).toBeUndefined();
  const few = agreementInterval({ agreed: 3, otherInFirst: 0, otherInSecond: 0, onlyFirst: 0, onlySecond: 0 });
  expect(few?.low).toBeLessThan(0.5);
  expect(few?.high).toBe(1);
});
