/**
 * Colours of a Wright-Giemsa stained smear as absorbances, spread from slide to slide.
 * The central values were read off photographed smears (paper-white background against cell interiors): red cells
 * take green and blue light, nuclei red and green; no two laboratories stain alike.
 */
import { hashInts, Random } from "./random.ts";
import type { Absorbance } from "./body.ts";

export interface Stain {
  readonly redCell: Absorbance;
  readonly nucleus: Absorbance;
  readonly plateletCentre: Absorbance;
  readonly eosinGranule: Absorbance;
  readonly basoGranule: Absorbance;
  readonly neutroGranule: Absorbance;
  readonly paleBlue: Absorbance;
  readonly paleLilac: Absorbance;
  readonly greyBlue: Absorbance;
}

/** The staining of the slide with this seed. */
export function stainOf(seed: number): Stain {
  const random = new Random(hashInts(seed, 0x57a1));
  const eosin = random.between(0.82, 1.2);
  const azure = random.between(0.82, 1.2);
  const warmth = random.between(-1, 1);
  const violet = random.between(-1, 1);
  return {
    redCell: [eosin * (0.16 - 0.03 * warmth), eosin * 0.315, eosin * (0.26 + 0.06 * warmth)],
    nucleus: [azure * (0.66 - 0.1 * violet), azure * (0.98 + 0.06 * violet), azure * (0.07 + 0.04 * violet)],
    plateletCentre: [azure * (0.42 - 0.05 * violet), azure * 0.58, azure * 0.07],
    eosinGranule: [0.05 * eosin, 0.42 * eosin, 0.36 * eosin],
    basoGranule: [azure * 0.62, azure * 0.85, azure * 0.24],
    neutroGranule: [azure * 0.13, azure * 0.26, azure * 0.06],
    paleBlue: [azure * 0.31, azure * 0.25, azure * 0.03],
    paleLilac: [azure * 0.12, azure * 0.21, azure * 0.05],
    greyBlue: [azure * 0.24, azure * 0.25, azure * 0.05],
  };
}

/** `absorbance` times `factor`. */
export function scaled(absorbance: Absorbance, factor: number): Absorbance {
  return [absorbance[0] * factor, absorbance[1] * factor, absorbance[2] * factor];
}
