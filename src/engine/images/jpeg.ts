import { decodeWithTurbo } from "./jpeg-turbo.ts";
import { type DecodedPixels, type PictureLimits, type PictureSize, requireReasonableSize, unreadable } from "./picture.ts";

/** Bytes of a JPEG's beginning in which its frame header lies, but for files with very large previews or profiles inside. */
export const JPEG_HEAD_BYTES = 256 * 1024;

/** Size and format from the frame header. */
export function jpegSize(path: string, head: Buffer, limits: PictureLimits): PictureSize {
  const { width, height, components } = frameHeaderOf(path, head);
  requireReasonableSize(path, width, height, limits);
  if (components !== 1 && components !== 3) throw unreadable(path, `it has ${components} colour components (CMYK?), not 1 or 3`);
  return { width, height, pixelFormat: components === 1 ? "Mono8" : "RGB8" };
}

/**
 * Pixels of a JPEG, baseline or progressive: grey to Mono8, colour to RGB8. Pixels come as stored: an orientation in
 * the EXIF data is not applied, so that places found in the picture stay places in the file.
 *
 * @throws OcularError `ImageUnreadable`, `ImageTooLarge`
 */
export function decodeJpeg(path: string, bytes: Buffer, limits: PictureLimits): DecodedPixels {
  const size = jpegSize(path, bytes, limits);
  if (!hasEndMarker(bytes)) throw unreadable(path, "it is cut off");
  try {
    return { ...size, pixels: decodeWithTurbo(bytes, size.width, size.height, size.pixelFormat === "RGB8" ? 3 : 1) };
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : "its JPEG data is damaged", error);
  }
}

/** Walks the segments to the frame header (SOF, ITU T.81 B.2.2). */
function frameHeaderOf(path: string, bytes: Buffer): { width: number; height: number; components: number } {
  for (let offset = 2; offset + 4 <= bytes.length; ) {
    if (bytes[offset] !== 0xff) throw unreadable(path, "its JPEG header is damaged");
    const marker = bytes[offset + 1] ?? 0;
    if (marker === 0xff) {
      offset += 1; // A fill byte.
      continue;
    }
    if (isFrameHeader(marker)) {
      if (offset + 10 > bytes.length) break;
      if (bytes[offset + 4] !== 8) throw unreadable(path, `it has ${bytes[offset + 4]} bits per sample, not 8`);
      return { height: bytes.readUInt16BE(offset + 5), width: bytes.readUInt16BE(offset + 7), components: bytes.readUInt8(offset + 9) };
    }
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  throw unreadable(path, "it is cut off");
}

/** SOF0 to SOF15, less the three markers among them that mean something else (DHT, JPG, DAC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Some writers append bytes after the end marker; a whole file has it all the same. */
function hasEndMarker(bytes: Buffer): boolean {
  return bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 0;
}
