import { describe, expect, it } from "vitest";
import { referenceKernels } from "../kernels/reference-kernels.ts";
import { varianceOfLaplacian } from "./variance-of-laplacian.ts";

const size = 128;
function picture(value: (x: number, y: number) => number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) pixels[y * size + x] = value(x, y);
  return pixels;
}
const stripes = (softness: number, gain = 1) => (x: number): number => gain * (100 + 50 * Math.tanh(Math.sin(x / 4) / softness));
const header = (pixelFormat: "Mono8" | "BayerRG8" | "BayerGR8") => ({ width: size, height: size, pixelFormat }) as const;

describe("varianceOfLaplacian", () => {
  it("rises as edges get sharper", () => {
    const sharp = varianceOfLaplacian(referenceKernels, header("Mono8"), picture(stripes(0.05)));
    const soft = varianceOfLaplacian(referenceKernels, header("Mono8"), picture(stripes(1)));
    expect(sharp).toBeGreaterThan(2 * soft);
    expect(soft).toBeGreaterThan(0);
  });

  it("does not care how bright the light is", () => {
    const dim = varianceOfLaplacian(referenceKernels, header("Mono8"), picture(stripes(0.3, 0.5)));
    const bright = varianceOfLaplacian(referenceKernels, header("Mono8"), picture(stripes(0.3, 1.5)));
    expect(dim / bright).toBeCloseTo(1, 1);
  });

  it("is the same for the same picture in more bits", () => {
    const bytes = picture(stripes(0.3));
    const words = new Uint8Array(2 * bytes.length);
    bytes.forEach((value, i) => (words[2 * i + 1] = value));
    const inWords = varianceOfLaplacian(referenceKernels, { width: size, height: size, pixelFormat: "Mono16" }, words);
    expect(inWords / varianceOfLaplacian(referenceKernels, header("Mono8"), bytes)).toBeCloseTo(1, 9);
  });

  it("is zero on a flat mosaic whatever its colour, and on black", () => {
    const flat = picture((x, y) => ((x & 1) === (y & 1) ? 200 : 90));
    expect(varianceOfLaplacian(referenceKernels, header("BayerRG8"), flat)).toBe(0);
    expect(varianceOfLaplacian(referenceKernels, header("BayerGR8"), flat)).toBe(0);
    expect(varianceOfLaplacian(referenceKernels, header("Mono8"), picture(() => 0))).toBe(0);
  });
});
