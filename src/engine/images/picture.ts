import type { PixelSidesUm } from "../../core/geometry/square-pixels.ts";
import type { PixelFormat, StageUmFromPx } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";

/** One decoded page of a picture file. */
export interface Picture {
  /** Base name of the file. */
  readonly name: string;
  readonly path: string;
  /** 0 for files of one page. */
  readonly page: number;
  readonly width: number;
  readonly height: number;
  /** Mono8, Mono16, RGB8 or RGB16; other formats only from files that Ocular itself kept. */
  readonly pixelFormat: PixelFormat;
  /** Row by row, unpadded; 16-bit samples little-endian. The picture's own memory, nobody else's. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** um per pixel, where the file or a sidecar says so. */
  readonly pixelSizeUm?: number;
  /** Place of the picture's centre, um. */
  readonly stagePositionUm?: { readonly x: number; readonly y: number };
  /** How the picture lies to the stage (um for one px), where somebody says so; else it is in line with it. */
  readonly stageUmFromPx?: StageUmFromPx;
  readonly focusPositionUm?: number;
  /** Its 16-bit samples are nearly black, and nobody says how many bits carry signal: it may be of a camera of 12 or 14 bits. */
  readonly depthMayBeLess?: boolean;
  /** One plane of several of the same place (depths, channels, times), by what its file says. */
  readonly isPlaneOfStack?: boolean;
  /** Its file says that its pixels are not square, and nothing beside it says what size to take; then it has no `pixelSizeUm`. */
  readonly notSquareUm?: PixelSidesUm;
}

/** What of a picture is metadata: from the file itself or from beside it. */
export type PicturePlace = Pick<Picture, "pixelSizeUm" | "stagePositionUm" | "stageUmFromPx" | "focusPositionUm">;

/** What a decoder gives. */
export type DecodedPixels = Pick<Picture, "width" | "height" | "pixelFormat" | "pixels">;

/** What the header of a page says. */
export type PictureSize = Pick<Picture, "width" | "height" | "pixelFormat">;

/** How large a picture may be; checked on the header, before memory is asked for. */
export interface PictureLimits {
  /** Pixels of one page. Default 512 million. */
  readonly maxPixels?: number;
}

const DEFAULT_MAX_PIXELS = 512_000_000;

/**
 * @throws OcularError `ImageTooLarge` above the limit, `ImageUnreadable` for a picture without area
 */
export function requireReasonableSize(path: string, width: number, height: number, limits: PictureLimits): void {
  const maxPixels = limits.maxPixels ?? DEFAULT_MAX_PIXELS;
  if (!(width > 0 && height > 0)) throw unreadable(path, `it is ${width} x ${height} px`);
  if (width * height > maxPixels) throw new OcularError({ tag: "ImageTooLarge", path, width, height, maxPixels });
}

export function unreadable(path: string, reason: string, cause?: unknown): OcularError {
  return new OcularError({ tag: "ImageUnreadable", path, reason }, cause === undefined ? {} : { cause });
}

/** The first `channels` of every pixel's `samples`; alpha and other extras are left out, values stand as stored. */
export function takeChannels<T extends Uint8Array | Uint16Array>(source: Uint8Array | Uint16Array, target: T, samples: number, channels: number): T {
  for (let from = 0, to = 0; to < target.length; from += samples) {
    for (let channel = 0; channel < channels; channel++) target[to++] = source[from + channel] ?? 0;
  }
  return target;
}
