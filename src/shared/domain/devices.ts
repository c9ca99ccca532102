import * as z from "zod";
import { PixelFormat } from "./frame.ts";

/** Device life as a state, never as an exception at top level. */
export const DeviceState = z.enum(["absent", "connecting", "ready", "busy", "faulted"]);
export type DeviceState = z.infer<typeof DeviceState>;

export const DeviceKind = z.enum(["camera", "xyStage", "focusDrive", "illumination", "objectiveTurret"]);
export type DeviceKind = z.infer<typeof DeviceKind>;

/** What every device tells of itself. `id` is stable over replugging: vendor/product/serial, not the port. */
export const DeviceIdentity = z.object({ id: z.string(), kind: DeviceKind, vendor: z.string(), model: z.string(), serial: z.string() });
export type DeviceIdentity = z.infer<typeof DeviceIdentity>;

/** State with its reason, as the UI shows it. `sinceMs` is host monotonic time. */
export const DeviceStatus = z.object({ identity: DeviceIdentity, state: DeviceState, sinceMs: z.number(), reason: z.string().optional() });
export type DeviceStatus = z.infer<typeof DeviceStatus>;

export const Roi = z.object({ offsetX: z.number().int().nonnegative(), offsetY: z.number().int().nonnegative(), width: z.number().int().positive(), height: z.number().int().positive() });
export type Roi = z.infer<typeof Roi>;

/**
 * Camera settings in the field's units. GenICam counts exposure in us: drivers convert. ROI is in unbinned sensor pixels. `binning`: sensor pixels
 * that a pixel of the picture stands for along a side, those that decimation leaves out counted too.
 */
export const CameraSettings = z.object({
  exposureMs: z.number().positive(),
  gainDb: z.number(),
  blackLevelDn: z.number(),
  frameRate: z.number().positive(),
  pixelFormat: PixelFormat,
  binning: z.number().int().positive(),
  roi: Roi,
});
export type CameraSettings = z.infer<typeof CameraSettings>;

export const Range = z.object({ min: z.number(), max: z.number() });
export type Range = z.infer<typeof Range>;

/** What a camera can do: limits the UI shows and the driver enforces. */
export const CameraLimits = z.object({
  sensorWidth: z.number().int(), sensorHeight: z.number().int(), sensorPixelPitchUm: z.number().optional(),
  exposureMs: Range, gainDb: Range, blackLevelDn: Range, frameRate: Range, pixelFormats: z.array(PixelFormat), binnings: z.array(z.number().int()),
});
export type CameraLimits = z.infer<typeof CameraLimits>;

/** A lens. `id` is what frames carry. */
export const Objective = z.object({
  id: z.string(), magnification: z.number().positive(), numericalAperture: z.number().positive(),
  immersion: z.enum(["air", "water", "oil"]), name: z.string(),
});
export type Objective = z.infer<typeof Objective>;

/** Soft limits of travel, um. Enforced below every caller. */
export const XyLimits = z.object({ x: Range, y: Range });
export type XyLimits = z.infer<typeof XyLimits>;

/** Faults a virtual device can be told to have, for training and for tests. */
export const FaultKind = z.enum(["stall", "dropFrames", "timeout", "disconnect", "reconnect"]);
export type FaultKind = z.infer<typeof FaultKind>;
