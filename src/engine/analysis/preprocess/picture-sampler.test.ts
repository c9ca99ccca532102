import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { PixelFormat } from "../../../shared/domain/frame.ts";
import { frameBytes, layoutOf } from "../../../shared/domain/pixel-layout.ts";
import type { PixelFormat as Format } from "../../../shared/domain/frame.ts";
import type { ModelScale } from "../../../core/detection/scale.ts";
import { referenceKernels } from "../../../core/kernels/reference-kernels.ts";
import { PictureSampler } from "./picture-sampler.ts";

const Fixture = z.object({ width: z.number(), height: z.number(), rgb: z.array(z.number()), resized: z.record(z.string(), z.array(z.number())) });
const COLOUR = [200, 120, 40] as const;

function scaleTo(picture: { width: number; height: number }, width: number, height: number): ModelScale {
  return { width, height, x: width / picture.width, y: height / picture.height };
}

/** A picture of one colour in any format; grey ones take its red. */
function flatPicture(format: Format, width: number, height: number): Uint8Array {
  const { channels, cfa, bytesPerSample, significantBits } = layoutOf(format);
  const pixels = new Uint8Array(frameBytes(format, width, height));
  const view = new DataView(pixels.buffer);
  for (let i = 0; i < width * height * channels; i++) {
    const letter = cfa?.[(Math.floor(i / width) % 2) * 2 + ((i % width) % 2)];
    const channel = letter === undefined ? (channels === 3 ? i % 3 : 0) : { R: 0, G: 1, B: 2 }[letter] ?? 0;
    const value = Math.round(((COLOUR[channel] ?? 0) / 255) * (2 ** significantBits - 1));
    if (bytesPerSample === 1) pixels[i] = value;
    else view.setUint16(i * 2, value, true);
  }
  return pixels;
}

describe("PictureSampler", () => {
  it("resizes as Pillow does, within one grey level", () => {
    const fixture = Fixture.parse(JSON.parse(readFileSync(join(import.meta.dirname, "resample.fixture.json"), "utf8")));
    for (const [size, expected] of Object.entries(fixture.resized)) {
      const [width = 0, height = 0] = size.split("x").map(Number);
      const sampler = new PictureSampler({ width: fixture.width, height: fixture.height, pixelFormat: "RGB8" }, scaleTo(fixture, width, height), referenceKernels);
      const target = new Uint8Array(width * height * 3);
      sampler.sample(Uint8Array.from(fixture.rgb), { x: 0, y: 0, width, height }, target);
      const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (target[i] ?? NaN))), 0);
      expect(worst, size).toBeLessThanOrEqual(1);
    }
  });

  it.each(PixelFormat.options)("keeps a flat picture flat, whatever the size and place: %s", (pixelFormat) => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 23 }), fc.integer({ min: 2, max: 23 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.boolean(), (width, height, targetWidth, targetHeight, isFloat) => {
      const sampler = new PictureSampler({ width, height, pixelFormat }, scaleTo({ width, height }, targetWidth, targetHeight), referenceKernels);
      // Two pixels more than the picture: padding repeats the edge.
      const region = { x: 0, y: 0, width: targetWidth + 2, height: targetHeight + 2 };
      const plane = region.width * region.height;
      const target = isFloat ? new Float32Array(plane * 3) : new Uint8Array(plane * 3);
      sampler.sample(flatPicture(pixelFormat, width, height), region, target);
      const colour = pixelFormat.startsWith("Mono") ? [COLOUR[0], COLOUR[0], COLOUR[0]] : COLOUR;
      const differences = Array.from(target, (value, i) => Math.abs(value - (colour[Math.floor(i / plane)] ?? NaN)));
      expect(Math.max(...differences)).toBeLessThan(0.2);
    }), { numRuns: 20 });
  });

  it("gives the same pixels in parts as in one piece", () => {
    const geometry = { width: 41, height: 37, pixelFormat: "BayerGB8" } as const;
    const pixels = Uint8Array.from({ length: 41 * 37 }, (_, i) => (i * 89) % 256);
    const sampler = new PictureSampler(geometry, scaleTo(geometry, 30, 26), referenceKernels);
    const whole = new Uint8Array(30 * 26 * 3);
    sampler.sample(pixels, { x: 0, y: 0, width: 30, height: 26 }, whole);
    const part = new Uint8Array(9 * 7 * 3);
    sampler.sample(pixels, { x: 17, y: 11, width: 9, height: 7 }, part);
    const cut = [0, 1, 2].flatMap((channel) => Array.from({ length: 7 }, (_, y) => [...whole.subarray(channel * 780 + (11 + y) * 30 + 17, channel * 780 + (11 + y) * 30 + 26)]).flat());
    expect([...part]).toEqual(cut);
  });

  it("puts each colour of a mosaic where its samples lie", () => {
    // A ramp along x: every colour, resampled to its own scale, must be the same ramp.
    const width = 64;
    const pixels = Uint8Array.from({ length: width * 8 }, (_, i) => (i % width) * 3);
    const geometry = { width, height: 8, pixelFormat: "BayerRG8" } as const;
    const target = new Float32Array(32 * 4 * 3);
    new PictureSampler(geometry, scaleTo(geometry, 32, 4), referenceKernels).sample(pixels, { x: 0, y: 0, width: 32, height: 4 }, target);
    for (let x = 2; x < 30; x++) for (const channel of [0, 1, 2]) expect(target[channel * 128 + 32 + x]).toBeCloseTo((x * 2 + 0.5) * 3, 0);
  });

  it("refuses pixels that are too few", () => {
    const geometry = { width: 4, height: 4, pixelFormat: "Mono16" } as const;
    expect(() => new PictureSampler(geometry, scaleTo(geometry, 2, 2), referenceKernels).sample(new Uint8Array(31), { x: 0, y: 0, width: 2, height: 2 }, new Uint8Array(12))).toThrow(RangeError);
  });
});
