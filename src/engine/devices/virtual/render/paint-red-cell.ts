/** Paints a red cell: a disc thick at the rim, pale in the middle, with a crisp thin edge line. */
import type { Body, RedCellLook } from "../specimen/body.ts";
import { smoothStep } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addColour, paintShape } from "./paint-shape.ts";
import { textureNoise } from "./texture-noise.ts";

const PROFILE_STEPS = 128;
/** Optical softness of the membrane itself, um. */
const EDGE_UM = 0.22;

export function paintRedCell(raster: DensityRaster, body: Body, look: RedCellLook): void {
  const { shape } = body;
  const profile = radialProfile(look);
  const pallorX = look.pallorOffset.x * shape.meanRadiusUm;
  const pallorY = look.pallorOffset.y * shape.meanRadiusUm;
  paintShape(raster, shape, EDGE_UM, (at, coverage, rho, dx, dy, radius) => {
    // The pale centre sits a little off the middle; its shift fades towards the rim.
    const fade = 1 - Math.min(1, rho);
    const inner = Math.hypot(dx - pallorX * fade * 2, dy - pallorY * fade * 2) / radius;
    const thickness = profile[Math.min(PROFILE_STEPS - 1, Math.floor(Math.min(1, inner) * PROFILE_STEPS))] ?? 0;
    const tilt = 1 + (look.slope.x * dx + look.slope.y * dy) / radius + 0.06 * textureNoise(look.seed, dx * 0.7, dy * 0.7);
    addColour(raster, at, coverage * thickness * tilt, look.absorbance);
  });
}

/** Thickness from centre (0) to rim (last entry), about 1 on the shoulder. */
function radialProfile(look: RedCellLook): Float32Array {
  const profile = new Float32Array(PROFILE_STEPS);
  for (let i = 0; i < PROFILE_STEPS; i += 1) {
    const rho = (i + 0.5) / PROFILE_STEPS;
    const pale = 1 - smoothStep(look.pallorRadius - look.pallorSoftness, look.pallorRadius + look.pallorSoftness, rho);
    const shoulder = 1 - 0.16 * smoothStep(0.78, 1, rho);
    const line = 0.16 * Math.exp(-(((rho - 0.96) / 0.035) ** 2));
    profile[i] = (1 - look.pallorDepth * pale) * shoulder + line;
  }
  return profile;
}
