/** What a picture's size, place, scale and pixels depend on, and must not be changed by while pictures are taken. */
import type { NodeMap } from "../map/node-map.ts";
import type { CameraState } from "./camera-state.ts";
import { FEATURES } from "./feature-names.ts";
import { LOADS_EVERYTHING } from "./feature-memory.ts";
import { sensorPixels } from "./pixel-factors.ts";

const PICTURE_FEATURES: readonly string[] = (["width", "height", "offsetX", "offsetY", "binningX", "binningY", "decimationX", "decimationY", "pixelFormat"] as const).flatMap((role) => FEATURES[role]);

/** True when, by the camera's own description, a write of that feature may change what a picture is. */
export function changesPictures(map: NodeMap, name: string): boolean {
  if (name === LOADS_EVERYTHING) return true;
  const affected = map.affectedBy(name);
  return PICTURE_FEATURES.some((feature) => affected.has(feature));
}

/** Equal for states whose pictures have the same size, place, scale and pixels. */
export function pictureKey({ settings: { roi, binning }, factors, formatName }: CameraState): string {
  return JSON.stringify([roi.offsetX, roi.offsetY, roi.width, roi.height, binning, factors, formatName]);
}

/** Of the region as it is binned and decimated, px. */
export function pictureSize({ settings: { roi }, factors }: CameraState): { readonly width: number; readonly height: number } {
  return { width: roi.width / sensorPixels(factors.x), height: roi.height / sensorPixels(factors.y) };
}
