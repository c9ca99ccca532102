import { layoutOf } from "../../shared/domain/pixel-layout.ts";
import { loadPixelKernels } from "../native/pixel-kernels.ts";
import type { Samples } from "./bayer.ts";
import { samplesOf, type StoredPicture } from "./ome-tiff.ts";

/** 8-bit RGB, interleaved, row by row. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/** A stored picture as people look at it. Values of more than 8 bits keep their top 8. */
export function pictureOf({ width, height, pixelFormat, pixels }: StoredPicture): RgbPicture {
  const { cfa, channels, bytesPerSample, significantBits } = layoutOf(pixelFormat);
  const samples = samplesOf(pixels, bytesPerSample);
  const shift = significantBits - 8;
  if (cfa !== undefined) return { width, height, rgb: eightBit(loadPixelKernels().kernels.demosaic<Samples>({ width, height, data: samples }, cfa), shift) };
  return { width, height, rgb: channels === 3 ? eightBit(samples, shift) : greyAsRgb(samples, shift) };
}

function eightBit(samples: Samples, shift: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) bytes[i] = (samples[i] ?? 0) >> shift;
  return bytes;
}

function greyAsRgb(samples: Samples, shift: number): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(samples.length * 3);
  samples.forEach((value, pixel) => rgb.fill(value >> shift, 3 * pixel, 3 * pixel + 3));
  return rgb;
}
