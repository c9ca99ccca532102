import type { PicturePlace } from "../picture.ts";
import { describeOme } from "./ome-description.ts";
import type { TiffDescription } from "./page-description.ts";
import { TAG, type TiffDirectory } from "./tiff-structure.ts";

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
