import fc from "fast-check";
import { describe, it } from "vitest";
import type { PixelKernels } from "../../core/kernels/pixel-kernels.ts";
import type { AxisWeights, ResamplePlan } from "../../core/kernels/resample-plan.ts";
import { frameBytes, layoutOf } from "../../shared/domain/pixel-layout.ts";
import { PixelFormat } from "../../shared/domain/frame.ts";
import { PictureSampler } from "../analysis/preprocess/picture-sampler.ts";
import { expectSame, hasNativeKernels } from "./testing/kernel-pair.ts";

const side = fc.integer({ min: 2, max: 70 });

/** Random samples of any format, with bits above the significant ones left 0. */
function pixelsOf(format: PixelFormat, width: number, height: number, seed: number): Uint8Array {
  const { bytesPerSample, significantBits } = layoutOf(format);
  const bytes = new Uint8Array(frameBytes(format, width, height));
  const view = new DataView(bytes.buffer);
  let state = seed;
  for (let i = 0; i < bytes.length / bytesPerSample; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = i % 7 === 0 ? 2 ** significantBits - 1 : state >>> (32 - significantBits);
    if (bytesPerSample === 1) bytes[i] = value;
    else view.setUint16(2 * i, value, true);
  }
  return bytes;
}

const table = (first: readonly number[], taps: number, weight = 1 << 14): AxisWeights => ({ count: first.length, taps, first: Int32Array.from(first), weights: Int32Array.from({ length: first.length * taps }, (_, i) => (i % taps === 0 ? weight : 0)) });

/** One grey pixel out of 4 x 3. */
function plan(over: Partial<ResamplePlan> = {}): ResamplePlan {
  return { rowSamples: 4, significantBits: 8, rows: [table([1], 2)], colours: [{ channel: 0, rowPhase: 0, step: 1, first: 0, isHalf: false, columns: table([2], 2) }], outWidth: 1, outHeight: 1, ...over };
}

describe.skipIf(!hasNativeKernels)("resample, native and reference (needs a C++ compiler)", () => {
  it.each(PixelFormat.options)("makes the same numbers of %s, enlarged, reduced, in parts and beyond the edge", (pixelFormat) => {
    fc.assert(fc.property(side, side, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), fc.boolean(), fc.boolean(), fc.integer(), (width, height, outWidth, outHeight, isFloat, isPart, seed) => {
      const pixels = pixelsOf(pixelFormat, width, height, seed);
      const scale = { width: outWidth, height: outHeight, x: outWidth / width, y: outHeight / height };
      const region = isPart ? { x: -3, y: outHeight >> 1, width: outWidth + 5, height: 9 } : { x: 0, y: 0, width: outWidth, height: outHeight };
      expectSame((kernels) => {
        const target = isFloat ? new Float32Array(3 * region.width * region.height) : new Uint8Array(3 * region.width * region.height);
        new PictureSampler({ width, height, pixelFormat }, scale, kernels).sample(pixels, region, target);
        return target;
      });
    }), { numRuns: 40 });
  });

  it("refuses plans that read or write beyond their arrays", () => {
    const run = (broken: ResamplePlan, samples = new Uint8Array(12).fill(9), target: Uint8Array | Float32Array = new Uint8Array(1)) => (kernels: PixelKernels): unknown => {
      kernels.resample(samples, broken, target);
      return target;
    };
    expectSame(run(plan()));
    expectSame(run(plan({ rows: [table([2], 2)] })));
    expectSame(run(plan({ rows: [table([-1], 2)] })));
    expectSame(run(plan({ rows: [table([0, 0], 2)] })));
    expectSame(run(plan({ outWidth: 2 })));
    expectSame(run(plan({ significantBits: 17 })));
    expectSame(run(plan(), new Uint8Array(11)));
    expectSame(run(plan(), new Uint8Array(12), new Float32Array(0)));
    expectSame(run(plan({ colours: [{ channel: 1, rowPhase: 0, step: 1, first: 0, isHalf: false, columns: table([0], 2) }] })));
    expectSame(run(plan({ colours: [{ channel: 0, rowPhase: 0, step: 3, first: 2, isHalf: false, columns: table([0], 2) }] })));
  });
});
