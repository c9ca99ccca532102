import { describeOme } from "./ome-description.ts";
import type { TiffDescription } from "./page-description.ts";
import { notSquare, pixelSize } from "./stated-pixel-size.ts";
import { TAG, type TiffDirectory } from "./tiff-structure.ts";

/**
 * Scale and place from the first page's description: OME-XML (PhysicalSizeX and the planes' PositionX/Y/Z), or
 * ImageJ's "unit=micron" with XResolution and YResolution. Plain resolution tags are not believed: most writers put 72 dpi there.
 */
export function describeTiff(first: TiffDirectory): TiffDescription {
  const description = first.text(TAG.imageDescription) ?? "";
  if (/<(?:\w+:)?OME[\s>]/u.test(description)) return describeOme(description);
  const [across, down] = [TAG.xResolution, TAG.yResolution].map((tag) => imageJPixelSize(description, first.number(tag)));
  const isPlaneOfStack = description.startsWith("ImageJ=") && /^(?:channels|slices|frames)=(?!1$)\d+$/mu.test(description);
  return { of: () => ({ place: pixelSize(across, down), notSquareUm: notSquare(across, down), significantBits: undefined, isPlaneOfStack }), keptFormat: undefined };
}

/** ImageJ: pixels per unit in XResolution and YResolution, the unit by name in the description. */
function imageJPixelSize(description: string, resolution: number | undefined): number | undefined {
  if (!description.startsWith("ImageJ=") || resolution === undefined || !(resolution > 0)) return undefined;
  const unit = /^unit=(.*)$/mu.exec(description)?.[1]?.trim();
  return unit !== undefined && ["micron", "microns", "um", "\u00b5m", "\\u00B5m"].includes(unit) ? 1 / resolution : undefined;
}
