import { open } from "node:fs/promises";
import { type FrameHeader, PixelFormat } from "../../shared/domain/frame.ts";
import { frameBytes, layoutOf } from "../../shared/domain/pixel-layout.ts";
import { OcularError } from "../../shared/errors.ts";
import { halfSize, halfSizeColour, type Samples } from "./bayer.ts";
import { fieldFact, type FieldContext, omeXml } from "./ome-xml.ts";
import { errorCode } from "./session-files.ts";
import { tiffHead, type TiffImage } from "./tiff-layout.ts";

/** An OME-TIFF file ready to be written: its parts in order, without gaps, each made when it is asked for. */
export interface OmeTiff {
  readonly byteLength: number;
  readonly parts: readonly (() => Uint8Array)[];
}

/**
 * The file of one kept field: little-endian classic TIFF, uncompressed strips, OME-XML in the first ImageDescription.
 * Mono and RGB are stored as they are. A Bayer field keeps its raw mosaic as the first image (nothing is lost, box
 * coordinates fit) and a half-size colour preview as the second (docs/adr/0010-bayer-fields.md).
 *
 * @param pixels as the camera gave them; read while the parts are asked for, so keep them until the file is written
 * @throws OcularError InvalidInput when size and format do not fit the bytes, or 4 GiB are exceeded
 */
export function composeOmeTiff(header: FrameHeader, pixels: Uint8Array, context: FieldContext): OmeTiff {
  const { width, height, pixelFormat, pixelSizeUm } = header;
  const layout = layoutOf(pixelFormat);
  const expected = frameBytes(pixelFormat, width, height);
  if (pixels.byteLength !== expected) {
    throw invalidField(context.fieldId, `${width} x ${height} ${pixelFormat} has ${expected} bytes, not ${pixels.byteLength}`);
  }
  const preview = layout.cfa !== undefined && width > 1 && height > 1 ? { ...halfSize(width, height), cfa: layout.cfa } : undefined;
  const images: TiffImage[] = [{ width, height, channels: layout.channels, bytesPerSample: layout.bytesPerSample, pixelSizeUm }];
  if (preview !== undefined) images.push({ width: preview.width, height: preview.height, channels: 3, bytesPerSample: 1, pixelSizeUm: pixelSizeUm === undefined ? undefined : 2 * pixelSizeUm });
  const layoutOnDisk = headOf(images, omeXml(header, context, preview), context);
  const [raw, colour] = layoutOnDisk.pixels;
  const parts: (() => Uint8Array)[] = [() => layoutOnDisk.head, () => pixels];
  if (raw !== undefined && colour !== undefined && preview !== undefined) {
    const gap = colour.offset - raw.offset - raw.bytes;
    parts.push(() => new Uint8Array(gap));
    parts.push(() => halfSizeColour(samplesOf(pixels, layout.bytesPerSample), width, height, preview.cfa, layout.significantBits - 8));
  }
  return { byteLength: layoutOnDisk.byteLength, parts };
}

function headOf(images: readonly TiffImage[], xml: string, context: FieldContext): ReturnType<typeof tiffHead> {
  try {
    return tiffHead(images, xml, context.software);
  } catch (error) {
    if (error instanceof RangeError) throw invalidField(context.fieldId, error.message);
    throw error;
  }
}

function invalidField(fieldId: string, reason: string): OcularError {
  return new OcularError({ tag: "InvalidInput", what: `Field ${fieldId}`, reason });
}

/** 16-bit samples as numbers; a view that starts on an odd byte is copied. */
export function samplesOf(pixels: Uint8Array, bytesPerSample: 1 | 2): Samples {
  if (bytesPerSample === 1) return pixels;
  const even = pixels.byteOffset % 2 === 0 ? pixels : pixels.slice();
  return new Uint16Array(even.buffer, even.byteOffset, even.byteLength / 2);
}

/** A field's pixels as they were kept. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: PixelFormat;
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** The whole OME-XML. */
  readonly xml: string;
}

/**
 * Reads a file made from {@link composeOmeTiff} (and no other TIFF).
 *
 * @throws OcularError FileMissing, or ImageUnreadable saying why
 */
export async function readOmeTiff(path: string): Promise<StoredPicture> {
  const bytes = await wholeFile(path);
  try {
    return parsedOmeTiff(bytes);
  } catch (error) {
    throw new OcularError({ tag: "ImageUnreadable", path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/** Into memory of its own, so that 16-bit pixels can be viewed in place. */
async function wholeFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path, "r");
    try {
      const bytes = new Uint8Array((await file.stat()).size);
      let done = 0;
      while (done < bytes.byteLength) {
        const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, done);
        if (bytesRead === 0) throw new OcularError({ tag: "ImageUnreadable", path, reason: "the file became shorter while it was read" });
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") throw new OcularError({ tag: "FileMissing", path }, { cause: error });
    if (error instanceof OcularError) throw error;
    throw new OcularError({ tag: "ImageUnreadable", path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

function parsedOmeTiff(bytes: Uint8Array<ArrayBuffer>): StoredPicture {
  const view = new DataView(bytes.buffer);
  if (bytes.byteLength < 8 || view.getUint16(0, true) !== 0x4949 || view.getUint16(2, true) !== 42) throw new Error("it is not a little-endian TIFF");
  const entries = directoryEntries(view, view.getUint32(4, true));
  const width = firstValue(view, entries, 256);
  const height = firstValue(view, entries, 257);
  const xml = asciiValue(bytes, entries, 270);
  const pixelFormat = PixelFormat.safeParse(fieldFact(xml, "pixel_format"));
  if (!pixelFormat.success) throw new Error("its OME-XML names no pixel format of ours");
  const start = firstValue(view, entries, 273);
  const end = start + frameBytes(pixelFormat.data, width, height);
  if (end > bytes.byteLength) throw new Error(`it ends before its pixels (${bytes.byteLength} of ${end} bytes)`);
  return { width, height, pixelFormat: pixelFormat.data, pixels: bytes.subarray(start, end), xml };
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value stands. */
  readonly at: number;
}

const UNIT_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 5: 8 };

function directoryEntries(view: DataView, start: number): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>();
  const count = view.getUint16(start, true);
  for (let i = 0; i < count; i++) {
    const at = start + 2 + 12 * i;
    const type = view.getUint16(at + 2, true);
    const values = view.getUint32(at + 4, true);
    const isInside = (UNIT_BYTES[type] ?? 1) * values <= 4;
    entries.set(view.getUint16(at, true), { type, count: values, at: isInside ? at + 8 : view.getUint32(at + 8, true) });
  }
  return entries;
}

function firstValue(view: DataView, entries: ReadonlyMap<number, Entry>, tag: number): number {
  const entry = entries.get(tag);
  if (entry === undefined) throw new Error(`it lacks tag ${tag}`);
  return entry.type === 3 ? view.getUint16(entry.at, true) : view.getUint32(entry.at, true);
}

function asciiValue(bytes: Uint8Array, entries: ReadonlyMap<number, Entry>, tag: number): string {
  const entry = entries.get(tag);
  if (entry === undefined) throw new Error(`it lacks tag ${tag}`);
  return Buffer.from(bytes.subarray(entry.at, entry.at + entry.count - 1)).toString("ascii");
}
