import { describe, expect, it } from "vitest";
import { blurInside, gaussianKernel } from "./blur.ts";

describe("blurInside", () => {
  it.each([0.6, 1.2, 2.5])("spreads a point to the variance of a Gaussian of sigma %f px", (sigma) => {
    const kernel = gaussianKernel(sigma);
    const margin = kernel.length - 1;
    const inner = 4 * margin + 1;
    const size = inner + 2 * margin;
    const source = new Float32Array(size * size);
    source[((size - 1) / 2) * size + (size - 1) / 2] = 1;
    const blurred = blurInside(source, size, size, margin, kernel);
    let sum = 0;
    let variance = 0;
    blurred.forEach((weight, at) => {
      const dx = (at % inner) - (inner - 1) / 2;
      sum += weight;
      variance += weight * dx * dx;
    });
    expect(sum).toBeCloseTo(1, 4);
    expect(variance).toBeGreaterThan(0.9 * sigma * sigma);
    expect(variance).toBeLessThan(1.05 * sigma * sigma);
  });

  it("leaves an even plane even, edges included", () => {
    const blurred = blurInside(new Float32Array(20 * 20).fill(3), 20, 20, 4, gaussianKernel(1.2));
    expect(blurred.length).toBe(12 * 12);
    for (const value of blurred) expect(value).toBeCloseTo(3, 5);
  });
});
