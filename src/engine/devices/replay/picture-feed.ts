import { dirname } from "node:path";
import type { PixelFormat } from "../../../shared/domain/frame.ts";
import { frameBytes } from "../../../shared/domain/pixel-layout.ts";
import type { ErrorData } from "../../../shared/error-data.ts";
import { errorDataOf, OcularError } from "../../../shared/errors.ts";
import { decodePictures, pictureSizes } from "../../images/decode-pictures.ts";
import { listPictures } from "../../images/list-pictures.ts";
import { type FolderPlaces, folderPlaces } from "../../images/sidecar.ts";
import type { Picture } from "../../images/picture.ts";
import { toRawColour } from "./mosaic.ts";

/** What is to be played. */
export interface FeedOptions {
  /** Files and folders, played in this order; a folder's pictures in natural order. */
  readonly inputs: readonly string[];
  /** Begin again after the last picture. */
  readonly loop: boolean;
  /** Send RGB8 pictures as BayerRG8. */
  readonly rawColour: boolean;
  readonly maxPixels?: number;
}

/** What the headers say of all that will be played. */
export interface FeedContents {
  readonly files: number;
  readonly pages: number;
  readonly largestWidth: number;
  readonly largestHeight: number;
  readonly largestBytes: number;
  /** The first picture's format first. */
  readonly pixelFormats: readonly PixelFormat[];
}

/** The next thing to play: a picture, a file that cannot be read (from here on), or the end. */
export type FeedItem =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "broken"; readonly path: string; readonly error: ErrorData }
  | { readonly kind: "end" };

/** Pictures one after the other. One call at a time. */
export interface PictureFeed {
  /**
   * Lists and looks through the headers; call it first.
   * @throws OcularError `FileMissing`, `NoImages`, or `ImageUnreadable` when not a single header can be read
   */
  open(): Promise<FeedContents>;
  next(): Promise<FeedItem>;
  dispose(): Promise<void>;
}

/** A feed that decodes on the calling thread. */
export function createPictureFeed(options: FeedOptions): PictureFeed {
  let items: AsyncGenerator<FeedItem, void, undefined> | undefined;
  return {
    async open() {
      const paths = (await Promise.all(options.inputs.map((input) => listPictures(input)))).flat();
      const contents = await lookThrough(paths, options);
      items = play(paths, options);
      return contents;
    },
    async next() {
      if (items === undefined) throw new OcularError({ tag: "WrongState", what: "Reading pictures", state: "not opened", allowedIn: ["opened"] });
      const item = await items.next();
      return item.done === true ? { kind: "end" } : item.value;
    },
    async dispose() {
      await items?.return();
    },
  };
}

async function* play(paths: readonly string[], options: FeedOptions): AsyncGenerator<FeedItem, void, undefined> {
  const places = new Map<string, FolderPlaces>();
  const limits = options.maxPixels === undefined ? {} : { maxPixels: options.maxPixels };
  let readable = true;
  // A round without a single picture would never end and never show anything.
  for (let round = 0; readable && (round === 0 || options.loop); round++) {
    readable = false;
    for (const path of paths) {
      const folder = places.get(dirname(path)) ?? folderPlaces(dirname(path));
      places.set(dirname(path), folder);
      try {
        for await (const picture of decodePictures(path, { ...limits, places: folder })) {
          const { notSquareUm } = picture;
          if (notSquareUm !== undefined) throw new OcularError({ tag: "PixelsNotSquare", path, xUm: notSquareUm.x, yUm: notSquareUm.y });
          readable = true;
          yield { kind: "picture", picture: options.rawColour ? toRawColour(picture) : picture };
        }
      } catch (error) {
        yield { kind: "broken", path, error: errorDataOf(error, `Reading ${path}`) };
      }
    }
  }
}

async function lookThrough(paths: readonly string[], options: FeedOptions): Promise<FeedContents> {
  const contents = { files: paths.length, pages: 0, largestWidth: 0, largestHeight: 0, largestBytes: 0 };
  const pixelFormats = new Set<PixelFormat>();
  let firstProblem: OcularError | undefined;
  for (const path of paths) {
    try {
      for (const size of await pictureSizes(path, options.maxPixels === undefined ? {} : { maxPixels: options.maxPixels })) {
        const pixelFormat = options.rawColour && size.pixelFormat === "RGB8" ? "BayerRG8" : size.pixelFormat;
        contents.pages += 1;
        contents.largestWidth = Math.max(contents.largestWidth, size.width);
        contents.largestHeight = Math.max(contents.largestHeight, size.height);
        contents.largestBytes = Math.max(contents.largestBytes, frameBytes(pixelFormat, size.width, size.height));
        pixelFormats.add(pixelFormat);
      }
    } catch (error) {
      // Told when its turn to be played comes; here it matters only if there is nothing else.
      firstProblem ??= error instanceof OcularError ? error : new OcularError(errorDataOf(error, `Reading ${path}`));
    }
  }
  if (contents.pages === 0 && firstProblem !== undefined) throw firstProblem;
  return { ...contents, pixelFormats: [...pixelFormats] };
}
