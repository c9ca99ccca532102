import { PixelFormat } from "../../../shared/domain/frame.ts";
import type { PicturePlace } from "../picture.ts";
import { TAG, type TiffDirectory } from "./tiff-structure.ts";

/** What a TIFF says of its pages. */
export interface TiffDescription {
  place(page: number): PicturePlace;
  /**
   * Pixel format of a field that Ocular kept (docs/session-format.md): TIFF itself cannot say Bayer or 12 bits. Only the
   * first page of such a file is the picture; a second one is its preview.
   */
  readonly keptFormat: PixelFormat | undefined;
  /** Bits of a sample that carry signal (OME's SignificantBits); undefined where the file does not say. */
  readonly significantBits: number | undefined;
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
  return { place: () => place, keptFormat: undefined, significantBits: undefined };
}

function describeOme(xml: string): TiffDescription {
  const pixels = attributesOf(xml, "Pixels")[0];
  const planes = attributesOf(xml, "Plane");
  const pixelSizeUm = lengthUm(pixels, "PhysicalSizeX");
  return {
    keptFormat: xml.includes("urn:ocular:field:1") ? PixelFormat.safeParse(/<M K="pixel_format">([^<]*)<\/M>/u.exec(xml)?.[1]).data : undefined,
    significantBits: bitsOf(pixels?.get("SignificantBits")),
    place(page) {
      const plane = planes[page];
      const x = lengthUm(plane, "PositionX");
      const y = lengthUm(plane, "PositionY");
      const z = lengthUm(plane, "PositionZ");
      return {
        ...(pixelSizeUm !== undefined && pixelSizeUm > 0 ? { pixelSizeUm } : {}),
        ...(x === undefined || y === undefined ? {} : { stagePositionUm: { x, y } }),
        ...(z === undefined ? {} : { focusPositionUm: z }),
      };
    },
  };
}

function bitsOf(text: string | undefined): number | undefined {
  const bits = Number(text);
  return Number.isInteger(bits) && bits >= 1 && bits <= 16 ? bits : undefined;
}

/** Attributes of every element of that name; enough of XML for what OME writers write. */
function attributesOf(xml: string, element: string): ReadonlyMap<string, string>[] {
  const tags = xml.matchAll(new RegExp(`<(?:\\w+:)?${element}(\\s[^>]*?)?/?>`, "gu"));
  return [...tags].map(([, attributes = ""]) => {
    const pairs = attributes.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu);
    return new Map([...pairs].map(([, name = "", double, single]) => [name, unescapeXml(double ?? single ?? "")]));
  });
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&#x([0-9a-fA-F]+);/gu, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))).replaceAll(/&#(\d+);/gu, (_, decimal: string) => String.fromCodePoint(Number(decimal))).replaceAll("&amp;", "&");
}

/** Units of length that OME knows and a microscope uses. "reference frame" is no length: such a position is nowhere. */
const UM_PER_UNIT: Readonly<Record<string, number>> = { pm: 1e-6, nm: 1e-3, "\u00b5m": 1, "\u03bcm": 1, um: 1, mm: 1e3, cm: 1e4, m: 1e6 };

function lengthUm(attributes: ReadonlyMap<string, string> | undefined, name: string): number | undefined {
  const text = attributes?.get(name);
  const unit = attributes?.get(`${name}Unit`) ?? DEFAULT_UNIT[name];
  const scale = unit === undefined ? undefined : UM_PER_UNIT[unit];
  if (text === undefined || scale === undefined) return undefined;
  const value = Number(text) * scale;
  return Number.isFinite(value) ? value : undefined;
}

/** The schema's defaults: physical sizes are um, positions are of no known unit. */
const DEFAULT_UNIT: Readonly<Record<string, string>> = { PhysicalSizeX: "um" };

/** ImageJ: pixels per unit in XResolution, the unit by name in the description. */
function imageJPixelSize(description: string, xResolution: number | undefined): number | undefined {
  if (!description.startsWith("ImageJ=") || xResolution === undefined || !(xResolution > 0)) return undefined;
  const unit = /^unit=(.*)$/mu.exec(description)?.[1]?.trim();
  return unit !== undefined && ["micron", "microns", "um", "\u00b5m", "\\u00B5m"].includes(unit) ? 1 / xResolution : undefined;
}
