import { PixelFormat, StageUmFromPx } from "../../../shared/domain/frame.ts";
import type { PageDescription, TiffDescription } from "./page-description.ts";
import { notSquare, pixelSize } from "./stated-pixel-size.ts";

type Attributes = ReadonlyMap<string, string>;

/** One `Pixels` element: a picture or stack with a scale of its own. */
interface Stack {
  readonly pixels: Attributes;
  readonly planes: readonly Attributes[];
  /** Channels with planes of their own; the three of an RGB plane are one. 0 where none is described. */
  readonly channels: number;
  /** Its `TiffData`, and the UUID of the file that each says its planes are in. */
  readonly data: ReadonlyArray<{ readonly attributes: Attributes; readonly uuid: string | undefined }>;
}

/** What is said of a page: by its stack, and by its own plane. */
interface PageWords {
  readonly pixels: Attributes;
  readonly plane: Attributes | undefined;
  readonly isPlaneOfStack: boolean;
}

/**
 * Scale, depth and place of each page by OME-XML. A file may hold several pictures, each with a scale of its own, and may tell of
 * pictures in other files beside it: `TiffData` says which page is whose.
 */
export function describeOme(xml: string): TiffDescription {
  const stacks = stacksOf(xml);
  const pages = pagesOf(stacks, attributesOf(xml, "OME")[0]?.get("UUID"));
  const ownFact = (key: string): string | undefined => (xml.includes("urn:ocular:field:1") ? new RegExp(`<M K="${key}">([^<]*)</M>`, "u").exec(xml)?.[1] : undefined);
  const stageUmFromPx = StageUmFromPx.safeParse(ownFact("stage_um_from_px")?.split(" ").map(Number)).data;
  return {
    keptFormat: PixelFormat.safeParse(ownFact("pixel_format")).data,
    // It is that of the field itself; a colour preview behind it has other pixels.
    of: (page) => pageDescription(pages.get(page) ?? wordsWithoutData(stacks, page), page === 0 ? stageUmFromPx : undefined),
  };
}

function pageDescription(words: PageWords | undefined, stageUmFromPx: StageUmFromPx | undefined): PageDescription {
  const [across, down] = [lengthUm(words?.pixels, "PhysicalSizeX"), lengthUm(words?.pixels, "PhysicalSizeY")];
  const [x, y, z] = [lengthUm(words?.plane, "PositionX"), lengthUm(words?.plane, "PositionY"), lengthUm(words?.plane, "PositionZ")];
  return {
    significantBits: bitsOf(words?.pixels.get("SignificantBits")),
    isPlaneOfStack: words?.isPlaneOfStack ?? false,
    notSquareUm: notSquare(across, down),
    place: {
      ...pixelSize(across, down),
      ...(x === undefined || y === undefined ? {} : { stagePositionUm: { x, y } }),
      ...(stageUmFromPx === undefined ? {} : { stageUmFromPx }),
      ...(z === undefined ? {} : { focusPositionUm: z }),
    },
  };
}

function stacksOf(xml: string): Stack[] {
  const blocks = xml.matchAll(/<(?:\w+:)?Pixels\s[^>]*?(?:\/>|>[\s\S]*?<\/(?:\w+:)?Pixels>)/gu);
  return [...blocks].map(([block]) => ({
    pixels: attributesOf(block, "Pixels")[0] ?? new Map<string, string>(),
    planes: attributesOf(block, "Plane"),
    channels: attributesOf(block, "Channel").length,
    data: [...block.matchAll(/<(?:\w+:)?TiffData(?:\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?TiffData>)/gu)].map(([element, inside = ""]) => ({
      attributes: attributesOf(element, "TiffData")[0] ?? new Map<string, string>(),
      uuid: /<(?:\w+:)?UUID(?:\s[^>]*)?>\s*([^<]*?)\s*<\//u.exec(inside)?.[1],
    })),
  }));
}

/** Planes looked at, at most: a description is not trusted to be true. */
const MOST_PLANES = 100_000;

/** Pages by their number in this file. What a stack keeps in other files is left out; so is all where nobody says which file this is. */
function pagesOf(stacks: readonly Stack[], ownUuid: string | undefined): Map<number, PageWords> {
  const pages = new Map<number, PageWords>();
  const files = new Set(stacks.flatMap(({ data }) => data.map(({ uuid }) => uuid)));
  const isHere = (uuid: string | undefined): boolean => uuid === undefined || (ownUuid === undefined ? files.size === 1 : uuid === ownUuid);
  let left = MOST_PLANES;
  for (const { pixels, planes, channels, data } of stacks) {
    const byPlace = new Map(planes.map((plane) => [["TheZ", "TheC", "TheT"].map((name) => wholeOf(plane, name) ?? 0).join(), plane]));
    const walk = planeWalk(pixels, channels);
    const isPlaneOfStack = walk.count > 1 && isOnePlace(planes);
    for (const { attributes, uuid } of data) {
      if (!isHere(uuid)) continue;
      const ifd = wholeOf(attributes, "IFD");
      const first = walk.numberOf({ Z: wholeOf(attributes, "FirstZ") ?? 0, C: wholeOf(attributes, "FirstC") ?? 0, T: wholeOf(attributes, "FirstT") ?? 0 });
      // The schema: one plane where a page is named, all that are left where none is.
      const count = wholeOf(attributes, "PlaneCount") ?? (ifd === undefined ? walk.count - first : 1);
      for (let n = 0; n < Math.min(count, walk.count - first) && left > 0; n++, left--) pages.set((ifd ?? 0) + n, { pixels, plane: byPlace.get(walk.placeOf(first + n)), isPlaneOfStack });
    }
  }
  return pages;
}

/** Planes of a stack in the order of its dimensions. Channels of one plane (RGB) are one step. */
function planeWalk(pixels: Attributes, channels: number): { readonly count: number; numberOf(at: Readonly<Record<"Z" | "C" | "T", number>>): number; placeOf(number: number): string } {
  const order = [...(pixels.get("DimensionOrder") ?? "XYZCT").slice(2)].filter((axis) => axis === "Z" || axis === "C" || axis === "T");
  const sizes = { Z: wholeOf(pixels, "SizeZ") ?? 1, C: channels > 0 ? channels : (wholeOf(pixels, "SizeC") ?? 1), T: wholeOf(pixels, "SizeT") ?? 1 };
  return {
    count: sizes.Z * sizes.C * sizes.T,
    numberOf: (at) => order.reduceRight((number, axis) => number * sizes[axis] + at[axis], 0),
    placeOf(number) {
      const at = { Z: 0, C: 0, T: 0 };
      let rest = number;
      for (const axis of order) {
        at[axis] = rest % sizes[axis];
        rest = Math.floor(rest / sizes[axis]);
      }
      return [at.Z, at.C, at.T].join();
    },
  };
}

/** Of a page that no `TiffData` names: planes in their order, and a scale only where all pictures have the same one. */
function wordsWithoutData(stacks: readonly Stack[], page: number): PageWords | undefined {
  const [first] = stacks;
  if (first === undefined) return undefined;
  const says = (name: string): boolean => stacks.every(({ pixels }) => pixels.get(name) === first.pixels.get(name));
  const isAlike = ["PhysicalSizeX", "PhysicalSizeXUnit", "PhysicalSizeY", "PhysicalSizeYUnit", "SignificantBits"].every(says);
  const hasData = stacks.some(({ data }) => data.length > 0);
  return { pixels: isAlike ? first.pixels : new Map(), plane: hasData ? undefined : stacks.flatMap(({ planes }) => planes)[page], isPlaneOfStack: stacks.some(({ pixels, channels, planes }) => planeWalk(pixels, channels).count > 1 && isOnePlace(planes)) };
}

/** Whether no two planes say that they lie beside each other: some programs keep the fields of a slide as times. */
function isOnePlace(planes: readonly Attributes[]): boolean {
  return new Set(planes.map((plane) => `${plane.get("PositionX") ?? ""} ${plane.get("PositionY") ?? ""}`)).size < 2;
}

function wholeOf(attributes: Attributes, name: string): number | undefined {
  const value = Number(attributes.get(name) ?? NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}

function bitsOf(text: string | undefined): number | undefined {
  const bits = Number(text);
  return Number.isInteger(bits) && bits >= 1 && bits <= 16 ? bits : undefined;
}

/** Attributes of every element of that name; enough of XML for what OME writers write. */
function attributesOf(xml: string, element: string): Attributes[] {
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

function lengthUm(attributes: Attributes | undefined, name: string): number | undefined {
  const text = attributes?.get(name);
  const unit = attributes?.get(`${name}Unit`) ?? DEFAULT_UNIT[name];
  const scale = unit === undefined ? undefined : UM_PER_UNIT[unit];
  if (text === undefined || scale === undefined) return undefined;
  const value = Number(text) * scale;
  return Number.isFinite(value) ? value : undefined;
}

/** The schema's defaults: physical sizes are um, positions are of no known unit. */
const DEFAULT_UNIT: Readonly<Record<string, string>> = { PhysicalSizeX: "um", PhysicalSizeY: "um" };
