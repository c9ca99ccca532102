/** Pixel formats and how they lie in memory. Free of the schema library, which the rendering thread has no use for. */

/** Names after PFNC (GenICam Pixel Format Naming Convention). 12-bit formats sit in 16-bit little-endian words, value in the low bits. */
export const PIXEL_FORMATS = [
  "Mono8", "Mono12", "Mono16",
  "BayerRG8", "BayerGR8", "BayerGB8", "BayerBG8",
  "BayerRG12", "BayerGR12", "BayerGB12", "BayerBG12",
  "RGB8", "RGB16",
] as const;
export type PixelFormatName = (typeof PIXEL_FORMATS)[number];

/** Layout of a pixel format in memory. */
export interface PixelLayout {
  /** Samples per pixel as stored: 1 for mono and Bayer, 3 for RGB. */
  readonly channels: 1 | 3;
  /** Bytes per sample. */
  readonly bytesPerSample: 1 | 2;
  /** Bits that carry signal. */
  readonly significantBits: 8 | 12 | 16;
  /** Colour filter at (0,0),(1,0) / (0,1),(1,1), undefined for mono and RGB. */
  readonly cfa?: "RGGB" | "GRBG" | "GBRG" | "BGGR";
}

const LAYOUTS: Record<PixelFormatName, PixelLayout> = {
  Mono8: { channels: 1, bytesPerSample: 1, significantBits: 8 },
  Mono12: { channels: 1, bytesPerSample: 2, significantBits: 12 },
  Mono16: { channels: 1, bytesPerSample: 2, significantBits: 16 },
  BayerRG8: { channels: 1, bytesPerSample: 1, significantBits: 8, cfa: "RGGB" },
  BayerGR8: { channels: 1, bytesPerSample: 1, significantBits: 8, cfa: "GRBG" },
  BayerGB8: { channels: 1, bytesPerSample: 1, significantBits: 8, cfa: "GBRG" },
  BayerBG8: { channels: 1, bytesPerSample: 1, significantBits: 8, cfa: "BGGR" },
  BayerRG12: { channels: 1, bytesPerSample: 2, significantBits: 12, cfa: "RGGB" },
  BayerGR12: { channels: 1, bytesPerSample: 2, significantBits: 12, cfa: "GRBG" },
  BayerGB12: { channels: 1, bytesPerSample: 2, significantBits: 12, cfa: "GBRG" },
  BayerBG12: { channels: 1, bytesPerSample: 2, significantBits: 12, cfa: "BGGR" },
  RGB8: { channels: 3, bytesPerSample: 1, significantBits: 8 },
  RGB16: { channels: 3, bytesPerSample: 2, significantBits: 16 },
};

/** How a pixel format lies in memory. */
export function layoutOf(format: PixelFormatName): PixelLayout {
  return LAYOUTS[format];
}

/** Bytes of one unpadded frame. */
export function frameBytes(format: PixelFormatName, width: number, height: number): number {
  const layout = layoutOf(format);
  return width * height * layout.channels * layout.bytesPerSample;
}
