import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mask } from "../../core/image/plane.ts";
import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import { referenceKernels } from "../../core/kernels/reference-kernels.ts";
import { loadPixelKernels } from "./pixel-kernels.ts";
import { bytePlanes, expectSame, greyPlanes, hasNativeKernels, masks } from "./testing/kernel-pair.ts";

type Smoothing = (kernels: PixelKernels, into?: Float32Array) => Float32Array;
type Morphology = (kernels: PixelKernels, mask: Mask, into?: Uint8Array) => Uint8Array;

const MORPHOLOGY: Record<string, Morphology> = Object.fromEntries(["erode", "dilate"].flatMap((name) => (["disk", "square"] as const).flatMap((shape) => [0, 1, 2, 3, 41].map((radius): [string, Morphology] =>
  [`${name} ${shape} ${radius}`, (kernels, mask, into) => kernels[name === "erode" ? "erode" : "dilate"](mask, radius, shape, into).data]))));

describe.skipIf(!hasNativeKernels)("results in memory that is used again (needs a C++ compiler)", () => {
  it("are those of fresh memory: smoothing", () => {
    fc.assert(fc.property(greyPlanes(-100, 100), fc.integer({ min: 0, max: 5 }), (plane, radius) => {
      const works: Smoothing[] = [
        (kernels, into) => kernels.gaussianBlur(plane, radius / 2, into).data,
        (kernels, into) => kernels.boxMean(plane, radius, into).data,
        (kernels, into) => kernels.medianBlur(plane, radius, into).data,
      ];
      const { kernels } = loadPixelKernels();
      for (const work of works) {
        const into = new Float32Array(plane.data.length).fill(NaN);
        expect(work(kernels, into)).toBe(into);
        expect(into).toEqual(work(kernels));
      }
    }), { numRuns: 40 });
  });

  it.each(Object.entries(MORPHOLOGY))("are those of fresh memory, whatever a mask's ones are: %s", (_, work) => {
    fc.assert(fc.property(bytePlanes, (plane) => {
      const mask: Mask = { ...plane, data: plane.data.map((value) => (value > 90 ? value : 0)) };
      expectSame((kernels) => work(kernels, mask));
      expectSame((kernels) => work(kernels, mask, new Uint8Array(mask.data.length).fill(7)));
    }), { numRuns: 25 });
  });

  it("are those of fresh memory: holes, distances, summits, labels", () => {
    fc.assert(fc.property(masks, (mask) => {
      const length = mask.data.length;
      const dirty = { bytes: () => new Uint8Array(length).fill(7), labels: () => new Int32Array(length).fill(-3), floats: () => new Float32Array(length).fill(NaN) };
      expectSame((kernels) => kernels.fillHoles(mask, dirty.bytes()));
      expectSame((kernels) => kernels.distanceTransform(mask, dirty.floats()));
      const ground = referenceKernels.distanceTransform(mask);
      expectSame((kernels) => kernels.hMaxima(ground, 1, mask, dirty.bytes()));
      expectSame((kernels) => kernels.connectedComponents(mask, 8, dirty.labels()));
      const seeds = referenceKernels.connectedComponents(referenceKernels.hMaxima(ground, 1, mask), 8);
      expectSame((kernels) => kernels.watershed(ground, seeds, mask, dirty.labels()));
      const into = dirty.labels();
      expect(loadPixelKernels().kernels.watershed(ground, seeds, mask, into).labels).toBe(into);
    }), { numRuns: 60 });
  });

  it("are those of fresh memory: tensors", () => {
    const pixels = Uint8Array.from({ length: 9 * 6 * 3 }, (_, i) => (i * 37) % 256);
    for (const [width, height] of [[3, 2], [4, 3], [9, 6], [20, 11], [3, 6], [9, 2], [1, 1]] as const) {
      expectSame((kernels) => kernels.resizeToTensor(pixels, 9, 6, 3, width, height, [0.1, 0.2, 0.3], [1, 2, 3], new Float32Array(3 * width * height).fill(NaN)));
    }
  });

  it("are refused memory of another length, and the picture itself", () => {
    const plane = { width: 3, height: 2, data: new Float32Array(6) };
    const mask = { width: 3, height: 2, data: new Uint8Array(6) };
    for (const into of [new Float32Array(5), plane.data]) {
      expectSame((kernels) => kernels.gaussianBlur(plane, 1, into));
      expectSame((kernels) => kernels.boxMean(plane, 1, into));
      expectSame((kernels) => kernels.medianBlur(plane, 1, into));
      expectSame((kernels) => kernels.resizeToTensor(mask.data, 3, 2, 1, 2, 2, [1, 1, 1], [0, 0, 0], into));
    }
    const labels = { width: 3, height: 2, labels: new Int32Array(6), count: 0 };
    for (const into of [new Int32Array(5), labels.labels]) {
      expectSame((kernels) => kernels.watershed(plane, labels, mask, into));
      if (into.length === 5) expectSame((kernels) => kernels.connectedComponents(mask, 8, into));
    }
    for (const into of [new Uint8Array(7), mask.data]) {
      expectSame((kernels) => kernels.fillHoles(mask, into));
      expectSame((kernels) => kernels.hMaxima(plane, 1, mask, into));
    }
    expectSame((kernels) => kernels.distanceTransform(mask, new Float32Array(5)));
    for (const into of [new Uint8Array(7), mask.data]) for (const work of Object.values(MORPHOLOGY)) expectSame((kernels) => work(kernels, mask, into));
  });

  it("hold what a table says", () => {
    const table = Float32Array.from({ length: 256 }, (_, i) => i * 0.1 - 3);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => expectSame((kernels) => {
      const target = new Float32Array(bytes.length);
      kernels.lookUp(bytes, table, target);
      return target;
    })));
    for (const [numbers, places] of [[255, 4], [256, 3], [257, 4]] as const) expectSame((kernels) => kernels.lookUp(new Uint8Array(4), new Float32Array(numbers), new Float32Array(places)));
  });

  it("stay finite for the largest numbers: two neighbours are never added whole", () => {
    const data = Float32Array.from({ length: 40 * 30 }, (_, i) => (i % 3 === 0 ? 3e38 : -3e38));
    expectSame((kernels) => kernels.gaussianBlur({ width: 40, height: 30, data }, 1.5), 1e33);
    expectSame((kernels) => kernels.gaussianBlur({ width: 40, height: 30, data: data.map(() => 3e38) }, 3), 1e33);
  });
});
