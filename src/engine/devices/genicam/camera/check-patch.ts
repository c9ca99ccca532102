import type { CameraSettings, Range } from "../../../../shared/domain/devices.ts";
import { OcularError } from "../../../../shared/errors.ts";
import type { CameraState } from "./camera-state.ts";
import { sensorPixels } from "./pixel-factors.ts";

/** What of a camera's state a patch is held against. */
export type PatchBounds = Pick<CameraState, "limits" | "factors"> & { readonly roiSteps: Pick<CameraState["roiSteps"], "minWidth" | "minHeight"> };

/**
 * Refuses what the camera cannot do before anything is written, so that a refused patch changes nothing.
 * @throws OcularError `OutOfRange`, `UnsupportedValue`
 */
export function checkPatch(patch: Partial<CameraSettings>, { limits, roiSteps, factors }: PatchBounds): void {
  requireInRange("exposure", patch.exposureMs, limits.exposureMs, "ms");
  requireInRange("gain", patch.gainDb, limits.gainDb, "dB");
  requireInRange("black level", patch.blackLevelDn, limits.blackLevelDn, "DN");
  requireInRange("frame rate", patch.frameRate, limits.frameRate, "frames/s");
  requireOneOf("pixel format", patch.pixelFormat, limits.pixelFormats);
  requireOneOf("binning", patch.binning?.toString(), limits.binnings.map(String));
  const { roi } = patch;
  if (roi === undefined) return;
  const [across, down] = [patch.binning ?? sensorPixels(factors.x), patch.binning ?? sensorPixels(factors.y)];
  const least = { width: Math.min(limits.sensorWidth, roiSteps.minWidth * across), height: Math.min(limits.sensorHeight, roiSteps.minHeight * down) };
  requireInRange("region of interest x", roi.offsetX, { min: 0, max: limits.sensorWidth - least.width }, "px");
  requireInRange("region of interest y", roi.offsetY, { min: 0, max: limits.sensorHeight - least.height }, "px");
  requireInRange("region of interest width", roi.width, { min: least.width, max: limits.sensorWidth - roi.offsetX }, "px");
  requireInRange("region of interest height", roi.height, { min: least.height, max: limits.sensorHeight - roi.offsetY }, "px");
}

function requireInRange(what: string, value: number | undefined, { min, max }: Range, unit: string): void {
  if (value === undefined || (value >= min && value <= max)) return;
  throw new OcularError({ tag: "OutOfRange", what, value, min, max, unit });
}

function requireOneOf(what: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) throw new OcularError({ tag: "UnsupportedValue", what, value, allowed: [...allowed] });
}
