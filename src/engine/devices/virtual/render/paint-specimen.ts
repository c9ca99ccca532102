/** Specimen to light: paints every body that touches a raster, then turns absorbance into transmission. */
import type { Specimen } from "../specimen/specimen.ts";
import { smoothNoise } from "../specimen/smooth-noise.ts";
import { rasterRect } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addGrid, paintDeadCell, paintLivingCell } from "./paint-chamber.ts";
import { paintNucleus } from "./paint-nucleus.ts";
import { paintRedCell } from "./paint-red-cell.ts";
import { paintDebris, paintPlatelet } from "./paint-small-things.ts";
import { paintWhiteCell } from "./paint-white-cell.ts";

/**
 * Fills the raster with relative light, linear: a smear and a chamber give transmission (1 = clear glass; more where a
 * cell gathers light), nuclei give emission
 * (1 = a bright nucleus). The raster must be zero before.
 */
export function paintLight(specimen: Specimen, raster: DensityRaster): void {
  for (const body of specimen.bodiesNear(rasterRect(raster))) {
    switch (body.look.kind) {
      case "red-cell":
        paintRedCell(raster, body, body.look);
        break;
      case "white-cell":
        paintWhiteCell(raster, body, body.look);
        break;
      case "platelet":
        paintPlatelet(raster, body, body.look);
        break;
      case "debris":
        paintDebris(raster, body, body.look);
        break;
      case "nucleus":
        paintNucleus(raster, body, body.look);
        break;
      case "living-cell":
        paintLivingCell(raster, body, body.look);
        break;
      case "dead-cell":
        paintDeadCell(raster, body, body.look);
        break;
    }
  }
  if (specimen.kind === "nuclei") {
    addHaze(raster, specimen.seed);
    return;
  }
  if (specimen.kind === "viability-chamber") addGrid(raster, specimen.seed);
  absorb(raster);
}

function absorb(raster: DensityRaster): void {
  for (const plane of raster.planes) {
    for (let i = 0; i < plane.length; i += 1) {
      const absorbance = plane[i] ?? 0;
      if (absorbance !== 0) plane[i] = Math.exp(-absorbance);
      else plane[i] = 1;
    }
  }
}

const HAZE_UM = 45;

/** Out-of-focus light above and below the plane: a slow, weak glow. */
function addHaze(raster: DensityRaster, seed: number): void {
  const { width, height, umPerPx, planes } = raster;
  for (let py = 0; py < height; py += 1) {
    const y = (raster.topUm + (py + 0.5) * umPerPx) / HAZE_UM;
    for (let px = 0; px < width; px += 1) {
      const x = (raster.leftUm + (px + 0.5) * umPerPx) / HAZE_UM;
      const haze = 0.055 + 0.03 * smoothNoise(seed ^ 0x4a5e, x, y);
      const at = py * width + px;
      planes[0][at] = (planes[0][at] ?? 0) + 0.3 * haze;
      planes[1][at] = (planes[1][at] ?? 0) + 0.6 * haze;
      planes[2][at] = (planes[2][at] ?? 0) + haze;
    }
  }
}
