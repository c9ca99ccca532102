/** Paints a fluorescent nucleus: a dome of light with chromatin texture, or the bars of a dividing cell. */
import type { Body, NucleusLook } from "../specimen/body.ts";
import { depthInLobes } from "../specimen/lobes.ts";
import { smoothStep } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addColour, paintShape } from "./paint-shape.ts";
import type { Colour } from "./paint-shape.ts";
import { textureNoise } from "./texture-noise.ts";

/** DAPI: blue, with a little green, hardly any red. */
const EMISSION_COLOUR: Colour = [0.1, 0.3, 1];
const EDGE_UM = 0.5;

export function paintNucleus(raster: DensityRaster, body: Body, look: NucleusLook): void {
  const softUm = Math.max(EDGE_UM, raster.umPerPx);
  const isDividing = look.chromosomes.length > 0;
  paintShape(raster, body.shape, EDGE_UM, (at, coverage, rho, dx, dy) => {
    addColour(raster, at, coverage * (isDividing ? dividing(look, dx, dy, softUm) : resting(look, dx, dy, rho)), EMISSION_COLOUR);
  });
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
