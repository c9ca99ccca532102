import type { ModelScale } from "../../../core/detection/scale.ts";
import type { GreyPlane, LabelMap, Mask } from "../../../core/image/plane.ts";
import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";
import type { StepOutput } from "../../../core/rules/run-recipe.ts";
import type { StepPicture } from "../../../shared/domain/tuning.ts";
import { PictureSampler } from "../preprocess/picture-sampler.ts";

/** Labels are shown as so many numbers in turn: neighbours differ, whatever the labels. */
const LABEL_NUMBERS = 8;

interface Size {
  readonly width: number;
  readonly height: number;
}

type Bytes = Uint8ClampedArray<ArrayBuffer>;
type ShowingKernels = Pick<PixelKernels, "resample" | "toBytes" | "valueRange">;

/**
 * Makes pictures of what stands after a step, no larger than they are shown: grey values, colours and masks are averaged
 * on the way (as the screen would do it), labels are the nearest pixels', for between two labels there is none. Not a
 * step's own result: nothing is computed from it. Keeps its memory and weights for the next picture of the same size.
 */
export class StepShower {
  readonly #kernels: ShowingKernels;
  #sampler: PictureSampler | undefined;
  #whole = new Uint8Array(0);
  #reduced = new Float32Array(0);

  constructor(kernels: ShowingKernels) {
    this.#kernels = kernels;
  }

  /** @param within the picture is reduced until it fits in there; it is never enlarged. */
  show(output: StepOutput, within: Size): StepPicture {
    switch (output.stage) {
      case "colour": return this.#colour(output.planes, within);
      case "grey": return this.#grey(output.plane, within);
      case "mask": return { stage: "mask", layout: "grey8", ...this.#mask(output.mask, within), ...(output.value === undefined ? {} : { threshold: output.value }) };
      case "objects": return { stage: "objects", layout: "labels8", count: output.map.count, ...labelNumbers(output.map, within) };
    }
  }

  #colour(planes: readonly GreyPlane[], within: Size): StepPicture {
    const [red, green = red, blue = red] = planes.map((plane) => this.#bytes(plane, fitted(plane, within), 0, 1));
    const { width, height } = fitted(planes[0] ?? { width: 0, height: 0 }, within);
    const pixels = new Uint8ClampedArray(4 * width * height);
    if (red !== undefined && green !== undefined && blue !== undefined) {
      for (let at = 0, to = 0; at < red.length; at++, to += 4) {
        pixels[to] = red[at] as number;
        pixels[to + 1] = green[at] as number;
        pixels[to + 2] = blue[at] as number;
        pixels[to + 3] = 255;
      }
    }
    return { stage: "colour", layout: "rgba8", width, height, pixels };
  }

  #grey(plane: GreyPlane, within: Size): StepPicture {
    const range = this.#kernels.valueRange(plane.data);
    // What stays within the common scale is shown on it, so that a dim picture looks dim.
    const [min, max] = range.min >= 0 && range.max <= 255 && range.max > 4 ? [0, 255] : [range.min, range.max];
    const size = fitted(plane, within);
    return { stage: "grey", layout: "grey8", range, ...size, pixels: this.#bytes(plane, size, min, max > min ? 255 / (max - min) : 0) };
  }

  /** The plane's values, less `min` and times `gain`, as bytes of a picture of that size. */
  #bytes(plane: GreyPlane, size: Size, min: number, gain: number): Bytes {
    const { data } = plane;
    const isWhole = isSameSize(plane, size);
    const bytes = isWhole ? new Uint8ClampedArray(data.length) : this.#clampedWhole(data.length);
    this.#kernels.toBytes(data, min, gain, bytes);
    return isWhole ? bytes : this.#reduce(plane, this.#whole, size, 1);
  }

  #mask(mask: Mask, within: Size): Size & { readonly pixels: Bytes } {
    const size = fitted(mask, within);
    if (!isSameSize(mask, size)) return { ...size, pixels: this.#reduce(mask, mask.data, size, 255) };
    const pixels = new Uint8ClampedArray(mask.data.length);
    for (let at = 0; at < pixels.length; at++) pixels[at] = mask.data[at] === 0 ? 0 : 255;
    return { ...size, pixels };
  }

  #clampedWhole(length: number): Bytes {
    if (this.#whole.length !== length) this.#whole = new Uint8Array(length);
    return new Uint8ClampedArray(this.#whole.buffer);
  }

  /** Averaged down, each mean times `gain`. */
  #reduce(from: Size, bytes: Uint8Array, size: Size, gain: number): Bytes {
    const scale: ModelScale = { ...size, x: size.width / from.width, y: size.height / from.height };
    const geometry = { width: from.width, height: from.height, pixelFormat: "Mono8" } as const;
    if (this.#sampler?.fits(geometry, scale) !== true) this.#sampler = new PictureSampler(geometry, scale, this.#kernels);
    const length = size.width * size.height;
    if (this.#reduced.length !== length) this.#reduced = new Float32Array(length);
    const means = this.#reduced;
    this.#sampler.sample(bytes, { x: 0, y: 0, ...size }, means, 1);
    const pixels = new Uint8ClampedArray(length);
    this.#kernels.toBytes(means, 0, gain, pixels);
    return pixels;
  }
}

/** 0 for nothing, else a number from 1 to {@link LABEL_NUMBERS}. */
function labelNumbers(map: LabelMap, within: Size): Size & { readonly pixels: Bytes } {
  const size = fitted(map, within);
  const { labels } = map;
  const columns = nearest(map.width, size.width);
  const rows = nearest(map.height, size.height);
  const pixels = new Uint8ClampedArray(size.width * size.height);
  let at = 0;
  for (let y = 0; y < size.height; y++) {
    const row = (rows[y] as number) * map.width;
    for (let x = 0; x < size.width; x++, at++) {
      const label = labels[row + (columns[x] as number)] as number;
      pixels[at] = label === 0 ? 0 : 1 + (label % LABEL_NUMBERS);
    }
  }
  return { ...size, pixels };
}

/** Which of `from` pixels lies under the middle of each of `to`. */
function nearest(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to }, (_, at) => Math.min(Math.floor(((at + 0.5) * from) / to), from - 1));
}

/** The size at which a picture fits: its own, or reduced in its proportions. */
function fitted({ width, height }: Size, within: Size): Size {
  const factor = Math.min(within.width / width, within.height / height, 1);
  return { width: Math.max(Math.round(width * factor), 1), height: Math.max(Math.round(height * factor), 1) };
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
