import { modelScale } from "../../../core/detection/scale.ts";
import type { ModelScale } from "../../../core/detection/scale.ts";
import type { GreyPlane } from "../../../core/image/plane.ts";
import type { ColourPlanes } from "../../../core/rules/steps/channels.ts";
import type { RecipePicture } from "../../../core/rules/run-recipe.ts";
import { frameBytes, layoutOf } from "../../../shared/domain/pixel-layout.ts";
import type { PixelFormat } from "../../../shared/domain/frame.ts";
import type { Recipe } from "../../../shared/domain/recipe.ts";
import { loadPixelKernels } from "../../native/pixel-kernels.ts";
import { PictureSampler } from "../preprocess/picture-sampler.ts";

/** A picture as it lies in memory. */
export interface RawPicture {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixelSizeUm?: number | undefined;
  readonly pixels: Uint8Array;
}

/** A picture as a recipe sees it, and the way back. */
export interface ScaledPicture {
  readonly picture: RecipePicture;
  /** Recipe pixels per frame pixel. */
  readonly scale: ModelScale;
}

/** Larger pictures would need more memory than a laptop has: some ten planes of four bytes a pixel. */
export const MOST_PIXELS = 64_000_000;
/** A picture so little finer than the recipe's working size stays as it is. */
const NOTICEABLY_FINER = 0.95;

/** The scale at which the recipe looks at a picture: as it is, or reduced to the recipe's working pixel size. */
function recipeScale(recipe: Pick<Recipe, "assumedPixelSizeUm" | "workingPixelSizeUm">, { width, height, pixelSizeUm }: Omit<RawPicture, "pixels" | "pixelFormat">): ModelScale {
  const size = pixelSizeUm ?? recipe.assumedPixelSizeUm;
  const working = recipe.workingPixelSizeUm ?? size;
  return size < working * NOTICEABLY_FINER ? modelScale({ width, height }, size, working) : { width, height, x: 1, y: 1 };
}

/** Memory for so many numbers, holding anything. */
export type NumbersMemory = (length: number) => Float32Array;

/**
 * @param numbers where the picture's planes are to lie; fresh memory unless told
 * @throws RangeError when the pixels are too few, or too many to work on.
 */
export function scaledPicture(recipe: Pick<Recipe, "assumedPixelSizeUm" | "workingPixelSizeUm">, raw: RawPicture, numbers: NumbersMemory = (length) => new Float32Array(length)): ScaledPicture {
  const scale = recipeScale(recipe, raw);
  const { width, height } = scale;
  if (width * height > MOST_PIXELS) throw new RangeError(`${width} x ${height} px are too many for a recipe, which takes up to ${MOST_PIXELS / 1e6} million: give the recipe a coarser workingPixelSizeUm or cut the picture into parts`);
  const bytes = frameBytes(raw.pixelFormat, raw.width, raw.height);
  if (raw.pixels.length < bytes) throw new RangeError(`${raw.pixels.length} bytes are too few for ${raw.width} x ${raw.height} ${raw.pixelFormat}, which has ${bytes}`);
  const isWhole = scale.x === 1 && scale.y === 1;
  const planes = isWhole && layoutOf(raw.pixelFormat).cfa === undefined ? directPlanes(raw, numbers) : sampledPlanes(raw, scale, numbers);
  const pixelSizeUm = (raw.pixelSizeUm ?? recipe.assumedPixelSizeUm) / Math.sqrt(scale.x * scale.y);
  return { scale, picture: { width, height, planes, pixelSizeUm } };
}

/** Value for value: nothing to resample and no mosaic. */
function directPlanes({ width, height, pixelFormat, pixels }: RawPicture, numbers: NumbersMemory): ColourPlanes {
  const { channels, significantBits } = layoutOf(pixelFormat);
  const samples = samplesOf(pixels, pixelFormat, width * height * channels);
  const gain = 255 / (2 ** significantBits - 1);
  const plane = (): GreyPlane => ({ width, height, data: numbers(width * height) });
  const red = plane();
  if (channels === 1) {
    // Bytes are on the scale already: the engine converts them faster than a loop does.
    if (gain === 1) red.data.set(samples.subarray(0, red.data.length));
    else for (let at = 0; at < red.data.length; at++) red.data[at] = (samples[at] as number) * gain;
    return [red];
  }
  const green = plane();
  const blue = plane();
  let isGrey = true;
  for (let at = 0, from = 0; at < red.data.length; at++, from += 3) {
    const r = samples[from] as number;
    const g = samples[from + 1] as number;
    const b = samples[from + 2] as number;
    red.data[at] = r * gain;
    green.data[at] = g * gain;
    blue.data[at] = b * gain;
    if (r !== g || r !== b) isGrey = false;
  }
  return isGrey ? [red] : [red, green, blue];
}

function samplesOf(pixels: Uint8Array, format: PixelFormat, count: number): Uint8Array | Uint16Array {
  if (layoutOf(format).bytesPerSample === 1) return pixels;
  const aligned = pixels.byteOffset % 2 === 0 ? pixels : pixels.slice(0, 2 * count);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, count);
}

/** Mosaics, and pictures that are reduced: by the same resampling as the models' pictures. */
function sampledPlanes(raw: RawPicture, scale: ModelScale, numbers: NumbersMemory): ColourPlanes {
  const { width, height } = scale;
  const size = width * height;
  const all = numbers(size * 3);
  new PictureSampler(raw, scale, loadPixelKernels().kernels).sample(raw.pixels, { x: 0, y: 0, width, height }, all);
  const plane = (channel: number): GreyPlane => ({ width, height, data: all.subarray(channel * size, (channel + 1) * size) });
  const { channels, cfa } = layoutOf(raw.pixelFormat);
  return channels === 1 && cfa === undefined ? [plane(0)] : [plane(0), plane(1), plane(2)];
}
