/** The one loop over the pixels that a body covers. */
import type { Shape } from "../specimen/shape.ts";
import { radiusTowards } from "../specimen/shape.ts";
import { windowAround } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";

/** Red, green and blue share of an absorbance or emission. */
export type Colour = readonly [number, number, number];

/**
 * One pixel of a body.
 * @param at its index in the planes
 * @param coverage share of the pixel that the body covers, above 0, at most 1
 * @param rho distance from the centre over the radius in this direction; a little above 1 on the soft edge
 * @param dxUm from the centre to the pixel's middle, as `dyUm`
 * @param radiusUm radius in this direction
 */
export type PaintPixel = (at: number, coverage: number, rho: number, dxUm: number, dyUm: number, radiusUm: number) => void;

/** Calls `paint` for every pixel of the raster that `shape` covers, row by row. @param edgeUm how soft the outline is, at least a pixel */
export function paintShape(raster: DensityRaster, shape: Shape, edgeUm: number, paint: PaintPixel): void {
  const { x: cx, y: cy } = shape.centreUm;
  const { umPerPx, width, leftUm, topUm } = raster;
  const softUm = Math.max(edgeUm, umPerPx);
  const reachUm = shape.maxRadiusUm + softUm;
  const area = windowAround(raster, cx, cy, reachUm);
  for (let py = area.y0; py < area.y1; py += 1) {
    const dy = topUm + (py + 0.5) * umPerPx - cy;
    for (let px = area.x0; px < area.x1; px += 1) {
      const dx = leftUm + (px + 0.5) * umPerPx - cx;
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance > reachUm) continue;
      const radius = radiusTowards(shape, dx, dy);
      const coverage = Math.min(1, (radius - distance) / softUm + 0.5);
      if (coverage > 0) paint(py * width + px, coverage, distance / radius, dx, dy, radius);
    }
  }
}

/** Adds `amount` of a colour to one pixel: where bodies overlap, absorbances add, as in the slide. */
export function addColour({ planes }: DensityRaster, at: number, amount: number, colour: Colour): void {
  planes[0][at] = (planes[0][at] ?? 0) + amount * colour[0];
  planes[1][at] = (planes[1][at] ?? 0) + amount * colour[1];
  planes[2][at] = (planes[2][at] ?? 0) + amount * colour[2];
}
