/** Kinds of picture files that can be read. */
export type PictureType = "png" | "jpeg" | "tiff";

/** How many bytes {@link pictureTypeOf} wants to see. */
export const TYPE_BYTES = 12;

/** The kind of picture by its first bytes; file names are not asked. */
export function pictureTypeOf(head: Uint8Array): PictureType | undefined {
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (startsWith(head, [0xff, 0xd8, 0xff])) return "jpeg";
  const isTiff = TIFF_HEADS.some((signature) => startsWith(head, signature));
  return isTiff ? "tiff" : undefined;
}

/** What a file that is no such picture looks like, for the message. */
export function describeOtherType(head: Uint8Array): string {
  const known = OTHERS.find(([signature]) => startsWith(head, [...Buffer.from(signature, "latin1")]));
  return known === undefined ? "it is no PNG, JPEG or TIFF" : `it is ${known[1]}, not a PNG, JPEG or TIFF`;
}

/** Classic TIFF and BigTIFF in either byte order. */
const TIFF_HEADS = [
  [0x49, 0x49, 42, 0],
  [0x4d, 0x4d, 0, 42],
  [0x49, 0x49, 43, 0],
  [0x4d, 0x4d, 0, 43],
] as const;

const OTHERS: readonly (readonly [string, string])[] = [
  ["GIF8", "a GIF"],
  ["BM", "a BMP"],
  ["RIFF", "a WebP or another RIFF file"],
  ["%PDF", "a PDF"],
  ["PK\u0003\u0004", "a ZIP archive"],
  ["\u001f\u008b", "a gzip archive"],
  ["<?xml", "an XML text"],
  ["<svg", "an SVG"],
];

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((value, index) => bytes[index] === value);
}
