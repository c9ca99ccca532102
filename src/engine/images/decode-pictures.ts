import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { frameBytes } from "../../shared/domain/pixel-layout.ts";
import { OcularError } from "../../shared/errors.ts";
import { type ByteSource, byteSourceOf } from "./byte-source.ts";
import { isNearlyBlack, toFullRange } from "./full-range.ts";
import { decodeJpeg, JPEG_HEAD_BYTES, jpegSize } from "./jpeg.ts";
import { type DecodedPixels, type Picture, type PictureLimits, type PictureSize, unreadable } from "./picture.ts";
import { describeOtherType, type PictureType, pictureTypeOf, TYPE_BYTES } from "./picture-type.ts";
import { decodePng, PNG_HEAD_BYTES, pngSize } from "./png.ts";
import { type FolderPlaces, folderPlaces } from "./sidecar.ts";
import { decodeTiffPage, tiffPageSize } from "./tiff/tiff-pixels.ts";
import type { PageDescription, TiffDescription } from "./tiff/page-description.ts";
import { describeTiff } from "./tiff/tiff-description.ts";
import { readDirectories, type TiffDirectory } from "./tiff/tiff-structure.ts";

/** What {@link decodePictures} may be told. */
export interface DecodeOptions extends PictureLimits {
  /** Sidecars of the folder, where the caller reads many files of it and wants them read for all, not for each. */
  readonly places?: FolderPlaces;
}

/**
 * The pages of one PNG, JPEG or TIFF file, one after the other; the type is told by content, not by name. Of a TIFF
 * stack one page at a time is in memory. Decoding keeps the thread busy: call it from a worker where that matters.
 *
 * @throws OcularError naming the file: `FileMissing`, `ImageUnreadable`, `ImageTooLarge`; `InvalidInput` naming a bad sidecar
 */
export async function* decodePictures(path: string, options: DecodeOptions = {}): AsyncGenerator<Picture, void, undefined> {
  const file = await openPicture(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw unreadable(path, "it is empty");
    const source = byteSourceOf(path, file, size);
    const places = options.places ?? folderPlaces(dirname(path));
    let page = 0;
    for await (const { pixels, place, isKept, significantBits, isPlaneOfStack, notSquareUm } of decodePages(source, options)) {
      const { significantBits: told, ...placeBeside } = await places.placeOf(path, page);
      // A field that Ocular kept says its depth by its format.
      const inFullRange = isKept ? pixels : toFullRange(pixels, told ?? significantBits);
      // Many writers say 16 for whatever lies in 16 bits: of the file's own words only fewer are word enough.
      const isUntold = !isKept && told === undefined && (significantBits ?? 16) === 16;
      yield { name: basename(path), path, page, ...inFullRange, ...place, ...placeBeside, ...(isUntold && isNearlyBlack(pixels) ? { depthMayBeLess: true } : {}), ...(isPlaneOfStack ? { isPlaneOfStack } : {}), ...(notSquareUm === undefined || placeBeside.pixelSizeUm !== undefined ? {} : { notSquareUm }) };
      page += 1;
    }
  } finally {
    await file.close();
  }
}

/** The only page of a file, or the first. */
export async function decodePicture(path: string, options: DecodeOptions = {}): Promise<Picture> {
  for await (const picture of decodePictures(path, options)) return picture;
  throw unreadable(path, "it has no page");
}

/**
 * Size and format of each page, from the headers alone: what memory a file will need. A whole header is no promise that
 * the pixels can be read.
 *
 * @throws as {@link decodePictures}
 */
export async function pictureSizes(path: string, limits: PictureLimits = {}): Promise<PictureSize[]> {
  const file = await openPicture(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw unreadable(path, "it is empty");
    const source = byteSourceOf(path, file, size);
    const type = await typeOf(source);
    if (type === "png") return [pngSize(path, await source.read(0, Math.min(PNG_HEAD_BYTES, size)), limits)];
    if (type === "jpeg") return [jpegSize(path, await source.read(0, Math.min(JPEG_HEAD_BYTES, size)), limits)];
    const sizes: PictureSize[] = [];
    for await (const { directory, description } of tiffPages(source)) sizes.push(asKept(tiffPageSize(source, directory, limits), description));
    return sizes;
  } finally {
    await file.close();
  }
}

async function typeOf(source: ByteSource): Promise<PictureType> {
  const head = await source.read(0, Math.min(TYPE_BYTES, source.size));
  const type = pictureTypeOf(head);
  if (type === undefined) throw unreadable(source.path, describeOtherType(head));
  return type;
}

/** Files are read whole up to this; stacks may be larger, for they are read in parts. */
const LARGEST_WHOLE_FILE = 2 ** 31 - 1;

/** A page, and what the file says of it. */
interface DecodedPage extends PageDescription {
  readonly pixels: DecodedPixels;
  /** By Ocular itself, in a session. */
  readonly isKept: boolean;
}

async function* decodePages(source: ByteSource, limits: PictureLimits): AsyncGenerator<DecodedPage> {
  const type = await typeOf(source);
  if (type === "tiff") {
    for await (const { directory, description, page } of tiffPages(source)) {
      yield { pixels: asKept(await decodeTiffPage(source, directory, limits), description), isKept: description.keptFormat !== undefined, ...description.of(page) };
    }
    return;
  }
  if (source.size > LARGEST_WHOLE_FILE) throw unreadable(source.path, "the file is larger than 2 GB");
  const bytes = await source.read(0, source.size);
  yield { pixels: type === "png" ? decodePng(source.path, bytes, limits) : decodeJpeg(source.path, bytes, limits), place: {}, isKept: false, significantBits: undefined, isPlaneOfStack: false, notSquareUm: undefined };
}

/** The pages that are pictures, with what the first page says of all. */
async function* tiffPages(source: ByteSource): AsyncGenerator<{ directory: TiffDirectory; description: TiffDescription; page: number }> {
  let description: TiffDescription | undefined;
  let page = 0;
  for await (const directory of readDirectories(source)) {
    description ??= describeTiff(directory);
    yield { directory, description, page };
    if (description.keptFormat !== undefined) return;
    page += 1;
  }
}

/** A kept field in the format it was kept in, when that fits what is stored. */
function asKept<T extends PictureSize>(stored: T, { keptFormat }: TiffDescription): T {
  const { width, height, pixelFormat } = stored;
  const fits = keptFormat !== undefined && frameBytes(keptFormat, width, height) === frameBytes(pixelFormat, width, height);
  return fits ? { ...stored, pixelFormat: keptFormat } : stored;
}

async function openPicture(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") throw new OcularError({ tag: "FileMissing", path }, { cause: error });
    throw unreadable(path, code === "EACCES" || code === "EPERM" ? "it may not be read" : `it cannot be opened (${String(code)})`, error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw unreadable(path, "it is no file");
}
