import { frameBytes } from "../../shared/domain/pixel-layout.ts";
import type { CameraSettings } from "../../shared/domain/devices.ts";
import type { Camera } from "../devices/api/camera.ts";
import type { FramePool } from "../devices/api/frame-pool.ts";
import { createFramePool } from "./frame-pool.ts";

/** The pool of a run, as large as the camera's frames; made anew when they grow. Buffers of the old one stay valid. */
export function createRunPool(camera: Camera, slotCount: number): { forSettings(): FramePool; current(): FramePool | undefined } {
  let pool: FramePool | undefined;
  return {
    current: () => pool,
    forSettings() {
      const needed = Math.max(1, bytesPerFrame(camera.settings()), camera.maxFrameBytes?.() ?? 0);
      if (pool === undefined || pool.slotBytes < needed) pool = createFramePool({ slotBytes: needed, slotCount });
      return pool;
    },
  };
}

/** Bytes of one frame at these settings: the ROI is in sensor pixels, the frame in binned ones. */
export function bytesPerFrame(settings: CameraSettings): number {
  const { roi, binning, pixelFormat } = settings;
  return frameBytes(pixelFormat, Math.floor(roi.width / binning), Math.floor(roi.height / binning));
}

/** True when the patch changes what a camera may change only while it stands. */
export function isGeometryChange(settings: CameraSettings, patch: Partial<CameraSettings>): boolean {
  const { roi, binning, pixelFormat } = patch;
  return (
    (binning !== undefined && binning !== settings.binning) ||
    (pixelFormat !== undefined && pixelFormat !== settings.pixelFormat) ||
    (roi !== undefined && (roi.offsetX !== settings.roi.offsetX || roi.offsetY !== settings.roi.offsetY || roi.width !== settings.roi.width || roi.height !== settings.roi.height))
  );
}
