import fc from "fast-check";
import { describe, it } from "vitest";
import type { GreyPlane, LabelMap, Mask } from "../../core/image/plane.ts";
import { edgeSizes, expectSame, greyPlanes, hasNativeKernels, masks } from "./testing/kernel-pair.ts";

/** Without -0: the two implementations may pick either zero for a median. */
const pictures = greyPlanes(-1000, 1000).map((plane): GreyPlane => ({ ...plane, data: plane.data.map((value) => value + 0) }));
/** Ground with many ties. */
const terraces = pictures.map((plane): GreyPlane => ({ ...plane, data: plane.data.map((value) => Math.round(value / 300) + 0) }));
const radii = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(40, 41, 200));
const shapes = fc.constantFrom("disk" as const, "square" as const);
/** Any numbers above 0 are labels, whole objects and single pixels alike. */
const markersOf = ({ width, height }: GreyPlane, share: number): LabelMap => {
  const count = Math.min(3, width * height);
  return { width, height, labels: Int32Array.from({ length: width * height }, (_, i) => ((i * 7919) % 101 < share ? 1 + (i % count) : 0)), count };
};
const full = ({ width, height }: GreyPlane): Mask => ({ width, height, data: new Uint8Array(width * height).fill(1) });
/** The mask of another picture laid over this one, repeated where that is smaller. */
const cover = ({ width, height }: GreyPlane, mask: Mask): Mask => ({ width, height, data: Uint8Array.from({ length: width * height }, (_, i) => mask.data[i % mask.data.length] ?? 0) });

describe.skipIf(!hasNativeKernels)("smoothing, native and reference (needs a C++ compiler)", () => {
  it("blurs the same to 1e-5 of the largest pixel, kernels wider than the picture included", () => {
    const sigmas = fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), fc.constantFrom(0, 0.1, 30, 120));
    fc.assert(fc.property(pictures, sigmas, (plane, sigma) => expectSame((kernels) => kernels.gaussianBlur(plane, sigma), 0.01)));
  });
  it("takes the same means", () => {
    fc.assert(fc.property(pictures, fc.integer({ min: 0, max: 90 }), (plane, radius) => expectSame((kernels) => kernels.boxMean(plane, radius), 0.001)));
  });
  it("takes the same medians", () => {
    fc.assert(fc.property(fc.oneof(pictures, terraces), fc.integer({ min: 0, max: 7 }), (plane, radius) => expectSame((kernels) => kernels.medianBlur(plane, radius))), { numRuns: 150 });
  });
  it("takes the same medians of pictures larger than a tile", () => {
    const plane: GreyPlane = { width: 150, height: 70, data: Float32Array.from({ length: 150 * 70 }, (_, i) => (i * 7919) % 257) };
    for (const radius of [1, 2, 3, 7]) expectSame((kernels) => kernels.medianBlur(plane, radius));
  });
  it("smooths rows of several pieces the same", () => {
    for (const [width, height] of [[420, 9], [391, 14]] as const) {
      const plane: GreyPlane = { width, height, data: Float32Array.from({ length: width * height }, (_, i) => (i * 7919) % 1009) };
      for (const radius of [1, 2]) expectSame((kernels) => kernels.medianBlur(plane, radius));
      for (const radius of [0, 1, 2, 3, 4, 5, 30]) expectSame((kernels) => kernels.boxMean(plane, radius), 0.01);
      for (const sigma of [0, 0.2, 1.5, 6]) expectSame((kernels) => kernels.gaussianBlur(plane, sigma), 0.01);
    }
  });
});

describe.skipIf(!hasNativeKernels)("masks, native and reference (needs a C++ compiler)", () => {
  it("erodes and dilates the same", () => {
    fc.assert(fc.property(masks, radii, shapes, (mask, radius, shape) => {
      expectSame((kernels) => kernels.erode(mask, radius, shape));
      expectSame((kernels) => kernels.dilate(mask, radius, shape));
    }), { numRuns: 200 });
  });
  it("fills the same holes", () => {
    fc.assert(fc.property(masks, (mask) => expectSame((kernels) => kernels.fillHoles(mask))), { numRuns: 200 });
  });
  it("measures the same distances, to the last bit", () => {
    fc.assert(fc.property(masks, (mask) => expectSame((kernels) => kernels.distanceTransform(mask))), { numRuns: 200 });
  });
  it("measures the same long distances", () => {
    for (const [width, height] of [[700, 3], [3, 700], [430, 420]] as const) {
      for (const zeros of [[], [0], [width * height - 1], [5, width * (height >> 1) + (width >> 1)]]) {
        const mask: Mask = { width, height, data: new Uint8Array(width * height).fill(1) };
        for (const zero of zeros) mask.data[zero] = 0;
        expectSame((kernels) => kernels.distanceTransform(mask));
        expectSame((kernels) => kernels.erode(mask, 100, "disk"));
      }
    }
  });
});

describe.skipIf(!hasNativeKernels)("summits and watersheds, native and reference (needs a C++ compiler)", () => {
  it("marks the same summits", () => {
    fc.assert(fc.property(fc.oneof(pictures, terraces), masks, fc.constantFrom(0, 0.5, 1, 30, 900, 1e9), (plane, mask, h) => {
      expectSame((kernels) => kernels.hMaxima(plane, h, cover(plane, mask)));
    }), { numRuns: 200 });
  });
  it("marks the same summits of distances, infinite ones included", () => {
    fc.assert(fc.property(masks, fc.constantFrom(0, 0.5, 1), (mask, h) => expectSame((kernels) => kernels.hMaxima(kernels.distanceTransform(mask), h, mask))));
  });
  it("floods the same, level ground and several markers of one label included", () => {
    fc.assert(fc.property(fc.oneof(pictures, terraces), masks, fc.constantFrom(1, 5, 60), (plane, mask, share) => {
      for (const within of [cover(plane, mask), full(plane)]) expectSame((kernels) => kernels.watershed(plane, markersOf(plane, share), within));
    }), { numRuns: 200 });
  });
  it("splits the same objects", () => {
    fc.assert(fc.property(masks, (mask) => expectSame((kernels) => {
      const distance = kernels.distanceTransform(mask);
      return kernels.watershed(distance, kernels.connectedComponents(kernels.hMaxima(distance, 0.3, mask), 8), mask);
    })), { numRuns: 200 });
  });
  it("floods the same where objects lie inside of each other, many deep", () => {
    const size = 61;
    const ring = (i: number): number => Math.max(Math.abs((i % size) - 30), Math.abs(Math.floor(i / size) - 30));
    const mask: Mask = { width: size, height: size, data: Uint8Array.from({ length: size * size }, (_, i) => (ring(i) + 1) % 2) };
    const ground: GreyPlane = { width: size, height: size, data: Float32Array.from({ length: size * size }, (_, i) => (i * 7919) % 31) };
    expectSame((kernels) => kernels.watershed(ground, markersOf(ground, 4), mask));
  });
  it("floods the same on ground of some thousand heights, too many to each have a row of its own included", () => {
    // 4096 heights have rows, where there are three pixels for each. Two columns apart from the rest are flooded after it, in the same call.
    for (const [width, height, most] of [[131, 97, 4096], [97, 71, Math.floor((97 * 71) / 3)]] as const) for (const heights of [most - 1, most, most + 1, width * height]) {
      const ground: GreyPlane = { width, height, data: Float32Array.from({ length: width * height }, (_, i) => ((i * 7919) % heights) / 7 - 200) };
      for (const share of [1, 5]) for (const mask of [full(ground), { ...ground, data: Uint8Array.from(ground.data, (_, i) => (i % width === width - 3 ? 0 : 1)) }]) {
        expectSame((kernels) => kernels.watershed(ground, markersOf(ground, share), mask));
      }
    }
  });
  it("floods level ground among some thousand heights in the same order", () => {
    const [width, height] = [131, 97];
    const isLevel = (i: number): boolean => ((((i % width) >> 4) + (Math.floor(i / width) >> 4)) & 1) === 1;
    const ground: GreyPlane = { width, height, data: Float32Array.from({ length: width * height }, (_, i) => (isLevel(i) ? 700 : ((i * 7919) % (width * height)) / 7)) };
    for (const share of [1, 2, 5]) expectSame((kernels) => kernels.watershed(ground, markersOf(ground, share), full(ground)));
  });
  it("floods the same on level ground up to infinity, both zeros of one height", () => {
    const heights = [Infinity, 0, -0, -1, 3, 3, 3, -Infinity];
    const ground: GreyPlane = { width: 83, height: 59, data: Float32Array.from({ length: 83 * 59 }, (_, i) => heights[((i * 7919) >> 4) % heights.length] ?? 0) };
    for (const share of [1, 5, 60]) expectSame((kernels) => kernels.watershed(ground, markersOf(ground, share), full(ground)));
  });
  it("refuses pictures that do not fit and heights below 0", () => {
    const plane: GreyPlane = { width: 2, height: 2, data: new Float32Array(4) };
    const other: Mask = { width: 4, height: 1, data: new Uint8Array(4) };
    expectSame((kernels) => kernels.hMaxima(plane, 1, other));
    expectSame((kernels) => kernels.hMaxima(plane, -1, full(plane)));
    expectSame((kernels) => kernels.watershed(plane, markersOf(plane, 1), other));
    expectSame((kernels) => kernels.gaussianBlur({ ...plane, width: 3 }, 1));
    expectSame((kernels) => kernels.medianBlur(plane, 8));
    expectSame((kernels) => kernels.erode(other, 0.5, "disk"));
  });
  it("takes an empty picture", () => {
    const nothing: GreyPlane = { width: 0, height: 0, data: new Float32Array() };
    expectSame((kernels) => kernels.gaussianBlur(nothing, 2));
    expectSame((kernels) => kernels.boxMean(nothing, 2));
    expectSame((kernels) => kernels.medianBlur(nothing, 2));
    for (const [width, height] of [...edgeSizes, [0, 0] as const, [0, 3] as const]) {
      const mask: Mask = { width, height, data: new Uint8Array(width * height) };
      expectSame((kernels) => [kernels.erode(mask, 2, "disk"), kernels.dilate(mask, 3, "square"), kernels.fillHoles(mask), kernels.distanceTransform(mask)]);
    }
  });
});
