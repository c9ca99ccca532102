import { dirname } from "node:path";
import { measureObjects } from "../../core/features/measure-objects.ts";
import type { PixelSidesUm } from "../../core/geometry/square-pixels.ts";
import type { BoxPx } from "../../shared/domain/detection.ts";
import type { PixelFormat } from "../../shared/domain/frame.ts";
import { OcularError } from "../../shared/errors.ts";
import { scaledPicture } from "../analysis/rules/recipe-picture.ts";
import { cropCells } from "../features/crop-cells.ts";
import { decodePictures, pictureSizes } from "../images/decode-pictures.ts";
import { type FolderPlaces, folderPlaces } from "../images/sidecar.ts";
import { pictureOf, type RgbPicture } from "../session/field-picture.ts";
import { readOmeTiff } from "../session/ome-tiff.ts";
import type { InputFile } from "./inputs.ts";
import type { ObjectPlace, Page, ReaderAnswers, ReaderRequest } from "./reader-protocol.ts";

/** A page as its decoder gives it. */
interface DecodedPage {
  readonly page: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixels: Uint8Array;
  readonly pixelSizeUm?: number | undefined;
  readonly depthMayBeLess?: boolean;
  readonly isPlaneOfStack?: boolean;
  readonly notSquareUm?: PixelSidesUm;
}

/** Shared memory larger than this goes back when the pictures after it are much smaller. */
const KEPT_BYTES = 64 << 20;

/**
 * Reads pictures page by page into one piece of shared memory, measures objects on the page in hand and cuts cells out of
 * pages; the inside of the reader thread, without the thread. Throws OcularErrors naming the file.
 */
export class PictureDesk {
  #pages: AsyncGenerator<DecodedPage, void, undefined> | undefined;
  #memory = new SharedArrayBuffer(0);
  #inHand: Page | undefined;
  #places: { folder: string; places: FolderPlaces } | undefined;
  /** The last page that was cropped: a gallery comes back to it. */
  #cropped: { key: string; picture: RgbPicture } | undefined;

  async answer(request: ReaderRequest): Promise<ReaderAnswers[ReaderRequest["type"]]> {
    switch (request.type) {
      case "open": return this.#open(request.file);
      case "next": return this.#next();
      case "measure": return this.#measure(request.objects, request.pixelSizeUm);
      case "crop": return this.#crop(request.file, request.page, request.boxes, request.sidePx);
    }
  }

  async #open(file: InputFile): Promise<number> {
    await this.#pages?.return();
    this.#inHand = undefined;
    const sizes = await pictureSizes(file.path);
    this.#pages = this.#pagesOf(file);
    return sizes.reduce((most, { width, height }) => Math.max(most, width * height), 0);
  }

  async #next(): Promise<Page | undefined> {
    this.#inHand = undefined;
    const next = await this.#pages?.next();
    if (next === undefined || next.done === true) return undefined;
    const { page, width, height, pixelFormat, pixels, pixelSizeUm, depthMayBeLess = false, isPlaneOfStack = false, notSquareUm } = next.value;
    const shared = this.#memoryOf(pixels.byteLength);
    shared.set(pixels);
    this.#inHand = { page, width, height, pixelFormat, pixels: shared, ...(depthMayBeLess ? { depthMayBeLess } : {}), ...(isPlaneOfStack ? { isPlaneOfStack } : {}), ...(notSquareUm === undefined ? {} : { notSquareUm }), ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }) };
    return this.#inHand;
  }

  /** One piece of memory for all pages: pieces that threads share are given back late. */
  #memoryOf(bytes: number): Uint8Array<SharedArrayBuffer> {
    const isWasteful = this.#memory.byteLength > KEPT_BYTES && bytes < this.#memory.byteLength / 4;
    if (this.#memory.byteLength < bytes || isWasteful) this.#memory = new SharedArrayBuffer(bytes);
    return new Uint8Array(this.#memory, 0, bytes);
  }

  #measure(objects: readonly ObjectPlace[], pixelSizeUm: number | undefined): Float64Array<ArrayBuffer> {
    if (this.#inHand === undefined) throw new OcularError({ tag: "Internal", what: "Measuring objects", reason: "no page is in hand" });
    // The picture as it is: no working scale, so the assumed one has no part.
    const { picture } = scaledPicture({ assumedPixelSizeUm: 1 }, this.#inHand);
    return measureObjects({ planes: picture.planes, pixelSizeUm }, objects);
  }

  async #crop(file: InputFile, page: number, boxes: readonly BoxPx[], sidePx: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${page} ${file.path}`;
    if (this.#cropped?.key !== key) this.#cropped = { key, picture: await this.#rgbPage(file, page) };
    return cropCells(this.#cropped.picture, boxes, sidePx);
  }

  async #rgbPage(file: InputFile, page: number): Promise<RgbPicture> {
    for await (const each of this.#pagesOf(file)) {
      if (each.page === page) return pictureOf({ ...each, pixels: new Uint8Array(each.pixels), xml: "" });
    }
    throw new OcularError({ tag: "ImageUnreadable", path: file.path, reason: `it has no page ${page + 1} any more` });
  }

  async *#pagesOf(file: InputFile): AsyncGenerator<DecodedPage, void, undefined> {
    if (file.field === undefined) {
      yield* decodePictures(file.path, { places: this.#placesOf(dirname(file.path)) });
      return;
    }
    // As the camera gave it: a Bayer field is not demosaiced on the way.
    yield { ...(await readOmeTiff(file.path)), page: 0, pixelSizeUm: file.field.header.pixelSizeUm };
  }

  /** Sidecars of a folder are read for all of its pictures, not for each. */
  #placesOf(folder: string): FolderPlaces {
    if (this.#places?.folder !== folder) this.#places = { folder, places: folderPlaces(folder) };
    return this.#places.places;
  }
}
