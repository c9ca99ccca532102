import fc from "fast-check";
import { describe, it } from "vitest";
import type { LabelMap } from "../../core/image/plane.ts";
import { edgeSizes, expectSame, hasNativeKernels, masks } from "./testing/kernel-pair.ts";

/** Label maps as a watershed gives them: neighbours of different labels, labels in several pieces, unused numbers. */
const labelMaps: fc.Arbitrary<LabelMap> = fc.tuple(masks, fc.integer({ min: 1, max: 6 })).map(([{ width, height, data }, most]) => {
  const count = Math.min(most, data.length);
  return { width, height, count, labels: Int32Array.from(data, (value, i) => value * (1 + ((((i % width) >> 3) + (Math.floor(i / width) >> 2)) % count))) };
});

describe.skipIf(!hasNativeKernels)("components, native and reference (needs a C++ compiler)", () => {
  it.each([4, 8] as const)("labels the same: %i neighbours", (connectivity) => {
    fc.assert(fc.property(masks, (mask) => expectSame((kernels) => kernels.connectedComponents(mask, connectivity))), { numRuns: 200 });
  });

  it("labels empty, full and striped masks the same", () => {
    for (const [width, height] of [...edgeSizes, [128, 3] as const, [0, 0] as const, [129, 2] as const]) {
      for (const fill of [() => 0, () => 1, (i: number) => i % 2, (i: number) => (i % width) % 2, (i: number) => Math.floor(i / Math.max(width, 1)) % 2]) {
        const mask = { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => fill(i)) };
        for (const connectivity of [4, 8] as const) {
          expectSame((kernels) => kernels.connectedComponents(mask, connectivity));
          expectSame((kernels) => kernels.componentStatistics(kernels.connectedComponents(mask, connectivity)));
          expectSame((kernels) => kernels.outlines(kernels.connectedComponents(mask, connectivity)));
        }
      }
    }
  });

  it("measures the same", () => {
    fc.assert(fc.property(labelMaps, (map) => expectSame((kernels) => kernels.componentStatistics(map))));
  });

  it("draws the same outlines", () => {
    fc.assert(fc.property(labelMaps, (map) => expectSame((kernels) => kernels.outlines(map))));
  });

  it("refuses labels that the count does not have, and maps that do not fit", () => {
    const labels = Int32Array.of(0, 1, 3, 2);
    for (const map of [
      { width: 2, height: 2, labels, count: 2 },
      { width: 4, height: 1, labels: Int32Array.of(0, -1, 0, 0), count: 2 },
      { width: 3, height: 1, labels, count: 3 },
      { width: 2, height: 2, labels, count: 5 },
    ]) {
      expectSame((kernels) => kernels.componentStatistics(map));
      expectSame((kernels) => kernels.outlines(map));
    }
    expectSame((kernels) => kernels.connectedComponents({ width: 2, height: 3, data: new Uint8Array(5) }, 4));
  });
});
