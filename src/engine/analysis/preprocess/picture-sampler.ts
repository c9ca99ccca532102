import { frameBytes, layoutOf } from "../../../shared/domain/pixel-layout.ts";
import type { PixelFormat } from "../../../shared/domain/frame.ts";
import type { ModelScale } from "../../../core/detection/scale.ts";
import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";
import type { ResamplePlan } from "../../../core/kernels/resample-plan.ts";
import { triangleWeights } from "./axis-weights.ts";
import { planesOf } from "./colour-planes.ts";
import type { ColourPlane } from "./colour-planes.ts";

/** What a picture looks like in memory. */
export interface PictureGeometry {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
}

/** Weights kept for regions that come again. */
const MOST_PLANS = 64;

/** A part of the scaled picture, model pixels; beyond the picture its edge is repeated. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Brings any region of a picture to the model's scale, from any pixel format, in one go: a Bayer mosaic is never
 * demosaiced in full, each of its colours is resampled where it lies. Memory is a few rows of the source, whatever the
 * picture's size; the weight tables are kept for the next frame of the same shape. The weighing itself is one of the
 * pixel kernels.
 */
export class PictureSampler {
  readonly #geometry: PictureGeometry;
  readonly #scale: ModelScale;
  readonly #planes: readonly ColourPlane[];
  readonly #kernels: Pick<PixelKernels, "resample">;
  readonly #plans = new Map<string, ResamplePlan>();
  #colours = new Float32Array(0);

  constructor(geometry: PictureGeometry, scale: ModelScale, kernels: Pick<PixelKernels, "resample">) {
    this.#geometry = geometry;
    this.#scale = scale;
    this.#planes = planesOf(geometry.pixelFormat);
    this.#kernels = kernels;
  }

  /** Whether this sampler can serve a picture of that shape and scale. */
  fits(geometry: PictureGeometry, scale: ModelScale): boolean {
    const mine = this.#geometry;
    return geometry.width === mine.width && geometry.height === mine.height && geometry.pixelFormat === mine.pixelFormat
      && scale.width === this.#scale.width && scale.height === this.#scale.height;
  }

  /**
   * Fill `target` with planes R, G, B (one after the other, each `region.width` x `region.height`), or one grey plane, in
   * 0..255 whatever the bit depth. A Uint8Array is rounded, a Float32Array is not. Grey of colours is their luma
   * (ITU-R BT.601), as Pillow's mode L and OpenCV's grey are.
   *
   * @throws RangeError when `pixels` is shorter than the picture.
   */
  sample(pixels: Uint8Array, region: Region, target: Uint8Array | Float32Array, channels: 1 | 3 = 3): void {
    if (channels === 1 && this.#planes.length > 1) this.#sampleLuma(pixels, region, target);
    else this.#samplePlanes(pixels, region, target, channels);
  }

  #sampleLuma(pixels: Uint8Array, region: Region, target: Uint8Array | Float32Array): void {
    const plane = region.width * region.height;
    if (this.#colours.length !== 3 * plane) this.#colours = new Float32Array(3 * plane);
    this.#samplePlanes(pixels, region, this.#colours, 3);
    writeLuma(this.#colours, plane, target);
  }

  #samplePlanes(pixels: Uint8Array, region: Region, target: Uint8Array | Float32Array, channels: 1 | 3): void {
    this.#kernels.resample(this.#samplesOf(pixels), this.#planFor(region), target);
    const planeSize = region.width * region.height;
    if (this.#planes.length === 1 && channels === 3) {
      // Grey is the same in every colour.
      target.copyWithin(planeSize, 0, planeSize);
      target.copyWithin(planeSize * 2, 0, planeSize);
    }
  }

  get #isMosaic(): boolean {
    return this.#planes.length === 4;
  }

  #samplesOf(pixels: Uint8Array): Uint8Array | Uint16Array {
    const { width, height, pixelFormat } = this.#geometry;
    const bytes = frameBytes(pixelFormat, width, height);
    if (pixels.length < bytes) throw new RangeError(`${pixels.length} bytes are too few for ${width} x ${height} ${pixelFormat} (${bytes})`);
    if (layoutOf(pixelFormat).bytesPerSample === 1) return pixels;
    const aligned = pixels.byteOffset % 2 === 0 ? pixels : pixels.slice(0, bytes);
    return new Uint16Array(aligned.buffer, aligned.byteOffset, bytes / 2);
  }

  #planFor(region: Region): ResamplePlan {
    const key = `${region.x} ${region.y} ${region.width} ${region.height}`;
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const { width, height, pixelFormat } = this.#geometry;
    const { channels, significantBits } = layoutOf(pixelFormat);
    const pitch = this.#isMosaic ? 2 : 1;
    const along = { sourcePixels: width, targetPixels: this.#scale.width, start: region.x, count: region.width, pitch } as const;
    const down = { sourcePixels: height, targetPixels: this.#scale.height, start: region.y, count: region.height, pitch } as const;
    const even = triangleWeights({ ...along, phase: 0 });
    const odd = this.#isMosaic ? triangleWeights({ ...along, phase: 1 }) : even;
    const plan: ResamplePlan = {
      rowSamples: width * channels,
      significantBits,
      rows: (this.#isMosaic ? ([0, 1] as const) : ([0] as const)).map((phase) => triangleWeights({ ...down, phase })),
      colours: this.#planes.map(({ channel, phaseX, phaseY, step, first, share }) => (
        { channel, rowPhase: phaseY, step, first, isHalf: share < 1, columns: phaseX === 0 ? even : odd })),
      outWidth: region.width,
      outHeight: region.height,
    };
    // Tiles of one picture; those of a picture of thousands are made anew rather than kept.
    if (this.#plans.size >= MOST_PLANS) this.#plans.clear();
    this.#plans.set(key, plan);
    return plan;
  }
}

/** Luma (ITU-R BT.601) of planes R, G, B in 0..255; bytes are rounded. */
function writeLuma(colours: Float32Array, plane: number, target: Uint8Array | Float32Array): void {
  const half = target instanceof Uint8Array ? 0.5 : 0;
  for (let i = 0; i < plane; i++) {
    target[i] = 0.299 * (colours[i] ?? 0) + 0.587 * (colours[plane + i] ?? 0) + 0.114 * (colours[2 * plane + i] ?? 0) + half;
  }
}
