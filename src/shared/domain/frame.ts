import { z } from "zod";

/** Pixel formats by their PFNC names (GenICam Pixel Format Naming Convention). 12-bit formats sit in 16-bit little-endian words, value in the low bits. */
export const PixelFormat = z.enum([
  "Mono8", "Mono12", "Mono16",
  "BayerRG8", "BayerGR8", "BayerGB8", "BayerBG8",
  "BayerRG12", "BayerGR12", "BayerGB12", "BayerBG12",
  "RGB8", "RGB16",
]);
export type PixelFormat = z.infer<typeof PixelFormat>;

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

const LAYOUTS: Record<PixelFormat, PixelLayout> = {
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
export function layoutOf(format: PixelFormat): PixelLayout {
  return LAYOUTS[format];
}

/** Bytes of one unpadded frame. */
export function frameBytes(format: PixelFormat, width: number, height: number): number {
  const layout = layoutOf(format);
  return width * height * layout.channels * layout.bytesPerSample;
}

/** Why a frame may be worth less than it looks. */
export const FrameStatus = z.enum(["complete", "incomplete"]);

/** A place on the stage in um, as recorded. */
export const StagePoint = z.object({ x: z.number(), y: z.number() });

/**
 * What is known about one frame, apart from its pixels. Bound to the frame, never to the state of the UI:
 * scale, place and settings are those in force when the frame was exposed.
 */
export const FrameHeader = z.object({
  /** Never reused within a session; a gap means loss. Stamped by the frame router. */
  frameId: z.number().int().nonnegative(),
  cameraId: z.string(),
  /** The camera's own counter: a jump is a frame that never reached us. */
  deviceSequence: z.number().int().nonnegative(),
  /** Camera clock at the start of exposure, ms; the epoch is the camera's. */
  deviceTimeMs: z.number(),
  /** Host monotonic clock when the frame was complete in memory, ms (the clock of `performance.timeOrigin`-free `hrtime`). */
  hostTimeMs: z.number(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  pixelFormat: PixelFormat,
  /** Position of the image centre, motor frame, um. Undefined where nobody knows (pictures without a sidecar). */
  stagePositionUm: StagePoint.optional(),
  focusPositionUm: z.number().optional(),
  /** True when no axis moved during the exposure. */
  settled: z.boolean(),
  /** um per pixel at the specimen, binning included. Undefined when unknown: then nothing is shown in um. */
  pixelSizeUm: z.number().positive().optional(),
  objectiveId: z.string().optional(),
  exposureMs: z.number().nonnegative().optional(),
  gainDb: z.number().optional(),
  /** Light, % of full scale. */
  lightPercent: z.number().optional(),
  /** SHA-256 prefix of every setting in force; equal hashes are comparable frames. */
  settingsHash: z.string(),
  status: FrameStatus,
  /** File (and page) a replayed frame came from. */
  sourceName: z.string().optional(),
});
export type FrameHeader = z.infer<typeof FrameHeader>;

/** What a camera says of a frame before the router stamps it. */
export type CapturedHeader = Omit<FrameHeader, "frameId" | "settingsHash" | "stagePositionUm" | "focusPositionUm" | "settled" | "objectiveId" | "lightPercent"> &
  Partial<Pick<FrameHeader, "stagePositionUm" | "focusPositionUm" | "settled" | "objectiveId" | "lightPercent">>;
