/** One picture of a TIFF file, stored as uncompressed strips that follow each other. */
export interface TiffImage {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel, interleaved. */
  readonly channels: 1 | 3;
  readonly bytesPerSample: 1 | 2;
  /** um per pixel, written as the TIFF resolution; undefined when unknown. */
  readonly pixelSizeUm: number | undefined;
}

/** Everything of the file that is not pixels, and where the pixels go. */
export interface TiffHead {
  /** Header, directories and texts; the first image's pixels follow at once. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Offset and size of each image's pixels. */
  readonly pixels: readonly { readonly offset: number; readonly bytes: number }[];
  readonly byteLength: number;
}

/** Largest file whose every offset fits 32 bits. */
const MOST_BYTES = 0xffff_ffff;
const STRIP_BYTES = 256 * 1024;
const ALIGNMENT = 16;

/**
 * Classic little-endian TIFF 6.0: the directories stand before the pixels, so the file is written in one pass.
 *
 * @param description ImageDescription of the first image, ASCII
 * @throws RangeError when the file would be larger than classic TIFF can address (4 GiB)
 */
export function tiffHead(images: readonly TiffImage[], description: string, software: string): TiffHead {
  const directories = images.map((image, index) => directory(image, index === 0 ? description : undefined, software));
  const sizes = directories.map(directoryBytes);
  const headBytes = aligned(HEADER_BYTES + sizes.reduce((sum, size) => sum + size, 0));
  const pixels: { offset: number; bytes: number }[] = [];
  let end = headBytes;
  for (const image of images) {
    const bytes = image.width * image.height * image.channels * image.bytesPerSample;
    pixels.push({ offset: end, bytes });
    end = aligned(end + bytes);
  }
  const byteLength = lastEnd(pixels);
  if (byteLength > MOST_BYTES) throw new RangeError(`${byteLength} bytes are more than a classic TIFF file can hold`);
  const head = new Uint8Array(headBytes);
  writeHead(new DataView(head.buffer), directories, sizes, pixels.map(({ offset }) => offset));
  return { head, pixels, byteLength };
}

function lastEnd(pixels: readonly { offset: number; bytes: number }[]): number {
  const last = pixels.at(-1);
  return last === undefined ? 0 : last.offset + last.bytes;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

type Field =
  | { readonly tag: number; readonly type: "short" | "long"; readonly values: readonly number[] }
  | { readonly tag: number; readonly type: "rational"; readonly values: readonly [number, number] }
  | { readonly tag: number; readonly type: "ascii"; readonly text: string }
  /** Strip offsets: known once the pixels have a place. */
  | { readonly tag: 273; readonly type: "offsets"; readonly stripStarts: readonly number[] };

const TYPE_CODE = { ascii: 2, short: 3, long: 4, offsets: 4, rational: 5 } as const;

/** Tags of TIFF 6.0, in rising order as the standard demands. */
function directory(image: TiffImage, description: string | undefined, software: string): Field[] {
  const rowBytes = image.width * image.channels * image.bytesPerSample;
  const rowsPerStrip = Math.max(1, Math.min(image.height, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = Array.from({ length: Math.ceil(image.height / rowsPerStrip) }, (_, index) => index);
  const perSample = (value: number): number[] => Array.from({ length: image.channels }, () => value);
  return [
    { tag: 254, type: "long", values: [0] },
    { tag: 256, type: "long", values: [image.width] },
    { tag: 257, type: "long", values: [image.height] },
    { tag: 258, type: "short", values: perSample(image.bytesPerSample * 8) },
    { tag: 259, type: "short", values: [1] },
    { tag: 262, type: "short", values: [image.channels === 3 ? 2 : 1] },
    ...(description === undefined ? [] : [{ tag: 270, type: "ascii" as const, text: description }]),
    { tag: 273, type: "offsets", stripStarts: strips.map((strip) => strip * rowsPerStrip * rowBytes) },
    { tag: 277, type: "short", values: [image.channels] },
    { tag: 278, type: "long", values: [rowsPerStrip] },
    { tag: 279, type: "long", values: strips.map((strip) => Math.min(rowsPerStrip, image.height - strip * rowsPerStrip) * rowBytes) },
    ...resolution(image.pixelSizeUm),
    { tag: 284, type: "short", values: [1] },
    ...(image.pixelSizeUm === undefined ? [] : [{ tag: 296, type: "short" as const, values: [3] }]),
    { tag: 305, type: "ascii", text: software },
    { tag: 339, type: "short", values: perSample(1) },
  ];
}

/** Pixels per centimetre. */
function resolution(pixelSizeUm: number | undefined): Field[] {
  if (pixelSizeUm === undefined) return [];
  const perCm = 10_000 / pixelSizeUm;
  const denominator = perCm < 4_000_000 ? 1000 : 1;
  const values = [Math.min(MOST_BYTES, Math.round(perCm * denominator)), denominator] as const;
  return [{ tag: 282, type: "rational", values }, { tag: 283, type: "rational", values }];
}

function valueCount(field: Field): number {
  switch (field.type) {
    case "ascii":
      return field.text.length + 1;
    case "rational":
      return 1;
    case "offsets":
      return field.stripStarts.length;
    default:
      return field.values.length;
  }
}

const UNIT_BYTES = { ascii: 1, short: 2, long: 4, offsets: 4, rational: 8 } as const;

function valueBytes(field: Field): number {
  return valueCount(field) * UNIT_BYTES[field.type];
}

/** Values of up to four bytes sit in the entry itself; others follow the directory on even offsets. */
function outsideBytes(field: Field): number {
  const bytes = valueBytes(field);
  return bytes <= 4 ? 0 : bytes + (bytes % 2);
}

function directoryBytes(fields: readonly Field[]): number {
  return 2 + fields.length * ENTRY_BYTES + 4 + fields.reduce((sum, field) => sum + outsideBytes(field), 0);
}

function writeHead(view: DataView, directories: readonly Field[][], sizes: readonly number[], pixelOffsets: readonly number[]): void {
  view.setUint16(0, 0x4949, true);
  view.setUint16(2, 42, true);
  view.setUint32(4, HEADER_BYTES, true);
  let start = HEADER_BYTES;
  directories.forEach((fields, index) => {
    const end = start + (sizes[index] ?? 0);
    const next = index + 1 < directories.length ? end : 0;
    writeDirectory(view, start, fields, next, pixelOffsets[index] ?? 0);
    start = end;
  });
}

function writeDirectory(view: DataView, start: number, fields: readonly Field[], next: number, pixelOffset: number): void {
  view.setUint16(start, fields.length, true);
  let entry = start + 2;
  let outside = start + 2 + fields.length * ENTRY_BYTES + 4;
  for (const field of fields) {
    view.setUint16(entry, field.tag, true);
    view.setUint16(entry + 2, TYPE_CODE[field.type], true);
    view.setUint32(entry + 4, valueCount(field), true);
    const isInside = valueBytes(field) <= 4;
    if (!isInside) view.setUint32(entry + 8, outside, true);
    writeValues(view, isInside ? entry + 8 : outside, field, pixelOffset);
    outside += outsideBytes(field);
    entry += ENTRY_BYTES;
  }
  view.setUint32(entry, next, true);
}

function writeValues(view: DataView, at: number, field: Field, pixelOffset: number): void {
  switch (field.type) {
    case "ascii":
      for (let i = 0; i < field.text.length; i++) view.setUint8(at + i, field.text.charCodeAt(i) & 0x7f);
      return;
    case "short":
      field.values.forEach((value, i) => view.setUint16(at + 2 * i, value, true));
      return;
    case "offsets":
      field.stripStarts.forEach((value, i) => view.setUint32(at + 4 * i, pixelOffset + value, true));
      return;
    case "long":
    case "rational":
      field.values.forEach((value, i) => view.setUint32(at + 4 * i, value, true));
  }
}
