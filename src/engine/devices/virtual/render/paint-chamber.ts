/** Paints the cells of a counting chamber and the lines engraved in its floor, as density (see paint-specimen.ts). */
import type { Body, DeadCellLook, LivingCellLook } from "../specimen/body.ts";
import { hashInts, Random } from "../specimen/random.ts";
import { smoothStep } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addColour, paintShape } from "./paint-shape.ts";
import type { Colour } from "./paint-shape.ts";
import { textureNoise } from "./texture-noise.ts";

const EDGE_UM = 0.4;
/** Nothing is stained in a chamber. */
const GREY: Colour = [1, 1, 1];
/** Neubauer: group squares of 0.2 mm bounded by double lines, divided into small squares of 0.05 mm by single ones. */
const GROUP_PITCH_UM = 200;
const SMALL_PITCH_UM = 50;
const DOUBLE_LINE_HALF_GAP_UM = 3.2;
const LINE_HALF_WIDTH_UM = 0.9;
const GROUP_LINE_DENSITY = 0.34;
const SMALL_LINE_DENSITY = 0.1;

/** A living cell: its rim bends light away (dark ring), its middle gathers it (brighter than the background). */
export function paintLivingCell(raster: DensityRaster, body: Body, look: LivingCellLook): void {
  const radiusUm = body.shape.meanRadiusUm;
  paintShape(raster, body.shape, EDGE_UM, (at, coverage, rho, dx, dy) => {
    const ring = smoothStep(look.coreRadius * 0.9, look.coreRadius + 0.25, rho) * (1 - smoothStep(0.8, 1, rho));
    const fromCore = Math.hypot(dx - look.coreOffset.x, dy - look.coreOffset.y) / radiusUm;
    const core = 1 - smoothStep(look.coreRadius * 0.55, look.coreRadius * 1.15, fromCore);
    const grain = 1 + 0.2 * textureNoise(look.seed, dx * 0.8, dy * 0.8);
    addColour(raster, at, coverage * (look.ringDensity * ring * grain - look.coreGain * core), GREY);
  });
}

/** A dead cell: a flat grey disc with a little structure and a slightly darker rim. */
export function paintDeadCell(raster: DensityRaster, body: Body, look: DeadCellLook): void {
  paintShape(raster, body.shape, EDGE_UM, (at, coverage, rho, dx, dy) => {
    const grain = 1 + look.grain * (0.7 * textureNoise(look.seed, dx * 0.45, dy * 0.45) + 0.5 * textureNoise(look.seed >>> 3, dx * 1.1, dy * 1.1));
    addColour(raster, at, coverage * (look.density * Math.max(0.1, grain) + look.rim * smoothStep(0.6, 0.92, rho)), GREY);
  });
}

/** Adds the engraved lines, which lie where the seed puts them. */
export function addGrid(raster: DensityRaster, seed: number): void {
  const random = new Random(hashInts(seed, 0x67d1));
  const columns = lineDensity(raster.leftUm - random.between(0, GROUP_PITCH_UM), raster.umPerPx, raster.width);
  const rows = lineDensity(raster.topUm - random.between(0, GROUP_PITCH_UM), raster.umPerPx, raster.height);
  for (let py = 0; py < raster.height; py += 1) {
    const row = rows[py] ?? 0;
    for (let px = 0; px < raster.width; px += 1) {
      const density = Math.max(row, columns[px] ?? 0);
      if (density === 0) continue;
      const at = py * raster.width + px;
      addColour(raster, at, density, GREY);
    }
  }
}

/** Density of the lines across one axis, at every pixel's centre. */
function lineDensity(startUm: number, umPerPx: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const at = startUm + (i + 0.5) * umPerPx;
    const fromGroup = Math.abs(Math.abs(at - GROUP_PITCH_UM * Math.round(at / GROUP_PITCH_UM)) - DOUBLE_LINE_HALF_GAP_UM);
    const fromSmall = Math.abs(at - SMALL_PITCH_UM * Math.round(at / SMALL_PITCH_UM));
    const isGroup = Math.round(at / SMALL_PITCH_UM) % (GROUP_PITCH_UM / SMALL_PITCH_UM) === 0;
    return isGroup ? GROUP_LINE_DENSITY * stroke(fromGroup, umPerPx) : SMALL_LINE_DENSITY * stroke(fromSmall, umPerPx);
  });
}

/** Share of a pixel's width that a line covers, by the distance of the centres. */
function stroke(distanceUm: number, umPerPx: number): number {
  const overlap = Math.min(LINE_HALF_WIDTH_UM, umPerPx / 2 + distanceUm) + Math.min(LINE_HALF_WIDTH_UM, umPerPx / 2 - distanceUm);
  return Math.max(0, Math.min(1, overlap / umPerPx));
}
