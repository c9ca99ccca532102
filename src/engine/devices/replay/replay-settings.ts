import type { CameraLimits, CameraSettings } from "../../../shared/domain/devices.ts";
import { OcularError } from "../../../shared/errors.ts";
import type { FeedContents } from "./picture-feed.ts";

const FRAME_RATE = { min: 0.1, max: 1000 };
/** A recorded picture was exposed long ago: its one exposure stands for "not to be changed". */
const EXPOSURE_MS = 1;

/** Limits of a replay: only the frame rate can be chosen. Sizes are those of the largest picture, 1 x 1 until connected. */
export function replayLimits(contents: FeedContents | undefined): CameraLimits {
  const fixed = (value: number): { min: number; max: number } => ({ min: value, max: value });
  return {
    sensorWidth: contents?.largestWidth ?? 1,
    sensorHeight: contents?.largestHeight ?? 1,
    exposureMs: fixed(EXPOSURE_MS), gainDb: fixed(0), blackLevelDn: fixed(0), frameRate: FRAME_RATE,
    pixelFormats: [...(contents?.pixelFormats ?? ["Mono8"])],
    binnings: [1],
  };
}

export function replaySettings(limits: CameraLimits, frameRate: number): CameraSettings {
  return {
    exposureMs: EXPOSURE_MS, gainDb: 0, blackLevelDn: 0, frameRate, pixelFormat: limits.pixelFormats[0] ?? "Mono8", binning: 1,
    roi: { offsetX: 0, offsetY: 0, width: limits.sensorWidth, height: limits.sensorHeight },
  };
}

/**
 * The settings a patch leads to.
 * @throws OcularError `OutOfRange`, `UnsupportedValue`, and `WrongState` for a change of geometry while acquiring
 */
export function patchedSettings(current: CameraSettings, patch: Partial<CameraSettings>, limits: CameraLimits, isAcquiring: boolean): CameraSettings {
  const next = { ...current, ...patch };
  const { roi } = next;
  const sameGeometry = JSON.stringify([roi, next.binning, next.pixelFormat]) === JSON.stringify([current.roi, current.binning, current.pixelFormat]);
  if (isAcquiring && !sameGeometry) throw new OcularError({ tag: "WrongState", what: "A change of format, binning or region", state: "acquiring", allowedIn: ["not acquiring"] });
  requireInside("Exposure", next.exposureMs, limits.exposureMs, "ms");
  requireInside("Gain", next.gainDb, limits.gainDb, "dB");
  requireInside("Black level", next.blackLevelDn, limits.blackLevelDn, "DN");
  requireInside("Frame rate", next.frameRate, limits.frameRate, "frames/s");
  requireInside("Region offset x", roi.offsetX, { min: 0, max: 0 }, "px");
  requireInside("Region offset y", roi.offsetY, { min: 0, max: 0 }, "px");
  requireInside("Region width", roi.width, { min: limits.sensorWidth, max: limits.sensorWidth }, "px");
  requireInside("Region height", roi.height, { min: limits.sensorHeight, max: limits.sensorHeight }, "px");
  requireInside("Binning", next.binning, { min: 1, max: 1 }, "");
  if (!limits.pixelFormats.includes(next.pixelFormat)) throw new OcularError({ tag: "UnsupportedValue", what: "Pixel format", value: next.pixelFormat, allowed: limits.pixelFormats });
  return next;
}

function requireInside(what: string, value: number, { min, max }: { min: number; max: number }, unit: string): void {
  if (!(value >= min && value <= max)) throw new OcularError({ tag: "OutOfRange", what, value, min, max, unit });
}
