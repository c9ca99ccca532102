/** Paints platelets and debris. */
import type { Body, DebrisLook, PlateletLook } from "../specimen/body.ts";
import { smoothStep } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addColour, paintShape } from "./paint-shape.ts";
import { textureNoise } from "./texture-noise.ts";

const PLATELET_EDGE_UM = 0.25;
const DEBRIS_EDGE_UM = 0.15;

/** A platelet: pale fringe, dark granular middle. */
export function paintPlatelet(raster: DensityRaster, body: Body, look: PlateletLook): void {
  paintShape(raster, body.shape, PLATELET_EDGE_UM, (at, coverage, rho, dx, dy) => {
    const middle = 1 - smoothStep(0.35, 0.95, rho);
    const grain = 1 + 0.4 * textureNoise(look.seed, dx * 2.6, dy * 2.6);
    addColour(raster, at, coverage * (0.42 + 0.78 * middle) * grain, look.absorbance);
  });
}

export function paintDebris(raster: DensityRaster, body: Body, look: DebrisLook): void {
  paintShape(raster, body.shape, DEBRIS_EDGE_UM, (at, coverage, rho) => {
    const matter = 1 - look.softness * smoothStep(0, 1, rho);
    // A refractile dot gathers light in its middle: dark ring, bright core.
    addColour(raster, at, coverage * (look.isRefractile ? matter - 1.25 * (1 - smoothStep(0, 0.75, rho)) : matter), look.absorbance);
  });
}
