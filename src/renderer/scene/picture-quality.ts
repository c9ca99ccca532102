/** How the picture is put on the screen at a scale. */
export interface PictureQuality {
  /** Each pixel a square of its own, nothing in between. */
  readonly nearest: boolean;
  /** Bayer only: colour planes filtered straight from the mosaic, or demosaiced first. */
  readonly bayer: "planes-economy" | "planes" | "demosaic";
}

/** From here on single pixels are what people look at. */
const NEAREST_FROM = 4;

/**
 * @param scale screen pixels per pixel of the preview
 * @param economy the machine draws without a graphics card: measured there, demosaicing what is in sight costs three
 *   times as much as filtering the planes at 1:1, and less than drawing itself from 2:1 on.
 */
export function pictureQuality(scale: number, economy: boolean): PictureQuality {
  const nearest = scale >= NEAREST_FROM || scale === 1;
  if (scale < 1) return { nearest, bayer: economy ? "planes-economy" : "planes" };
  return { nearest, bayer: economy && scale < 2 ? "planes" : "demosaic" };
}

/** True for renderers known to run on the processor. `renderer` is WebGL's RENDERER string. */
export function drawsInSoftware(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|basic render|software/iu.test(renderer);
}

/** Where the processor draws mono and RGB small: three quarters, which nearly halves the pixels. */
const ECONOMY_SHARE = 0.75;

/**
 * Pixels to draw per screen pixel, 0.5 to 1; what is drawn smaller is stretched by the compositor (overlays are not: they
 * have a layer of their own). Only where the processor draws and the picture is shown small: a mosaic, which holds one red
 * and one blue pixel in four, is then drawn at half its size. Measured: half the time of a frame.
 */
export function bufferShare(layout: "mono8" | "bayer8" | "rgb8", scale: number, economy: boolean): number {
  if (!economy || scale >= 1) return 1;
  if (layout !== "bayer8") return ECONOMY_SHARE;
  // In eighths, so that zooming does not make a new buffer at every step.
  return Math.min(1, Math.max(0.5, Math.round((0.5 / scale) * 8) / 8));
}
