/** Paints a white cell: cytoplasm, granules, and a nucleus of lobes with chromatin texture. */
import type { Body, WhiteCellLook } from "../specimen/body.ts";
import { depthInLobes } from "../specimen/lobes.ts";
import { Random } from "../specimen/random.ts";
import { radiusTowards } from "../specimen/shape.ts";
import type { Shape } from "../specimen/shape.ts";
import { smoothStep, windowAround } from "./density-raster.ts";
import type { DensityRaster } from "./density-raster.ts";
import { addColour, paintShape } from "./paint-shape.ts";
import { textureNoise } from "./texture-noise.ts";

const EDGE_UM = 0.35;
const NUCLEUS_EDGE_UM = 0.3;

export function paintWhiteCell(raster: DensityRaster, body: Body, look: WhiteCellLook): void {
  const { shape } = body;
  const nucleusSoftUm = Math.max(NUCLEUS_EDGE_UM, raster.umPerPx);
  paintShape(raster, shape, EDGE_UM, (at, coverage, rho, dx, dy) => {
    const rim = 1 + 0.25 * smoothStep(0.8, 1, rho);
    const grain = 1 + 0.22 * textureNoise(look.seed, dx * 1.3, dy * 1.3) + 0.12 * textureNoise(look.seed >>> 3, dx * 4, dy * 4);
    const inNucleus = smoothStep(-nucleusSoftUm, nucleusSoftUm, depthInLobes(look.lobes, dx, dy));
    addColour(raster, at, coverage * rim * grain * (1 - 0.7 * inNucleus), look.cytoplasm);
    if (inNucleus > 0) addColour(raster, at, coverage * inNucleus * chromatin(look.seed, dx, dy), look.nucleus);
  });
  paintGranules(raster, shape, look);
}

/** Clumped chromatin: dark blocks with paler channels between them. */
function chromatin(seed: number, dx: number, dy: number): number {
  const coarse = textureNoise(seed >>> 5, dx * 0.85, dy * 0.85);
  const fine = textureNoise(seed >>> 9, dx * 2.4, dy * 2.4);
  return 0.96 + 0.16 * coarse + 0.1 * fine;
}

function paintGranules(raster: DensityRaster, shape: Shape, look: WhiteCellLook): void {
  const random = new Random(look.seed);
  const { count, radiusUm, absorbance } = look.granules;
  for (let i = 0; i < count; i += 1) {
    const angle = random.between(0, 2 * Math.PI);
    const reach = Math.sqrt(random.next()) * 0.93;
    const size = radiusUm * random.between(0.75, 1.2);
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    const radius = radiusTowards(shape, dx, dy) * reach;
    // Granules lie in the cytoplasm; only basophil granules also hide the nucleus.
    const isOverNucleus = depthInLobes(look.lobes, dx * radius, dy * radius) > 0;
    if (isOverNucleus && look.subtype !== "basophil") continue;
    paintDot(raster, shape.centreUm.x + dx * radius, shape.centreUm.y + dy * radius, size, absorbance);
  }
}

/** A soft round dot whose total absorbance does not depend on the scale it is painted at. */
function paintDot(raster: DensityRaster, xUm: number, yUm: number, radiusUm: number, absorbance: readonly [number, number, number]): void {
  const { umPerPx, width } = raster;
  const softUm = Math.max(radiusUm, umPerPx);
  const dilution = Math.min(1, (radiusUm / softUm) ** 2);
  const area = windowAround(raster, xUm, yUm, softUm * 1.3);
  for (let py = area.y0; py < area.y1; py += 1) {
    const dy = raster.topUm + (py + 0.5) * umPerPx - yUm;
    for (let px = area.x0; px < area.x1; px += 1) {
      const dx = raster.leftUm + (px + 0.5) * umPerPx - xUm;
      const density = dilution * (1 - smoothStep(0.6, 1.3, Math.sqrt(dx * dx + dy * dy) / softUm));
      if (density === 0) continue;
      addColour(raster, py * width + px, density, absorbance);
    }
  }
}
