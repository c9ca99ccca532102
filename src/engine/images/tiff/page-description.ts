import type { PixelSidesUm } from "../../../core/geometry/square-pixels.ts";
import type { PixelFormat } from "../../../shared/domain/frame.ts";
import type { PicturePlace } from "../picture.ts";

/** What is said of one page. */
export interface PageDescription {
  readonly place: PicturePlace;
  /** Bits of a sample that carry signal (OME's SignificantBits); undefined where the file does not say. */
  readonly significantBits: number | undefined;
  /** One plane of several of the same place: depths, channels or times. */
  readonly isPlaneOfStack: boolean;
  /** The sides of pixels that are not square; then `place` has no pixel size. */
  readonly notSquareUm: PixelSidesUm | undefined;
}

/** What a TIFF says of its pages. */
export interface TiffDescription {
  of(page: number): PageDescription;
  /**
   * Pixel format of a field that Ocular kept (docs/session-format.md): TIFF itself cannot say Bayer or 12 bits. Only the
   * first page of such a file is the picture; a second one is its preview.
   */
  readonly keptFormat: PixelFormat | undefined;
}
