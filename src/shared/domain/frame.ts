import * as z from "zod";
import { PIXEL_FORMATS } from "./pixel-layout.ts";

/** How the pixels of a frame are stored (see pixel-layout.ts). */
export const PixelFormat = z.enum(PIXEL_FORMATS);
export type PixelFormat = z.infer<typeof PixelFormat>;

/** Why a frame may be worth less than it looks. */
export const FrameStatus = z.enum(["complete", "incomplete"]);

/** A place on the stage in um, as recorded. */
export const StagePoint = z.object({ x: z.number(), y: z.number() });

/**
 * How a picture lies to the stage: um on the stage for one px of it, row by row. A way of (right, down) px in the picture is the way
 * (a right + b down, c right + d down) on the stage, for [a, b, c, d].
 */
export const StageUmFromPx = z.tuple([z.number(), z.number(), z.number(), z.number()]).refine(([a, b, c, d]) => a * d - b * c !== 0, "it flattens the picture");
export type StageUmFromPx = z.infer<typeof StageUmFromPx>;

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
  /**
   * Position of the image centre, motor frame, um: the stage's, and how far the region of interest lies off the sensor's middle (not
   * where the scale is unknown). Undefined where nobody knows (pictures without a sidecar).
   */
  stagePositionUm: StagePoint.optional(),
  focusPositionUm: z.number().optional(),
  /** True when no axis moved during the exposure. */
  settled: z.boolean(),
  /** um per pixel at the specimen, binning included. Undefined when unknown: then nothing is shown in um. */
  pixelSizeUm: z.number().positive().optional(),
  /** How the picture lies to the stage, binning included. Undefined: in line with it, image right is +x and image down is +y. */
  stageUmFromPx: StageUmFromPx.optional(),
  objectiveId: z.string().optional(),
  exposureMs: z.number().nonnegative().optional(),
  /** The longest time from the end of the exposure until `hostTimeMs`: reading out and sending. Undefined: none that counts. */
  latencyMs: z.number().nonnegative().optional(),
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
