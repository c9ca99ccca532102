/**
 * A window of the specimen sampled at one scale: absorbance (smear) or emission (nuclei) in red, green and blue.
 * Bodies add to it; where cells overlap, absorbances add and transmissions multiply, as in the slide.
 */
import type { RectUm } from "../specimen/types.ts";

export interface DensityRaster {
  /** Stage place of the top-left corner of pixel (0, 0). */
  readonly leftUm: number;
  readonly topUm: number;
  readonly umPerPx: number;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue; row by row. */
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
}

export function makeRaster(leftUm: number, topUm: number, umPerPx: number, width: number, height: number): DensityRaster {
  const size = width * height;
  return { leftUm, topUm, umPerPx, width, height, planes: [new Float32Array(size), new Float32Array(size), new Float32Array(size)] };
}

export function rasterRect(raster: DensityRaster): RectUm {
  const { leftUm, topUm, umPerPx, width, height } = raster;
  return { x: leftUm, y: topUm, width: width * umPerPx, height: height * umPerPx };
}

/** Pixel rows and columns whose centres may lie within `radiusUm` of a place: half-open ranges cut to the raster. */
export interface Window {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

export function windowAround(raster: DensityRaster, xUm: number, yUm: number, radiusUm: number): Window {
  const { leftUm, topUm, umPerPx, width, height } = raster;
  return {
    x0: Math.max(0, Math.floor((xUm - radiusUm - leftUm) / umPerPx)),
    x1: Math.min(width, Math.ceil((xUm + radiusUm - leftUm) / umPerPx) + 1),
    y0: Math.max(0, Math.floor((yUm - radiusUm - topUm) / umPerPx)),
    y1: Math.min(height, Math.ceil((yUm + radiusUm - topUm) / umPerPx) + 1),
  };
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, x: number): number {
  if (x <= low) return 0;
  if (x >= high) return 1;
  const t = (x - low) / (high - low);
  return t * t * (3 - 2 * t);
}
