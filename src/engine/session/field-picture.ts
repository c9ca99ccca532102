import { layoutOf } from "../../shared/domain/pixel-layout.ts";
import { bilinearColour, type Samples } from "./bayer.ts";
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
  if (cfa !== undefined) return { width, height, rgb: bilinearColour(samples, width, height, cfa, shift) };
  return { width, height, rgb: channels === 3 ? eightBit(samples, shift) : greyAsRgb(samples, shift) };
}

function eightBit(samples: Samples, shift: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(samples, (value) => value >> shift);
}

function greyAsRgb(samples: Samples, shift: number): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(samples.length * 3);
  samples.forEach((value, pixel) => rgb.fill(value >> shift, 3 * pixel, 3 * pixel + 3));
  return rgb;
}
