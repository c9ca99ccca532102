import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { PictureStatistics, looksAtPicture, resolveSteps } from "../../preprocess/picture-statistics.ts";
import { applySteps } from "./apply-steps.ts";
import { ProcessingStep, asAffine } from "./processing.ts";

const Fixture = z.object({ axes: z.array(z.string()), shape: z.array(z.number()), input: z.array(z.number()), reference: z.array(z.number()), cases: z.array(z.object({ step: ProcessingStep, expected: z.array(z.number()) })) });
const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "processing.fixture.json"), "utf8")));

describe("applySteps", () => {
  it.each(fixture.cases.map((one) => [JSON.stringify(one.step), one] as const))("does as bioimageio.core does: %s", (_, { step, expected }) => {
    const tensor = { axes: fixture.axes, shape: fixture.shape, data: Float32Array.from(fixture.input) };
    const raw = { ...tensor, data: Float32Array.from(fixture.reference) };
    applySteps(tensor, [step], new Map([["raw", raw]]));
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

describe("statistics of a picture", () => {
  const step = (index: number): ProcessingStep => fixture.cases[index]?.step ?? { id: "sigmoid" };
  const shape = { width: 4, height: 5 };
  // Counted in steps of 1/257 of a level, and only what lies in 0 to 255.
  const data = Float32Array.from(fixture.input, (value) => Math.min(Math.max(value, 0), 255));

  it.each(fixture.cases.map((one, index) => [JSON.stringify(one.step), index] as const).filter(([name, index]) => looksAtPicture(step(index)) && !name.includes("reference") && !name.includes("clip")))("come to gain and offset: %s", (_, index) => {
    const chosen = step(index);
    const statistics = new PictureStatistics(3);
    statistics.add(data, shape, { x: 0, y: 0, ...shape });
    const [resolved] = resolveSteps([chosen], statistics);
    expect(resolved?.id).toBe("scale_linear");
    const [mine, exact] = [[resolved ?? chosen], [chosen]].map((steps) => {
      const tensor = { axes: fixture.axes, shape: fixture.shape, data: data.slice() };
      applySteps(tensor, steps);
      return tensor.data;
    });
    const worst = Math.max(...Array.from(exact ?? [], (value, i) => Math.abs(value - (mine?.[i] ?? NaN))));
    expect(worst).toBeLessThan(1e-3);
  });

  it("count a part of what was sampled, not its padding", () => {
    const statistics = new PictureStatistics(1);
    statistics.add(Float32Array.of(10, 20, 255, 30, 40, 255), { width: 3, height: 2 }, { x: 0, y: 0, width: 2, height: 2 });
    expect(statistics.percentile([0], 100)).toBe(40);
    expect(statistics.percentile([0], 50)).toBe(25);
    expect(statistics.moments([0]).mean).toBe(25);
  });
});

describe("ProcessingStep", () => {
  it("refuses a step it does not know, and impossible percentiles", () => {
    expect(ProcessingStep.safeParse({ id: "magic" }).success).toBe(false);
    expect(ProcessingStep.safeParse({ id: "scale_range", kwargs: { max_percentile: 0.99 } }).success).toBe(false);
  });
});
