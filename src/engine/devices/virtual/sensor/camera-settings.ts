/** What the virtual sensor can be set to, and the checking of what it is asked for. */
import type { CameraLimits, CameraSettings, Range, Roi } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import { SENSOR_HEIGHT, SENSOR_PIXEL_PITCH_UM, SENSOR_WIDTH } from "../optics/optics.ts";

/** Offsets and sizes of the region of interest come in these steps, which keep the colour pattern at any binning. */
const ROI_STEP = 8;
const SMALLEST_ROI = 32;

export const CAMERA_LIMITS: CameraLimits = {
  sensorWidth: SENSOR_WIDTH,
  sensorHeight: SENSOR_HEIGHT,
  sensorPixelPitchUm: SENSOR_PIXEL_PITCH_UM,
  exposureMs: { min: 0.02, max: 1000 },
  gainDb: { min: 0, max: 24 },
  blackLevelDn: { min: 0, max: 255 },
  frameRate: { min: 0.5, max: 120 },
  pixelFormats: ["BayerRG8", "BayerRG12", "Mono8", "Mono12", "RGB8"],
  binnings: [1, 2, 4],
};

/**
 * The settings after a change, in the sensor's steps.
 * @throws OcularError `OutOfRange` or `UnsupportedValue` for what the sensor cannot do
 */
export function changedSettings(current: CameraSettings, patch: Partial<CameraSettings>): CameraSettings {
  const wanted: CameraSettings = { ...current, ...patch };
  requireInRange("exposure", wanted.exposureMs, CAMERA_LIMITS.exposureMs, "ms");
  requireInRange("gain", wanted.gainDb, CAMERA_LIMITS.gainDb, "dB");
  requireInRange("black level", wanted.blackLevelDn, CAMERA_LIMITS.blackLevelDn, "DN");
  requireInRange("frame rate", wanted.frameRate, CAMERA_LIMITS.frameRate, "frames/s");
  requireOneOf("pixel format", wanted.pixelFormat, CAMERA_LIMITS.pixelFormats);
  requireOneOf("binning", String(wanted.binning), CAMERA_LIMITS.binnings.map(String));
  return {
    ...wanted,
    // The sensor counts lines: exposure in steps of 10 us, gain in 0.1 dB.
    exposureMs: Math.round(wanted.exposureMs * 100) / 100,
    gainDb: Math.round(wanted.gainDb * 10) / 10,
    blackLevelDn: Math.round(wanted.blackLevelDn),
    roi: roundedRoi(wanted.roi),
  };
}

/** True when a change touches what may not change during acquisition: format and size of the frame. */
export function changesGeometry(a: CameraSettings, b: CameraSettings): boolean {
  const keyOf = ({ pixelFormat, binning, roi }: CameraSettings): string =>
    [pixelFormat, binning, roi.offsetX, roi.offsetY, roi.width, roi.height].join();
  return keyOf(a) !== keyOf(b);
}

function roundedRoi(roi: Roi): Roi {
  requireInRange("region of interest x", roi.offsetX, { min: 0, max: SENSOR_WIDTH - SMALLEST_ROI }, "px");
  requireInRange("region of interest y", roi.offsetY, { min: 0, max: SENSOR_HEIGHT - SMALLEST_ROI }, "px");
  requireInRange("region of interest width", roi.width, { min: SMALLEST_ROI, max: SENSOR_WIDTH - roi.offsetX }, "px");
  requireInRange("region of interest height", roi.height, { min: SMALLEST_ROI, max: SENSOR_HEIGHT - roi.offsetY }, "px");
  const step = (value: number): number => Math.floor(value / ROI_STEP) * ROI_STEP;
  return { offsetX: step(roi.offsetX), offsetY: step(roi.offsetY), width: step(roi.width), height: step(roi.height) };
}

function requireInRange(what: string, value: number, { min, max }: Range, unit: string): void {
  if (!(value >= min && value <= max)) throw new OcularError({ tag: "OutOfRange", what, value, min, max, unit });
}

function requireOneOf(what: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw new OcularError({ tag: "UnsupportedValue", what, value, allowed: [...allowed] });
}
