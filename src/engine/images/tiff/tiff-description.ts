import type { PixelFormat } from "../../../shared/domain/frame.ts";
import type { PicturePlace } from "../picture.ts";
import { describeOme } from "./ome-description.ts";
import { TAG, type TiffDirectory } from "./tiff-structure.ts";

/** What is said of one page. */
export interface PageDescription {
  readonly place: PicturePlace;
  /** Bits of a sample that carry signal (OME's SignificantBits); undefined where the file does not say. */
  readonly significantBits: number | undefined;
  /** One plane of several of the same place: depths, channels or times. */
  readonly isPlaneOfStack: boolean;
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

/**
 * Scale and place from the first page's description: OME-XML (PhysicalSizeX and the planes' PositionX/Y/Z), or
 * ImageJ's "unit=micron" with XResolution. Plain resolution tags are not believed: most writers put 72 dpi there.
 */
export function describeTiff(first: TiffDirectory): TiffDescription {
  const description = first.text(TAG.imageDescription) ?? "";
  if (/<(?:\w+:)?OME[\s>]/u.test(description)) return describeOme(description);
  const pixelSizeUm = imageJPixelSize(description, first.number(TAG.xResolution));
  const place: PicturePlace = pixelSizeUm === undefined ? {} : { pixelSizeUm };
  const isPlaneOfStack = description.startsWith("ImageJ=") && /^(?:channels|slices|frames)=(?!1$)\d+$/mu.test(description);
  return { of: () => ({ place, significantBits: undefined, isPlaneOfStack }), keptFormat: undefined };
}

/** ImageJ: pixels per unit in XResolution, the unit by name in the description. */
function imageJPixelSize(description: string, xResolution: number | undefined): number | undefined {
  if (!description.startsWith("ImageJ=") || xResolution === undefined || !(xResolution > 0)) return undefined;
  const unit = /^unit=(.*)$/mu.exec(description)?.[1]?.trim();
  return unit !== undefined && ["micron", "microns", "um", "\u00b5m", "\\u00B5m"].includes(unit) ? 1 / xResolution : undefined;
}
