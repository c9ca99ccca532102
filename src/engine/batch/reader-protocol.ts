import type { PixelSidesUm } from "../../core/geometry/square-pixels.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { PixelFormat } from "../../shared/domain/frame.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import type { InputFile } from "./inputs.ts";

/** One decoded page. Its memory is the reader's: the next page overwrites it. */
export interface Page {
  /** Number of the page in its file, from 0. */
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixels: Uint8Array<SharedArrayBuffer>;
  /** um per pixel, where the file, a sidecar or the session's log says so. */
  readonly pixelSizeUm?: number;
  /** These three: see `Picture`. */
  readonly depthMayBeLess?: boolean;
  readonly isPlaneOfStack?: boolean;
  readonly notSquareUm?: PixelSidesUm;
}

/** An object whose features are wanted, in pixels of the page. */
export interface ObjectPlace {
  readonly box: BoxPx;
  readonly contour?: readonly number[] | undefined;
}

/** To the reader thread: answered one after the other, in order. */
export type ReaderRequest =
  /** Another file; answers with the pixels of its largest page, from the headers. */
  | { readonly type: "open"; readonly file: InputFile }
  /** Its next page, undefined after the last. */
  | { readonly type: "next" }
  /** Features of objects on the page in hand, see `measureObjects`. */
  | { readonly type: "measure"; readonly objects: readonly ObjectPlace[]; readonly pixelSizeUm: number | undefined }
  /** Squares round boxes of a page, 8-bit RGB. */
  | { readonly type: "crop"; readonly file: InputFile; readonly page: number; readonly boxes: readonly BoxPx[]; readonly sidePx: number };

/** What each request is answered with. */
export interface ReaderAnswers {
  readonly open: number;
  readonly next: Page | undefined;
  readonly measure: Float64Array<ArrayBuffer>;
  readonly crop: Uint8Array<ArrayBuffer>;
}

export type ReaderReply = { readonly ok: true; readonly value: ReaderAnswers[ReaderRequest["type"]] } | { readonly ok: false; readonly error: ErrorData };
