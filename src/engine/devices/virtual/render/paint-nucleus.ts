/** Paints a fluorescent nucleus: a dome of light with chromatin texture, or the bars of a dividing cell. */
import type { Body, NucleusLook } from "../specimen/body.ts";
import { depthInLobes } from "../specimen/lobes.ts";
import { radiusTowards } from "../specimen/shape.ts";
import { smoothStep, windowAround } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { textureNoise } from "./texture-noise.ts";

/** DAPI: blue, with a little green, hardly any red. */
export const EMISSION_COLOUR: readonly [number, number, number] = [0.1, 0.3, 1];
const EDGE_UM = 0.5;

export function paintNucleus(raster: DensityRaster, body: Body, look: NucleusLook): void {
  const { shape } = body;
  const { x: cx, y: cy } = shape.centreUm;
  const { umPerPx, width, planes } = raster;
  const softUm = Math.max(EDGE_UM, umPerPx);
  const area = windowAround(raster, cx, cy, shape.maxRadiusUm + softUm);
  for (let py = area.y0; py < area.y1; py += 1) {
    const dy = raster.topUm + (py + 0.5) * umPerPx - cy;
    for (let px = area.x0; px < area.x1; px += 1) {
      const dx = raster.leftUm + (px + 0.5) * umPerPx - cx;
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance > shape.maxRadiusUm + softUm) continue;
      const radius = radiusTowards(shape, dx, dy);
      const coverage = Math.min(1, (radius - distance) / softUm + 0.5);
      if (coverage <= 0) continue;
      const emission = coverage * (look.chromosomes.length > 0 ? dividing(look, dx, dy, softUm) : resting(look, dx, dy, distance / radius));
      const at = py * width + px;
      planes[0][at] = (planes[0][at] ?? 0) + emission * EMISSION_COLOUR[0];
      planes[1][at] = (planes[1][at] ?? 0) + emission * EMISSION_COLOUR[1];
      planes[2][at] = (planes[2][at] ?? 0) + emission * EMISSION_COLOUR[2];
    }
  }
}

function resting(look: NucleusLook, dx: number, dy: number, rho: number): number {
  const dome = 1 - 0.35 * rho * rho;
  const coarse = textureNoise(look.seed, dx * 0.55, dy * 0.55);
  const fine = textureNoise(look.seed >>> 4, dx * 1.5, dy * 1.5);
  return look.brightness * dome * Math.max(0.2, 1 + look.texture * (0.8 * coarse + 0.5 * fine));
}

function dividing(look: NucleusLook, dx: number, dy: number, softUm: number): number {
  const rough = 0.25 * textureNoise(look.seed, dx * 1.2, dy * 1.2);
  return look.brightness * smoothStep(-softUm, softUm, depthInLobes(look.chromosomes, dx, dy) + rough);
}
