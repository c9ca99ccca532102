import { frameBytes, layoutOf } from "../../../shared/domain/pixel-layout.ts";
import type { PixelFormat } from "../../../shared/domain/frame.ts";
import type { ModelScale } from "../../../core/detection/scale.ts";
import { WEIGHT_BITS, triangleWeights } from "./axis-weights.ts";
import type { AxisWeights } from "./axis-weights.ts";
import { planesOf } from "./colour-planes.ts";
import type { ColourPlane } from "./colour-planes.ts";
import { averageColumns, averageRows, writeBytes, writeFloats, writeLuma } from "./resample-kernels.ts";
import type { RowLayout } from "./resample-kernels.ts";

/** What a picture looks like in memory. */
export interface PictureGeometry {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
}

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
 * picture's size; the weight tables are kept for the next frame of the same shape.
 */
export class PictureSampler {
  readonly #geometry: PictureGeometry;
  readonly #scale: ModelScale;
  readonly #planes: readonly ColourPlane[];
  readonly #tables = new Map<string, AxisWeights>();
  /** One row of averages per row phase (two in a Bayer mosaic). */
  readonly #rows: readonly [Int32Array, Int32Array];
  #colours = new Float32Array(0);

  constructor(geometry: PictureGeometry, scale: ModelScale) {
    this.#geometry = geometry;
    this.#scale = scale;
    this.#planes = planesOf(geometry.pixelFormat);
    const rowSamples = geometry.width * layoutOf(geometry.pixelFormat).channels;
    this.#rows = [new Int32Array(rowSamples), new Int32Array(rowSamples)];
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
    const samples = this.#samplesOf(pixels);
    const { significantBits } = layoutOf(this.#geometry.pixelFormat);
    const columns = this.#planes.map((plane) => this.#table("x", plane.phaseX, region.x, region.width));
    const rowPhases = this.#isMosaic ? ([0, 1] as const) : ([0] as const);
    const planeSize = region.width * region.height;
    const line = new Int32Array(region.width);
    const gain = 255 / (2 ** 16 - 2 ** (16 - significantBits)) / 2 ** WEIGHT_BITS;
    for (let y = 0; y < region.height; y++) {
      for (const phase of rowPhases) {
        const rows = this.#table("y", phase, region.y, region.height);
        averageRows(samples, this.#rowLayout(phase), rows, y, significantBits, this.#rows[phase]);
      }
      let previous = -1;
      for (const [index, plane] of this.#planes.entries()) {
        const table = columns[index];
        if (table === undefined) continue;
        averageColumns(this.#rows[plane.phaseY], plane.step, plane.first, table, plane.share < 1, plane.channel === previous, line);
        previous = plane.channel;
        // The second green of a mosaic is added to the first before they are written.
        if (this.#planes[index + 1]?.channel === plane.channel) continue;
        const at = plane.channel * planeSize + y * region.width;
        if (target instanceof Uint8Array) writeBytes(line, gain, target, at);
        else writeFloats(line, gain, target, at);
      }
    }
    if (this.#planes.length === 1 && channels === 3) {
      // Grey is the same in every colour.
      target.copyWithin(planeSize, 0, planeSize);
      target.copyWithin(planeSize * 2, 0, planeSize);
    }
  }

  get #isMosaic(): boolean {
    return this.#planes.length === 4;
  }

  #rowLayout(phase: 0 | 1): RowLayout {
    const length = this.#rows[0].length;
    return { stride: this.#isMosaic ? 2 * length : length, offset: phase * length, length };
  }

  #samplesOf(pixels: Uint8Array): Uint8Array | Uint16Array {
    const { width, height, pixelFormat } = this.#geometry;
    const bytes = frameBytes(pixelFormat, width, height);
    if (pixels.length < bytes) throw new RangeError(`${pixels.length} bytes are too few for ${width} x ${height} ${pixelFormat} (${bytes})`);
    if (layoutOf(pixelFormat).bytesPerSample === 1) return pixels;
    const aligned = pixels.byteOffset % 2 === 0 ? pixels : pixels.slice(0, bytes);
    return new Uint16Array(aligned.buffer, aligned.byteOffset, bytes / 2);
  }

  #table(axis: "x" | "y", phase: 0 | 1, start: number, count: number): AxisWeights {
    const key = `${axis} ${phase} ${start} ${count}`;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const [sourcePixels, targetPixels] = axis === "x" ? [this.#geometry.width, this.#scale.width] : [this.#geometry.height, this.#scale.height];
    const table = triangleWeights({ sourcePixels, targetPixels, start, count, pitch: this.#isMosaic ? 2 : 1, phase });
    this.#tables.set(key, table);
    return table;
  }
}
