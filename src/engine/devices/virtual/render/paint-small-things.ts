/** Paints platelets and debris. */
import type { Body, DebrisLook, PlateletLook } from "../specimen/body.ts";
import { radiusTowards } from "../specimen/shape.ts";
import { smoothStep, windowAround } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { textureNoise } from "./texture-noise.ts";

/** A platelet: pale fringe, dark granular middle. */
export function paintPlatelet(raster: DensityRaster, body: Body, look: PlateletLook): void {
  paintStar(raster, body, 0.25, look.absorbance, (rho, dx, dy) => {
    const middle = 1 - smoothStep(0.35, 0.95, rho);
    const grain = 1 + 0.4 * textureNoise(look.seed, dx * 2.6, dy * 2.6);
    return (0.42 + 0.78 * middle) * grain;
  });
}

export function paintDebris(raster: DensityRaster, body: Body, look: DebrisLook): void {
  paintStar(raster, body, 0.15, look.absorbance, (rho) => {
    const body = 1 - look.softness * smoothStep(0, 1, rho);
    // A refractile dot gathers light in its middle: dark ring, bright core.
    return look.isRefractile ? body - 1.25 * (1 - smoothStep(0, 0.75, rho)) : body;
  });
}

type DensityAt = (rho: number, dx: number, dy: number) => number;

function paintStar(raster: DensityRaster, body: Body, edgeUm: number, absorbance: readonly [number, number, number], densityAt: DensityAt): void {
  const { shape } = body;
  const { x: cx, y: cy } = shape.centreUm;
  const { umPerPx, width, planes } = raster;
  const softUm = Math.max(edgeUm, umPerPx);
  const area = windowAround(raster, cx, cy, shape.maxRadiusUm + softUm);
  for (let py = area.y0; py < area.y1; py += 1) {
    const dy = raster.topUm + (py + 0.5) * umPerPx - cy;
    for (let px = area.x0; px < area.x1; px += 1) {
      const dx = raster.leftUm + (px + 0.5) * umPerPx - cx;
      const distance = Math.sqrt(dx * dx + dy * dy);
      const radius = radiusTowards(shape, dx, dy);
      const coverage = Math.min(1, (radius - distance) / softUm + 0.5);
      if (coverage <= 0) continue;
      const density = coverage * densityAt(Math.min(1, distance / radius), dx, dy);
      const at = py * width + px;
      planes[0][at] = (planes[0][at] ?? 0) + density * absorbance[0];
      planes[1][at] = (planes[1][at] ?? 0) + density * absorbance[1];
      planes[2][at] = (planes[2][at] ?? 0) + density * absorbance[2];
    }
  }
}
