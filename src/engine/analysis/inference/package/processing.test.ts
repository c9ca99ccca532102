import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { applySteps } from "./apply-steps.ts";
import { ProcessingStep, asAffine } from "./processing.ts";

const Fixture = z.object({ axes: z.array(z.string()), shape: z.array(z.number()), input: z.array(z.number()), cases: z.array(z.object({ step: ProcessingStep, expected: z.array(z.number()) })) });
const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "processing.fixture.json"), "utf8")));

describe("applySteps", () => {
  it.each(fixture.cases.map((one) => [JSON.stringify(one.step), one] as const))("does as NumPy does: %s", (_, { step, expected }) => {
    const tensor = { axes: fixture.axes, shape: fixture.shape, data: Float32Array.from(fixture.input) };
    applySteps(tensor, [step]);
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs((tensor.data[i] ?? NaN) - value) / (1 + Math.abs(value))), 0);
    expect(worst).toBeLessThan(1e-5);
  });
});

describe("asAffine", () => {
  it("folds steps that are gain and offset into one, and gives the same numbers", () => {
    const steps = fixture.cases.slice(0, 4).map((one) => one.step);
    const { gain, offset } = asAffine(steps, 3) ?? { gain: [], offset: [] };
    const tensor = { axes: fixture.axes, shape: fixture.shape, data: Float32Array.from(fixture.input) };
    applySteps(tensor, steps);
    for (const [i, value] of fixture.input.entries()) {
      const channel = Math.floor(i / 20);
      expect(tensor.data[i]).toBeCloseTo(value * (gain[channel] ?? NaN) + (offset[channel] ?? NaN), 3);
    }
  });

  it("does not when a step looks at the picture", () => {
    expect(asAffine([{ id: "zero_mean_unit_variance", kwargs: { eps: 1e-6 } }], 3)).toBeUndefined();
  });
});

describe("ProcessingStep", () => {
  it("refuses a step it does not know, and impossible percentiles", () => {
    expect(ProcessingStep.safeParse({ id: "magic" }).success).toBe(false);
    expect(ProcessingStep.safeParse({ id: "scale_range", kwargs: { max_percentile: 0.99 } }).success).toBe(false);
  });
});
