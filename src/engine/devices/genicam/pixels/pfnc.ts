/** PFNC codes of the pixel formats we take, and what becomes of them. */
import type { PixelFormatName } from "../../../../shared/domain/pixel-layout.ts";

/** How samples lie in the camera's payload. `wordShift`: a 16-bit word each, to be shifted up by so many bits. */
export type PixelPacking = "bytes" | "words" | "words10" | "p10" | "p12" | "packed10" | "packed12" | "bgr8" | "uyvy" | "yuyv";

export interface CameraFormat {
  /** Name after PFNC, as the camera's PixelFormat has it. */
  readonly name: string;
  readonly code: number;
  readonly packing: PixelPacking;
  /** What frames are delivered as. */
  readonly delivered: PixelFormatName;
}

const CFA = ["GR", "RG", "GB", "BG"] as const;

const bayer = (suffix: string, codes: readonly number[], packing: PixelPacking, bits: 8 | 12): readonly CameraFormat[] =>
  CFA.map((cfa, index) => ({ name: `Bayer${cfa}${suffix}`, code: codes[index] ?? 0, packing, delivered: `Bayer${cfa}${bits}` as const }));

/**
 * In the order in which they are preferred among those delivered alike: without a conversion first, then with all bits.
 * Ten bits are delivered in twelve, two bits up: nothing is lost, and full scale stays full scale.
 */
export const CAMERA_FORMATS: readonly CameraFormat[] = [
  { name: "Mono8", code: 0x01080001, packing: "bytes", delivered: "Mono8" },
  { name: "Mono12", code: 0x01100005, packing: "words", delivered: "Mono12" },
  { name: "Mono12p", code: 0x010c0047, packing: "p12", delivered: "Mono12" },
  { name: "Mono12Packed", code: 0x010c0006, packing: "packed12", delivered: "Mono12" },
  { name: "Mono10", code: 0x01100003, packing: "words10", delivered: "Mono12" },
  { name: "Mono10p", code: 0x010a0046, packing: "p10", delivered: "Mono12" },
  { name: "Mono10Packed", code: 0x010c0004, packing: "packed10", delivered: "Mono12" },
  { name: "Mono16", code: 0x01100007, packing: "words", delivered: "Mono16" },
  ...bayer("8", [0x01080008, 0x01080009, 0x0108000a, 0x0108000b], "bytes", 8),
  ...bayer("12", [0x01100010, 0x01100011, 0x01100012, 0x01100013], "words", 12),
  ...bayer("12p", [0x010c0057, 0x010c0059, 0x010c0055, 0x010c0053], "p12", 12),
  ...bayer("12Packed", [0x010c002a, 0x010c002b, 0x010c002c, 0x010c002d], "packed12", 12),
  ...bayer("10", [0x0110000c, 0x0110000d, 0x0110000e, 0x0110000f], "words10", 12),
  ...bayer("10p", [0x010a0056, 0x010a0058, 0x010a0054, 0x010a0052], "p10", 12),
  ...bayer("10Packed", [0x010c0026, 0x010c0027, 0x010c0028, 0x010c0029], "packed10", 12),
  { name: "RGB8", code: 0x02180014, packing: "bytes", delivered: "RGB8" },
  { name: "RGB8Packed", code: 0x02180014, packing: "bytes", delivered: "RGB8" },
  { name: "BGR8", code: 0x02180015, packing: "bgr8", delivered: "RGB8" },
  { name: "BGR8Packed", code: 0x02180015, packing: "bgr8", delivered: "RGB8" },
  { name: "YUV422_8_UYVY", code: 0x0210001f, packing: "uyvy", delivered: "RGB8" },
  { name: "YUV422_8", code: 0x02100032, packing: "yuyv", delivered: "RGB8" },
  { name: "YCbCr422_8", code: 0x0210003b, packing: "yuyv", delivered: "RGB8" },
];

const BY_CODE = new Map(CAMERA_FORMATS.toReversed().map((format) => [format.code, format]));

/** The format of a leader; undefined for those we do not take. */
export function formatOfCode(code: number): CameraFormat | undefined {
  return BY_CODE.get(code >>> 0);
}

/** Bits of a pixel in the payload: bits 16 to 23 of its code. */
export function bitsPerPixel(code: number): number {
  return (code >>> 16) & 0xff;
}

/** Bytes of a picture in the payload, padding at the end of each line included. */
export function payloadImageBytes(code: number, width: number, height: number, linePadding: number): number {
  if (linePadding === 0) return Math.ceil((width * height * bitsPerPixel(code)) / 8);
  return height * (Math.ceil((width * bitsPerPixel(code)) / 8) + linePadding);
}
