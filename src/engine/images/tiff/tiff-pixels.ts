import type { ByteSource } from "../byte-source.ts";
import { type DecodedPixels, type PictureLimits, type PictureSize, requireReasonableSize, unreadable } from "../picture.ts";
import { compressionName, unpackerOf } from "./tiff-compression.ts";
import { TAG, type TiffDirectory } from "./tiff-structure.ts";

/** Photometric interpretations (TIFF 6.0 section 8). */
const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const PALETTE = 3;

/** How the samples of a page lie in its strips or tiles. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly bytesPerSample: 1 | 2;
  /** Samples per pixel in the file, alpha and extras included. */
  readonly samples: number;
  /** Samples of a pixel that lie side by side: all, or 1 where each channel has a plane of its own. */
  readonly interleaved: number;
  /** Samples of a pixel that are taken: 1 or 3. */
  readonly channels: 1 | 3;
  readonly chunkWidth: number;
  readonly chunkHeight: number;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

/** Size and format of one page, as {@link decodeTiffPage} will give it. */
export function tiffPageSize(source: ByteSource, directory: TiffDirectory, limits: PictureLimits): PictureSize {
  const { width, height, channels, bytesPerSample } = layoutOf(source, directory, limits);
  const isColour = channels === 3 || directory.number(TAG.photometric) === PALETTE;
  return { width, height, pixelFormat: isColour ? (bytesPerSample === 2 ? "RGB16" : "RGB8") : bytesPerSample === 2 ? "Mono16" : "Mono8" };
}

/**
 * Pixels of one page: 8 or 16-bit grey, RGB or palette, in strips or tiles, interleaved or in planes; uncompressed,
 * LZW, Deflate or PackBits, with or without horizontal prediction. Alpha is dropped, not blended.
 *
 * @throws OcularError `ImageUnreadable`, `ImageTooLarge`
 */
export async function decodeTiffPage(source: ByteSource, directory: TiffDirectory, limits: PictureLimits): Promise<DecodedPixels> {
  const layout = layoutOf(source, directory, limits);
  const { width, height, bytesPerSample, channels } = layout;
  const pixels = new Uint8Array(width * height * channels * bytesPerSample);
  const unpack = chunkReader(source, directory, layout);
  const across = Math.ceil(width / layout.chunkWidth);
  const down = Math.ceil(height / layout.chunkHeight);
  const planes = layout.interleaved === 1 ? channels : 1;
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const chunk = await unpack(plane * across * down + row * across + column, Math.min(layout.chunkHeight, height - row * layout.chunkHeight));
        copyChunk(chunk, pixels, layout, { plane, x: column * layout.chunkWidth, y: row * layout.chunkHeight });
      }
    }
  }
  return interpret(source, directory, layout, pixels);
}

function layoutOf(source: ByteSource, directory: TiffDirectory, limits: PictureLimits): Layout {
  const { path } = source;
  const width = directory.number(TAG.width) ?? 0;
  const height = directory.number(TAG.height) ?? 0;
  requireReasonableSize(path, width, height, limits);
  const samples = directory.number(TAG.samplesPerPixel) ?? 1;
  const photometric = directory.number(TAG.photometric) ?? BLACK_IS_ZERO;
  const bits = directory.numbers(TAG.bitsPerSample);
  const depth = bits[0] ?? 1;
  const format = directory.number(TAG.sampleFormat) ?? 1;
  if (format !== 1) throw unreadable(path, `its samples are ${format === 3 ? "floating point" : "signed"}, not 8 or 16-bit whole numbers`);
  if ((depth !== 8 && depth !== 16) || bits.some((each) => each !== depth)) throw unreadable(path, `it has ${[...new Set(bits)].join(", ") || 1} bits per sample, not 8 or 16`);
  if (photometric > PALETTE) throw unreadable(path, `its colour space (number ${photometric}) is not grey, RGB or palette`);
  if (photometric === RGB ? samples < 3 : samples > 2) throw unreadable(path, `it has ${samples} channels, not 1 or 3`);
  const isTiled = directory.number(TAG.tileWidth) !== undefined;
  return {
    width, height, samples,
    bytesPerSample: depth === 16 ? 2 : 1,
    channels: photometric === RGB ? 3 : 1,
    interleaved: directory.number(TAG.planarConfiguration) === 2 ? 1 : samples,
    chunkWidth: isTiled ? (directory.number(TAG.tileWidth) ?? width) : width,
    chunkHeight: isTiled ? (directory.number(TAG.tileLength) ?? height) : Math.min(height, directory.number(TAG.rowsPerStrip) ?? height),
    offsets: directory.numbers(isTiled ? TAG.tileOffsets : TAG.stripOffsets),
    byteCounts: directory.numbers(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts),
  };
}

/** Reads one strip or tile: unpacked, in little-endian order, prediction undone. */
function chunkReader(source: ByteSource, directory: TiffDirectory, layout: Layout) {
  const compression = directory.number(TAG.compression) ?? 1;
  const unpack = unpackerOf(compression);
  if (unpack === undefined) throw unreadable(source.path, `its compression (${compressionName(compression)}) is not supported`);
  const predictor = directory.number(TAG.predictor) ?? 1;
  if (predictor > 2) throw unreadable(source.path, `its predictor (number ${predictor}) is not supported`);
  const rowBytes = layout.chunkWidth * layout.interleaved * layout.bytesPerSample;
  const isTiled = directory.number(TAG.tileWidth) !== undefined;
  return async (index: number, rowsInside: number): Promise<Uint8Array> => {
    const offset = layout.offsets[index];
    const byteCount = layout.byteCounts[index];
    const rows = isTiled ? layout.chunkHeight : rowsInside;
    if (offset === undefined || byteCount === undefined) throw unreadable(source.path, "parts of the picture are missing");
    const packed = await source.read(offset, byteCount);
    let chunk: Uint8Array;
    try {
      chunk = unpack(packed, rows * rowBytes);
    } catch (error) {
      throw unreadable(source.path, "its compressed data is damaged", error);
    }
    if (chunk.length < rowsInside * rowBytes) throw unreadable(source.path, "it is cut off");
    if (layout.bytesPerSample === 2 && !directory.littleEndian) Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length & ~1).swap16();
    if (predictor === 2) undoPrediction(chunk, rowBytes, layout.interleaved, layout.bytesPerSample);
    return chunk;
  };
}

/** TIFF 6.0 section 14: each sample was stored as its difference from the pixel to its left. */
function undoPrediction(chunk: Uint8Array, rowBytes: number, interleaved: number, bytesPerSample: 1 | 2): void {
  for (let row = 0; row + rowBytes <= chunk.length; row += rowBytes) {
    const view = new DataView(chunk.buffer, chunk.byteOffset + row, rowBytes);
    for (let at = interleaved * bytesPerSample; at < rowBytes; at += bytesPerSample) {
      const left = at - interleaved * bytesPerSample;
      if (bytesPerSample === 1) view.setUint8(at, view.getUint8(at) + view.getUint8(left));
      else view.setUint16(at, view.getUint16(at, true) + view.getUint16(left, true), true);
    }
  }
}

function copyChunk(chunk: Uint8Array, pixels: Uint8Array, layout: Layout, place: { plane: number; x: number; y: number }): void {
  const { width, height, bytesPerSample, channels, interleaved, chunkWidth } = layout;
  const columns = Math.min(chunkWidth, width - place.x);
  const rows = Math.min(layout.chunkHeight, height - place.y);
  const taken = Math.min(channels, interleaved);
  for (let y = 0; y < rows; y++) {
    const from = y * chunkWidth * interleaved * bytesPerSample;
    const to = ((place.y + y) * width + place.x) * channels * bytesPerSample + place.plane * bytesPerSample;
    if (taken === interleaved && taken === channels) {
      pixels.set(chunk.subarray(from, from + columns * channels * bytesPerSample), to);
      continue;
    }
    for (let x = 0; x < columns; x++) {
      for (let byte = 0; byte < taken * bytesPerSample; byte++) {
        pixels[to + x * channels * bytesPerSample + byte] = chunk[from + x * interleaved * bytesPerSample + byte] ?? 0;
      }
    }
  }
}

/** What the samples mean: grey and RGB stand, white-is-zero is turned round, a palette is looked up. */
function interpret(source: ByteSource, directory: TiffDirectory, layout: Layout, pixels: Uint8Array<ArrayBuffer>): DecodedPixels {
  const { width, height, bytesPerSample, channels } = layout;
  const photometric = directory.number(TAG.photometric) ?? BLACK_IS_ZERO;
  if (photometric === PALETTE) {
    const map = directory.numbers(TAG.colorMap);
    const entries = map.length / 3;
    if (bytesPerSample !== 1 || entries < 256) throw unreadable(source.path, "its palette is not one of 256 colours");
    const colours = new Uint8Array(width * height * 3);
    pixels.forEach((index, at) => {
      for (let channel = 0; channel < 3; channel++) colours[at * 3 + channel] = (map[channel * entries + index] ?? 0) >> 8;
    });
    return { width, height, pixelFormat: "RGB8", pixels: colours };
  }
  // The complement of every byte is the complement of every sample.
  if (photometric === WHITE_IS_ZERO) for (let at = 0; at < pixels.length; at++) pixels[at] = 255 - (pixels[at] ?? 0);
  const pixelFormat = channels === 3 ? (bytesPerSample === 2 ? "RGB16" : "RGB8") : bytesPerSample === 2 ? "Mono16" : "Mono8";
  return { width, height, pixelFormat, pixels };
}
